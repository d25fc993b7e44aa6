/**
 * The guards by name, and what lifts each (design of the product: a reviewed Exception in the repository, or
 * `--force RULE` by a human at the CLI).
 */
export const GUARDS = {
  'too-many-removals': { exception: true, force: true },
  'empties-group': { exception: true, force: true },
  'too-many-moves': { exception: true, force: true },
  'monthly-increase': { exception: true, force: true },
  'over-budget': { exception: true, force: true },
  'duplicate-billing': { exception: true, force: true },
  'empty-configuration': { exception: true, force: false },
  'expectation-failed': { exception: false, force: false },
  'foreign-group': { exception: false, force: false },
  'stale-plan': { exception: false, force: false },
  'incomplete-read': { exception: false, force: false },
} as const satisfies Record<string, { exception: boolean; force: boolean }>;

export type GuardName = keyof typeof GUARDS;

export function isGuard(name: string): name is GuardName {
  return Object.hasOwn(GUARDS, name);
}

/** The guards that a reviewed Exception can lift. */
export const LIFTABLE: readonly string[] = Object.entries(GUARDS).flatMap(([name, by]) => (by.exception ? [name] : []));
