import type { Diagnostic } from '../model/diagnostic.ts';
import { clip, visible } from './escape.ts';
import { findings, type Validation, validationSummary } from './validation.ts';
import { below, type Root } from './validation-sarif.ts';

/** GitHub shows ten annotations of each level for a step, and drops the others without a word. */
const MOST_SHOWN = 10;

/** More than a reader of an annotation reads; a command is one line of the log. */
const LONGEST = 2_000;

/**
 * What `validate` found as workflow commands of GitHub Actions, which annotate the lines of a pull request: the first ten
 * errors and the first ten warnings, which is what GitHub shows. The others follow as ordinary lines, then the summary line. No name
 * or value of the policy can begin a command of its own.
 */
export function validationGithub(validation: Validation, root: Root): string {
  const all = findings(validation);
  const of = (severity: Diagnostic['severity']) => all.filter((found) => found.severity === severity);
  const levels = [of('error'), of('warning')];
  const commands = levels.flatMap((level) => level.slice(0, MOST_SHOWN).map((found) => command(found, root)));
  const others = levels.flatMap((level) => level.slice(MOST_SHOWN).map((found) => plain(found, root)));
  return `${[...commands, ...others, validationSummary(validation)].join('\n')}\n`;
}

function command({ severity, rule, message, file, line, column }: Diagnostic, { prefix }: Root): string {
  const place =
    file === undefined
      ? []
      : [`file=${property(below(prefix, file))}`, ...(line === undefined ? [] : [`line=${line}`, `col=${column ?? 1}`])];
  return `::${severity} ${[...place, `title=${property(rule)}`].join(',')}::${data(message)}`;
}

/** The runner reads `::` at the start of a line, after blanks, and the older `##[` anywhere in one. */
function plain({ severity, rule, message, file, line, column }: Diagnostic, { prefix }: Root): string {
  const place = file === undefined ? '' : `${below(prefix, file)}:${line}:${column} `;
  return `- ${severity}: ${harmless(clip(`${place}${rule}: ${message}`, LONGEST))}`;
}

function harmless(text: string): string {
  return visible(text).replaceAll('##[', '## [');
}

/** The message of a command, as `escapeData` of the runner's own toolkit writes it. */
function data(text: string): string {
  return harmless(clip(text, LONGEST)).replaceAll('%', '%25');
}

/** The value of a property, as `escapeProperty` of the runner's own toolkit writes it. A path must stay what it is: nothing of it is clipped. */
function property(text: string): string {
  const written = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll(':', '%3A').replaceAll(',', '%2C');
  return harmless(written);
}
