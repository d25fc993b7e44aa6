import { Document } from 'yaml';
import { yamlText } from '../import/yaml-text.ts';
import { addDays, dayOf } from '../model/day.ts';
import { GUARDS, isGuard } from '../model/guard.ts';
import type { Plan } from '../model/plan.ts';

const DAYS_IN_FORCE = 14;

/**
 * The Exception documents that would lift what refuses this plan: one for each liftable guard, listing exactly the keys
 * that count, for two weeks. Null when no guard refuses that an Exception could lift.
 */
export function exceptionYaml(plan: Plan): string | null {
  const keys = new Map<string, Set<string>>();
  for (const violation of plan.violations) {
    if (!isGuard(violation.rule) || !GUARDS[violation.rule].exception) continue;
    const listed = keys.get(violation.rule) ?? new Set<string>();
    for (const key of violation.keys) listed.add(key);
    keys.set(violation.rule, listed);
  }
  if (keys.size === 0) return null;
  const until = addDays(dayOf(new Date(plan.now)), DAYS_IN_FORCE);
  return [...keys]
    .map(([rule, listed]) =>
      yamlText(new Document({ kind: 'Exception', rule, keys: [...listed].sort(), until, reason: 'Say here why this is meant' }), {
        lineWidth: 0,
      }),
    )
    .join('---\n');
}
