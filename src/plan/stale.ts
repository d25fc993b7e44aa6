import { changesOf, type Plan, type Violation } from '../model/plan.ts';
import { some } from './guard/guard.ts';
import { type Identity, identity } from './hash.ts';

const MEND = 'Nothing was written. Plan again and have the new plan reviewed; nothing lifts this guard.';

const FIELDS = ['action', 'groupId', 'userId', 'membershipId', 'applicationArn'] as const satisfies readonly (keyof Identity)[];

function same(a: Identity, b: Identity | undefined): boolean {
  return b !== undefined && FIELDS.every((field) => a[field] === b[field]);
}

/**
 * Reviewed changes that the fresh plan, narrowed to their keys, does not contain with the same action, key and ids:
 * something moved since the review. Null when all are there. Never lifted. A removal that would have to wait for a create
 * which the review did not see is held in the narrowed plan, and so is missing here.
 */
export function stalePlan(reviewed: readonly Identity[], narrowed: Plan): Violation | null {
  const now = new Map(changesOf(narrowed).map((change) => [change.key, identity(change)]));
  const keys = reviewed.filter((change) => !same(change, now.get(change.key))).map((change) => change.key);
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
