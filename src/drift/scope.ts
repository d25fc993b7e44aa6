import type { ReadScope } from '../model/live.ts';

function both(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

/** What two revisions need read, from the instance of the first: drift judges by the applied one what the newer one may have dropped. */
export function unite(a: ReadScope, b: ReadScope): ReadScope {
  return {
    region: a.region,
    instanceArn: a.instanceArn,
    identityStoreId: a.identityStoreId,
    accounts: both(a.accounts, b.accounts),
    applications: both(a.applications, b.applications),
    managedGroups: both(a.managedGroups, b.managedGroups),
    memberGroups: both(a.memberGroups, b.memberGroups),
    users: both(a.users, b.users),
    releasedGlobs: both(a.releasedGlobs, b.releasedGlobs),
  };
}
