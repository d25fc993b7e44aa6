import type { Place } from './place.ts';

/**
 * A problem in the user's files or in what they resolve to. `rule` is a constant people can search for;
 * `message` is a full sentence that says what is wrong and what to do.
 * `file`, `line` and `column` are absent only where no line of YAML is to blame.
 */
export type Diagnostic = {
  readonly severity: 'error' | 'warning';
  readonly rule: string;
  readonly message: string;
} & Partial<Place>;

/** An error at a place. */
export function error(rule: string, place: Place, message: string): Diagnostic {
  return { severity: 'error', rule, message, ...place };
}

/** A warning, at a place where one is known. */
export function warning(rule: string, place: Place | null, message: string): Diagnostic {
  return { severity: 'warning', rule, message, ...place };
}

/** `file:line:column rule: sentence`, or `rule: sentence` without a place. */
export function sentence(d: Diagnostic): string {
  return d.file === undefined ? `${d.rule}: ${d.message}` : `${d.file}:${d.line}:${d.column} ${d.rule}: ${d.message}`;
}
