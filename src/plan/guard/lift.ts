import type { Exception } from '../../model/configuration.ts';
import { type Diagnostic, warning } from '../../model/diagnostic.ts';
import { GUARDS, isGuard } from '../../model/guard.ts';
import type { Key } from '../../model/key.ts';
import type { Board } from '../board.ts';

/** What reviewed Exceptions lift today, and why some of them lift nothing. */
export type Lift = {
  readonly lifted: (rule: string, key: Key) => boolean;
  /** Keys that the Exceptions in force list for a rule, whether or not there are too many of them. */
  readonly listed: (rule: string) => number;
  readonly warnings: readonly Diagnostic[];
};

function refusal(exception: Exception, b: Board): string | null {
  const { rules } = b.operator.exceptions;
  if (exception.until < b.resolution.today) return `This Exception ended on ${exception.until} and lifts nothing; remove it.`;
  if (!isGuard(exception.rule) || !GUARDS[exception.rule].exception) return `No Exception can lift ${exception.rule}.`;
  if (!rules.includes(exception.rule))
    return `The operator's settings do not let the repository lift ${exception.rule}; this Exception lifts nothing.`;
  return null;
}

/** True for an Exception that has not ended, for a rule that the operator lets the repository lift. */
export function inForce(exception: Exception, b: Board): boolean {
  return refusal(exception, b) === null;
}

/** Reads the Exceptions: those in force lift their rule for exactly the keys they list, up to the operator's number a rule. */
export function lift(b: Board): Lift {
  const { maxKeys } = b.operator.exceptions;
  const warnings: Diagnostic[] = [];
  const lifted = new Map<string, Set<Key>>();
  for (const exception of b.configuration.exceptions) {
    const why = refusal(exception, b);
    if (why !== null) {
      warnings.push(warning('exception-without-effect', exception.place, why));
      continue;
    }
    const keys = lifted.get(exception.rule) ?? new Set<Key>();
    for (const key of exception.keys) keys.add(key);
    lifted.set(exception.rule, keys);
  }
  const counts = new Map([...lifted].map(([rule, keys]) => [rule, keys.size]));
  for (const [rule, keys] of lifted) {
    if (keys.size <= maxKeys) continue;
    const places = b.configuration.exceptions.filter((exception) => exception.rule === rule);
    const why = `The Exceptions in force list ${keys.size} keys for ${rule}; the operator allows ${maxKeys}, so none of them lifts anything.`;
    warnings.push(warning('exception-without-effect', places[0]?.place ?? null, why));
    lifted.delete(rule);
  }
  return { lifted: (rule, key) => lifted.get(rule)?.has(key) ?? false, listed: (rule) => counts.get(rule) ?? 0, warnings };
}
