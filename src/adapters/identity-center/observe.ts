import pLimit from 'p-limit';
import type { Live, LiveAccess, LiveApplication, LiveGroup, LiveMembership, ReadScope } from '../../model/live.ts';
import type { AdminRead } from './admin-read.ts';
import { covers, groupsNamed, isCandidate } from './matching.ts';
import { byId } from './normal.ts';
import { readAll } from './page.ts';
import { preflight } from './preflight.ts';
import { type Hint, search } from './search.ts';
import type { StoreRead } from './store-read.ts';
import { type Trial, trial } from './trial.ts';

type Reads = {
  readonly admin: AdminRead;
  readonly store: (identityStoreId: string) => StoreRead;
  readonly now: () => Date;
  /** What this connection remembers of the size of the directory. */
  readonly hints: { readonly users: Hint; readonly groups: Hint };
};

/** Lists under way together; the pace of each operation is what limits them. */
const SIDE_BY_SIDE = 16;

/**
 * Live state for a scope, read to the last page: instance and applications, then groups, then their members and what
 * else the managed ones open, then people. Everything that can still be tried after a failure is tried.
 * @throws RemoteError with every failure; the signal's reason on abort.
 */
export async function observe(reads: Reads, scope: ReadScope): Promise<Live> {
  const instant = reads.now().toISOString();
  const t = trial();
  const [identityStoreId, applications] = await Promise.all([storeOf(reads, scope, t), applicationsOf(reads, scope, t)]);
  if (identityStoreId === null) return failed(t);

  const store = reads.store(identityStoreId);
  const attached = new Set(applications.flatMap((a) => a.principals.filter((p) => p.type === 'GROUP').map((p) => p.id)));
  const names = [...scope.managedGroups, ...scope.memberGroups];
  const groups = (await t.attempt(() => search({ ids: attached, names }, store.groups, (g) => g.name, reads.hints.groups))) ?? [];

  const isReleased = covers(scope.releasedGlobs);
  const released = groups.filter((g) => attached.has(g.id) && isReleased(g.name));
  const read = byId([...groupsNamed(names, groups), ...released]);
  const [memberships, access] = await Promise.all([
    membershipsOf(store, read, t),
    accessOf(reads.admin, scope.instanceArn, groupsNamed(scope.managedGroups, groups), t),
  ]);

  const direct = applications.flatMap((a) => a.principals.filter((p) => p.type === 'USER').map((p) => p.id));
  const people = { ids: [...memberships.map((m) => m.userId), ...direct], names: scope.users };
  const users = (await t.attempt(() => search(people, store.users, (u) => u.userName, reads.hints.users))) ?? [];
  t.conclude();
  return {
    format: 'kirosync.live/v1',
    instant,
    instance: { arn: scope.instanceArn, identityStoreId },
    users: byId(users),
    groups: byId(groups),
    membersRead: read.map((g) => g.id),
    memberships: byId(memberships),
    applications,
    access,
  };
}

function failed(t: Trial): never {
  t.conclude();
  throw new Error('no identity store and no failure');
}

/** The identity store of the instance; where instances may not be listed, the configured one, to try what else fails. */
async function storeOf(reads: Reads, scope: ReadScope, t: Trial): Promise<string | null> {
  const instances = await t.attempt(() => readAll(reads.admin.instances()));
  if (instances === null) return scope.identityStoreId;
  const judged = preflight(instances, scope);
  t.blame(judged.failures);
  return judged.identityStoreId;
}

async function applicationsOf({ admin }: Reads, scope: ReadScope, t: Trial): Promise<readonly LiveApplication[]> {
  const [first, ...others] = scope.accounts;
  const account = first !== undefined && others.length === 0 ? first : null;
  const all = (await t.attempt(() => readAll(admin.applications(scope.instanceArn, account)))) ?? [];
  const mine = all.filter((a) => isCandidate(a, scope)).sort((a, b) => (a.arn < b.arn ? -1 : 1));
  return await pLimit(SIDE_BY_SIDE).map(mine, async (application) => {
    const principals = (await t.attempt(() => readAll(admin.principals(application.arn)))) ?? [];
    return { ...application, principals: byId(principals) };
  });
}

async function membershipsOf(store: StoreRead, groups: readonly LiveGroup[], t: Trial): Promise<readonly LiveMembership[]> {
  const lists = await pLimit(SIDE_BY_SIDE).map(groups, (group) => t.attempt(() => readAll(store.memberships(group.id))));
  return lists.flatMap((list) => list ?? []);
}

async function accessOf(admin: AdminRead, instanceArn: string, groups: readonly LiveGroup[], t: Trial): Promise<readonly LiveAccess[]> {
  const distinctly = (values: readonly string[] | null): readonly string[] => [...new Set(values ?? [])].sort();
  return await pLimit(SIDE_BY_SIDE).map(byId(groups), async (group) => {
    const [applications, accounts] = await Promise.all([
      t.attempt(() => readAll(admin.applicationsOf(instanceArn, group.id))),
      t.attempt(() => readAll(admin.accountsOf(instanceArn, group.id))),
    ]);
    return { groupId: group.id, applications: distinctly(applications), accounts: distinctly(accounts) };
  });
}
