import { changesOf, type Plan, type Violation } from '../model/plan.ts';
import { some } from './guard/guard.ts';
import { type Identity, identity } from './hash.ts';

const MEND = 'Nothing was written. Plan again and have the new plan reviewed; nothing lifts this guard.';

const FIELDS = ['action', 'groupId', 'userId', 'membershipId', 'applicationArn'] as const satisfies readonly (keyof Identity)[];

function same(a: Identity, b: Identity | undefined): boolean {
  return b !== undefined && FIELDS.every((field) => a[field] === b[field]);
}

/**
 * Reviewed changes that the fresh plan does not contain with the same action, key and ids: something moved since the
 * review. Null when all are there. Never lifted.
 */
export function stalePlan(reviewed: readonly Identity[], fresh: Plan): Violation | null {
  const now = new Map(changesOf(fresh).map((change) => [change.key, identity(change)]));
  const known = new Set(reviewed.map((change) => change.key));
  // A delete waits for the creates of its person; one that the review did not see cannot be waited for.
  const unseen = new Set(
    [...now.values()].filter((change) => change.action === 'create' && !known.has(change.key)).map((change) => change.userId),
  );
  const lost = (change: Identity) => change.action === 'delete' && change.userId !== null && unseen.has(change.userId);
  const keys = reviewed.filter((change) => lost(change) || !same(change, now.get(change.key))).map((change) => change.key);
  if (keys.length === 0) return null;
  const message = `${keys.length} of ${reviewed.length} reviewed changes are no longer what this directory and configuration ask for: ${some(keys)}. ${MEND}`;
  return { rule: 'stale-plan', message, limit: 0, actual: keys.length, keys: keys.sort() };
}

/** The whole fresh plan is not the one that was approved by hash. Null when it is. Never lifted. */
export function staleHash(approved: string, fresh: Plan): Violation | null {
  if (fresh.hash === approved) return null;
  const message = `The plan now has the hash ${fresh.hash}; ${approved} was approved. ${MEND}`;
  return { rule: 'stale-plan', message, limit: null, actual: null, keys: changesOf(fresh).map((change) => change.key) };
}
