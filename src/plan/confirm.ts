import type { Key } from '../model/key.ts';
import type { Live } from '../model/live.ts';
import { changesOf, type Plan } from '../model/plan.ts';
import { deletions } from './guard/guard.ts';

const WHY = 'a second reading of the directory does not ask for this removal: somebody is changing it; the next run looks again';

/** True for a plan that removes anybody: it is applied only as far as a second reading agrees. */
export function needsSecondReading(plan: Plan): boolean {
  return deletions(changesOf(plan)).length > 0;
}

/**
 * The removals of a plan that a plan made from a second reading does not have with the same ids, each with the reason to
 * leave it alone. Lists are read page by page and group by group, so a person who moves between two groups meanwhile can
 * be in neither; two readings that agree are as near to a snapshot as the API lets anybody come. A membership that is gone
 * by then is no matter of doubt.
 */
export function unconfirmed(first: Plan, second: { readonly plan: Plan; readonly live: Live }): ReadonlyMap<Key, string> {
  const there = new Set(second.live.memberships.map((membership) => membership.id));
  const agreed = new Map(deletions(changesOf(second.plan)).map((change) => [change.key, change.membershipId]));
  return new Map(
    deletions(changesOf(first))
      .filter((change) => agreed.get(change.key) !== change.membershipId && there.has(change.membershipId))
      .map((change) => [change.key, WHY]),
  );
}
