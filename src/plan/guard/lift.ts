import type { Exception } from '../../model/configuration.ts';
import { type Diagnostic, warning } from '../../model/diagnostic.ts';
import type { Key } from '../../model/key.ts';
import type { Board } from '../board.ts';
import { GUARDS, isGuard } from './rule.ts';

/** What reviewed Exceptions lift today, and why some of them lift nothing. */
export type Lift = { readonly lifted: (rule: string, key: Key) => boolean; readonly warnings: readonly Diagnostic[] };

function refusal(exception: Exception, b: Board): string | null {
  const { rules, maxKeys } = b.operator.exceptions;
  if (exception.until < b.resolution.today) return `This Exception ended on ${exception.until} and lifts nothing; remove it.`;
  if (!isGuard(exception.rule) || !GUARDS[exception.rule].exception) return `No Exception can lift ${exception.rule}.`;
  if (!rules.includes(exception.rule))
    return `The operator's settings do not let the repository lift ${exception.rule}; this Exception lifts nothing.`;
  if (exception.keys.length > maxKeys)
    return `This Exception lists ${exception.keys.length} keys; the operator allows ${maxKeys} in one Exception, so it lifts nothing.`;
  return null;
}

/** Reads the Exceptions: each in force lifts its rule for exactly the keys it lists. */
export function lift(b: Board): Lift {
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
  return { lifted: (rule, key) => lifted.get(rule)?.has(key) ?? false, warnings };
}
