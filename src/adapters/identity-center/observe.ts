import pLimit from 'p-limit';
import type { RemoteFailure } from '../../errors.ts';
import { covers } from '../../model/glob.ts';
import type { Live, LiveAccess, LiveApplication, LiveGroup, LiveMembership, LiveUser, ReadScope } from '../../model/live.ts';
import type { AdminRead } from './admin-read.ts';
import { type Inflow, inflow } from './inflow.ts';
import { groupsNamed, isCandidate, isElsewhere } from './matching.ts';
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
 * else the managed ones open, and beside them people. Everything that can still be tried after a failure is tried.
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
  const searched = await t.attempt(() => search({ ids: attached, names }, store.groups, (g) => g.name, reads.hints.groups));
  if (searched === null) await probeGroupReads(reads.admin, store, scope, t);
  const groups = searched ?? [];

  const isReleased = covers(scope.releasedGlobs);
  const released = groups.filter((g) => attached.has(g.id) && isReleased(g.name));
  const read = byId([...groupsNamed(names, groups), ...released]);
  const direct = applications.flatMap((a) => a.principals.filter((p) => p.type === 'USER').map((p) => p.id));
  const members = inflow();
  const people = { ids: direct, names: scope.users, more: members };
  const [memberships, access, users] = await Promise.all([
    membershipsOf(store, read, t, members).finally(members.end),
    accessOf(reads.admin, scope.instanceArn, groupsNamed(scope.managedGroups, groups), t),
    t.attempt(() => search(people, store.users, (u) => u.userName, reads.hints.users)).then((found) => found ?? []),
  ]);
  t.blame(vanished(memberships, users));
  t.conclude();
  return {
    format: 'kirosync.live/v1',
    instant,
    instance: { arn: scope.instanceArn, identityStoreId },
    asked: { users: askedFor(scope.users, users, (user) => user.userName), groups: askedFor(names, groups, (group) => group.name) },
    users: byId(users),
    groups: byId(groups),
    membersRead: read.map((g) => g.id),
    memberships: byId(memberships),
    applications,
    access,
  };
}

/** Ids of the right form that nothing has. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
const NO_APPLICATION = 'apl-0000000000000000';

function applicationPrefix({ instanceArn, accounts: [account = '000000000000'] }: ReadScope): string {
  return instanceArn.replace(/^(arn:[^:]*:sso:):/, `$1:${account}`).replace(':instance/', ':application/');
}

/** Reads that need a group are still asked once, so that every missing permission is named in one go. */
async function probeGroupReads(admin: AdminRead, store: StoreRead, { instanceArn }: ReadScope, t: Trial): Promise<void> {
  const pagers = [
    () => store.memberships(NOBODY),
    () => admin.applicationsOf(instanceArn, NOBODY),
    () => admin.accountsOf(instanceArn, NOBODY),
  ];
  await Promise.all(pagers.map((pager) => t.probe(() => readAll<unknown>(pager()))));
}

/** The names of a search; null where it kept the whole list, because one of them matched nothing exactly. */
function askedFor<Item>(names: readonly string[], found: readonly Item[], nameOf: (item: Item) => string): readonly string[] | null {
  const matched = new Set(found.map(nameOf));
  return names.every((name) => matched.has(name)) ? [...new Set(names)].sort() : null;
}

/** Somebody was deleted between two reads: what was read does not fit together. */
function vanished(memberships: readonly LiveMembership[], users: readonly LiveUser[]): readonly RemoteFailure[] {
  const known = new Set(users.map((user) => user.id));
  const lost = memberships.filter((membership) => !known.has(membership.userId));
  if (lost.length === 0 || users.length === 0) return [];
  const message = `${lost.length} members of the groups that were read are not among the users of the directory; somebody changed it meanwhile.`;
  return [{ kind: 'incomplete', operation: 'identitystore:ListUsers', message, advice: 'Run it again.', requestId: null }];
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
  const listed = await t.attempt(() => readAll(admin.applications(scope.instanceArn, account)));
  if (listed === null) await t.probe(() => readAll(admin.principals(`${applicationPrefix(scope)}/${NO_APPLICATION}`)));
  const all = listed ?? [];
  const kept = all.filter((a) => isCandidate(a, scope) || isElsewhere(a, scope)).sort((a, b) => (a.arn < b.arn ? -1 : 1));
  return await pLimit(SIDE_BY_SIDE).map(kept, async (application) => {
    // Of one that no profile can be, that it is there is all a plan needs: who is assigned to it costs a call.
    if (!isCandidate(application, scope)) return { ...application, principals: [] };
    const principals = (await t.attempt(() => readAll(admin.principals(application.arn)))) ?? [];
    return { ...application, principals: byId(principals) };
  });
}

async function membershipsOf(store: StoreRead, groups: readonly LiveGroup[], t: Trial, seen: Inflow): Promise<readonly LiveMembership[]> {
  const lists = await pLimit(SIDE_BY_SIDE).map(groups, (group) =>
    t.attempt(async () => {
      const pages = store.memberships(group.id);
      const all: LiveMembership[] = [];
      while (!pages.done()) {
        const page = await pages.read();
        for (const membership of page) all.push(membership);
        seen.add(page.map((membership) => membership.userId));
      }
      return all;
    }),
  );
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
