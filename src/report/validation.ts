import { by } from '../config/order.ts';
import type { Expectation } from '../model/configuration.ts';
import { type Diagnostic, error, sentence } from '../model/diagnostic.ts';
import { visible, visibleJson } from './escape.ts';

/** What `validate` found: the problems, and what became of each expectation (none are judged while there are errors). */
export type Validation = {
  readonly diagnostics: readonly Diagnostic[];
  readonly expectations: readonly { readonly expectation: Expectation; readonly result: 'holds' | 'fails' | 'not-evaluated' }[];
  /** Numbers for the summary line; null while there are errors. */
  readonly counts: { readonly profiles: number; readonly assignments: number } | null;
};

/** True when nothing is an error and no expectation fails. */
export function isValid({ diagnostics, expectations }: Validation): boolean {
  return diagnostics.every(({ severity }) => severity !== 'error') && expectations.every(({ result }) => result !== 'fails');
}

/** One line a problem (`file:line:column rule: sentence`, warnings marked), one a failed expectation, and a summary line. */
export function validationText(validation: Validation): string {
  const problems = findings(validation).map((d) => visible(`${sentence(d)}${d.severity === 'warning' ? ' (warning)' : ''}`));
  return `${[...problems, validationSummary(validation)].join('\n')}\n`;
}

/** The document `kirosync.validation/v1`, for scripts; its schema is `schemas/validation.schema.json`. */
export function validationJson(validation: Validation): string {
  const document = {
    format: 'kirosync.validation/v1',
    valid: isValid(validation),
    diagnostics: validation.diagnostics.map(({ severity, rule, message, file = null, line = null, column = null }) => {
      return { severity, rule, message, file, line, column };
    }),
    expectations: inOrder(validation).map(({ expectation: { place }, result }) => ({ file: place.file, line: place.line, result })),
  };
  return `${visibleJson(JSON.stringify(document, null, 2))}\n`;
}

/** Expectations as they stand in the files, not by their meaning. */
function inOrder({ expectations }: Validation): Validation['expectations'] {
  const place = by<Validation['expectations'][number]>(
    ({ expectation }) => expectation.place.file,
    ({ expectation }) => expectation.place.line,
    ({ expectation }) => expectation.place.column,
  );
  return [...expectations].sort(place);
}

/**
 * Everything that a reader of a pull request should see at its line: the problems as they were found, then each expectation
 * that fails, as an error of the rule `expectation-failed`.
 */
export function findings(validation: Validation): readonly Diagnostic[] {
  const failed = inOrder(validation).flatMap(({ expectation, result }) => (result === 'fails' ? [failure(expectation)] : []));
  return [...validation.diagnostics, ...failed];
}

function failure(expectation: Expectation): Diagnostic {
  const message = `${meaning(expectation)} does not hold by what the files grant today.`;
  return error('expectation-failed', expectation.place, message);
}

/** An expectation in words: "user ana@example.com has tier power in engineering". */
function meaning({ user, group, profile, tier, never, maxSeats }: Expectation): string {
  const where = profile === null ? '' : ` in ${profile}`;
  const who = user === null ? `group ${group}` : `user ${user}`;
  if (maxSeats !== null) return `"at most ${maxSeats} ${tier === null ? '' : `${tier} `}seats${where}"`;
  return never === null ? `"${who} has tier ${tier}${where}"` : `"${who} never has tier ${never}${where}"`;
}

/** `valid: 2 profiles, 9 assignments, 0 warnings; 6 expectations: 1 hold, 0 fail, 5 need live data`. */
export function validationSummary(validation: Validation): string {
  const errors = validation.diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = plural(validation.diagnostics.length - errors, 'warning');
  if (validation.counts === null) return `invalid: ${plural(errors, 'error')}, ${warnings}`;
  const { profiles, assignments } = validation.counts;
  const results = validation.expectations.map(({ result }) => result);
  const count = (wanted: string): number => results.filter((result) => result === wanted).length;
  const expected = [
    plural(results.length, 'expectation'),
    `${count('holds')} hold, ${count('fails')} fail, ${count('not-evaluated')} need live data`,
  ];
  const size = `${plural(profiles, 'profile')}, ${plural(assignments, 'assignment')}`;
  return `${isValid(validation) ? 'valid' : 'invalid'}: ${size}, ${warnings}; ${expected.join(': ')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
