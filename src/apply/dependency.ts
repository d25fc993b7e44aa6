import type { Change } from '../model/plan.ts';

export type Dependencies = {
  /** All changes, each after everything it waits for. */
  readonly order: readonly Change[];
  /** The change that makes the group of this one; null when the group exists already. */
  readonly groupOf: (change: Change) => Change | null;
  /** What must have succeeded before this change is sent. */
  readonly waitsFor: (change: Change) => readonly Change[];
};

const NOTHING: readonly Change[] = [];

/**
 * Who waits for whom. A membership or application assignment waits for the create of its group. A delete waits for every
 * create of the same person, in all profiles: whoever moves holds the new seat before the old one goes.
 */
export function dependencies(changes: readonly Change[]): Dependencies {
  const groups = new Map<string, Change>();
  const grants = new Map<string, Change[]>();
  for (const change of changes) {
    if (change.kind === 'group') groups.set(change.group, change);
    if (change.kind === 'membership' && change.action === 'create') {
      grants.set(change.userId, [...(grants.get(change.userId) ?? []), change]);
    }
  }
  const groupOf = (change: Change): Change | null =>
    change.kind !== 'group' && change.groupId === null ? (groups.get(change.group) ?? null) : null;
  return {
    order: [...changes].sort((a, b) => rank(a) - rank(b)),
    groupOf,
    waitsFor(change) {
      if (change.action === 'delete') return grants.get(change.userId) ?? NOTHING;
      const group = groupOf(change);
      return group === null ? NOTHING : [group];
    },
  };
}

/** Sorting is stable: within a rank the plan's order stays. */
function rank(change: Change): number {
  if (change.kind === 'group') return 0;
  return change.action === 'create' ? 1 : 2;
}
