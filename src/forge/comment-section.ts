import type { Plan } from '../model/plan.ts';
import { clip, markdownCode, markdownText } from '../report/escape.ts';
import { advice, meaning } from './guard-advice.ts';
import { counted, type Facts, type Standing } from './outcome.ts';

/** Of one list; there are never more than four. */
const LIST_LIMIT = 12_000;
/** Rows of one list: who needs more reads the plan. */
const ROWS = 50;
const SENTENCE = 600;

/** What a comment lists under its first lines; '' for what there is nothing of. */
export function sections(standing: Standing, facts: Facts, names: boolean): readonly string[] {
  const { plan } = facts;
  switch (standing) {
    case 'refused':
      return [violations(plan, names), wayThrough(plan)];
    case 'invalid':
      return [
        list(
          'Problems',
          facts.diagnostics.map((each) => {
            const place = each.file === undefined ? '' : ` at ${markdownCode(clip(`${each.file}:${each.line}:${each.column}`, 200))}`;
            return `- ${markdownCode(each.rule)}${place}${names ? `: ${sentence(each.message)}` : ''}`;
          }),
        ),
        'Mend them in another pull request, or revert this one; `kirosync validate` says the same on a laptop and in CI.',
      ];
    case 'incomplete':
      return [
        list(
          'Failed',
          facts.failed.map(({ key, error, requestId }) => {
            const id = requestId === null ? '' : ` (request ${markdownCode(clip(requestId, 100))})`;
            return `- ${names ? markdownCode(clip(key, 300)) : kindOf(key)}${id}${names && error !== null ? `: ${sentence(error)}` : ''}`;
          }),
        ),
        held(plan, names),
      ];
    default:
      return [people(plan, names), held(plan, names), manual(plan, names)];
  }
}

/** A list of bounded length under a heading; '' when it is empty. */
function list(title: string, rows: readonly string[]): string {
  let room = LIST_LIMIT;
  const shown = rows.slice(0, ROWS).filter((row) => {
    room -= row.length + 1;
    return room >= 0;
  });
  const rest = rows.length - shown.length;
  if (rows.length === 0) return '';
  return [`**${title}** (${rows.length})\n`, ...shown, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}

function sentence(text: string): string {
  return markdownText(clip(text, SENTENCE));
}

/** Of a key only what names nobody. */
function kindOf(key: string): string {
  const [kind = '', group = ''] = key.split('/');
  return kind === 'membership' ? `a membership of ${markdownCode(clip(group, 200))}` : markdownCode(clip(key, 300));
}

function violations(plan: Plan | null, names: boolean): string {
  const rows = (plan?.violations ?? []).map(({ rule, message, limit, actual, keys }) => {
    const numbers = limit === null && actual === null ? '' : ` (limit ${limit ?? 'none'}, actual ${actual ?? 'unknown'})`;
    const counts = keys.length === 0 ? '' : ` ${counted(keys.length, 'key')}.`;
    return `- ${markdownCode(rule)}${numbers}: ${names ? sentence(message) : `${meaning(rule)}${counts}`}`;
  });
  return list('Refused by', rows);
}

function wayThrough(plan: Plan | null): string {
  const rules = [...new Set(plan?.violations.map(({ rule }) => rule))];
  return `**The way through**\n\n${[...new Set(rules.map(advice))].map((each) => `- ${each}`).join('\n')}\n- If it is not meant, revert this pull request.`;
}

function people(plan: Plan | null, names: boolean): string {
  if (!names || plan === null) return '';
  const rows = plan.people.map(({ user, profile, from, to, effective }) => {
    const when = effective === null ? '' : `, on the bill from ${effective}`;
    return `- ${markdownCode(clip(user, 200))} in ${markdownCode(clip(profile, 100))}: ${from ?? 'no seat'} → ${to ?? 'no seat'}${when}`;
  });
  return list('People', rows);
}

function held(plan: Plan | null, names: boolean): string {
  const all = plan?.held ?? [];
  if (names) {
    const rows = all.map(
      ({ key, action, reason, until }) => `- ${action} ${markdownCode(clip(key, 300))}, ${untilOf(until)}: ${sentence(reason)}`,
    );
    return list('Held', rows);
  }
  const kinds = new Map<string, number>();
  for (const { profile, action, until } of all) {
    const row = `${action === 'delete' ? 'removal' : 'new seat'} in ${markdownCode(clip(profile, 100))}, ${untilOf(until)}`;
    kinds.set(row, (kinds.get(row) ?? 0) + 1);
  }
  return list(
    'Held',
    [...kinds].map(([row, number]) => `- ${number} × ${row}`),
  );
}

function untilOf(until: string | null): string {
  return until === null ? 'no date yet' : `until ${until.slice(0, 10)} ${until.slice(11, 16)} UTC`;
}

function manual(plan: Plan | null, names: boolean): string {
  const steps = plan?.manual ?? [];
  if (names)
    return list(
      'To do by hand',
      steps.map(({ profile, text }) => `- [ ] ${markdownCode(clip(profile, 100))} ${sentence(text)}`),
    );
  return steps.length === 0 ? '' : `**To do by hand:** ${counted(steps.length, 'step')}, listed in the dashboard and in \`kirosync plan\`.`;
}
