import { IDENTITY_STORE_PER_SECOND, SSO_ADMIN_PER_SECOND } from '../data/quotas.ts';
import type { Calls, Change } from '../model/plan.ts';

function operation(change: Change): string {
  if (change.action === 'delete') return 'identitystore:DeleteGroupMembership';
  if (change.kind === 'group') return 'identitystore:CreateGroup';
  if (change.kind === 'membership') return 'identitystore:CreateGroupMembership';
  return 'sso:CreateApplicationAssignment';
}

/**
 * The API calls that applying takes and the seconds for them, to one decimal, at the share of the quota: operations of
 * the Identity Store run side by side, so the slowest decides.
 */
export function calls(changes: readonly Change[], share: number): Calls {
  const counts = new Map<string, number>();
  for (const change of changes) counts.set(operation(change), (counts.get(operation(change)) ?? 0) + 1);
  const slowest = [...counts].map(
    ([name, count]) => count / ((name.startsWith('sso:') ? SSO_ADMIN_PER_SECOND : IDENTITY_STORE_PER_SECOND) * share),
  );
  const byOperation = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { total: changes.length, seconds: Math.round(Math.max(0, ...slowest) * 10) / 10, byOperation };
}
