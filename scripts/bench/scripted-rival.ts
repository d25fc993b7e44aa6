import {
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  DescribeGroupMembershipCommand,
  IdentitystoreClient,
  paginateListGroupMemberships,
  paginateListGroups,
  paginateListUsers,
} from '@aws-sdk/client-identitystore';
import { apply } from '../../src/apply/apply.ts';
import { plan } from '../../src/plan/plan.ts';
import { configured, type Directory, directory, OPERATOR, REGION, signal, sum } from './directory.ts';
import { organisation, policy, seatGroup, TIERS, userName } from './organisation.ts';
import type { Bench, Measured, Scenario } from './scenario.ts';

const LATENCY_MS = 60;

const sizes = (bench: Bench) =>
  bench.full
    ? { users: 5000, sources: 200, memberships: 10_000, granted: 1000, leavers: 20, seated: 980 }
    : { users: 500, sources: 20, memberships: 1000, granted: 100, leavers: 5, seated: 95 };

type Spent = { readonly calls: number; readonly seconds: number };

async function timed(site: Directory, work: () => Promise<void>): Promise<Spent> {
  const before = sum(await site.calls());
  const began = performance.now();
  await work();
  return { calls: sum(await site.calls()) - before, seconds: (performance.now() - began) / 1000 };
}

const IdentityStoreId = 'd-0123456789';

/** What people write for this job: list users, groups and members of the seat groups, compare by name, one call for each difference. */
async function script(client: IdentitystoreClient, wanted: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
  const users = new Map<string, string>();
  for await (const page of paginateListUsers({ client }, { IdentityStoreId }))
    for (const user of page.Users ?? []) users.set(user.UserName ?? '', user.UserId ?? '');
  const groups = new Map<string, string>();
  for await (const page of paginateListGroups({ client }, { IdentityStoreId }))
    for (const group of page.Groups ?? []) groups.set(group.DisplayName ?? '', group.GroupId ?? '');
  for (const [name, people] of wanted) {
    const GroupId = groups.get(name) ?? '';
    const members = new Map<string, string>();
    for await (const page of paginateListGroupMemberships({ client }, { IdentityStoreId, GroupId }))
      for (const one of page.GroupMemberships ?? []) members.set(one.MemberId?.UserId ?? '', one.MembershipId ?? '');
    const ids = new Set([...people].map((person) => users.get(person) ?? ''));
    for (const UserId of ids)
      if (!members.has(UserId)) await client.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId } }));
    for (const [UserId, MembershipId] of members)
      if (!ids.has(UserId)) await client.send(new DeleteGroupMembershipCommand({ IdentityStoreId, MembershipId }));
  }
}

/** A refresh of tools that keep each membership as a resource of its own: one describe for each. */
async function describing(client: IdentitystoreClient, membershipIds: readonly string[]): Promise<void> {
  for (const MembershipId of membershipIds) await client.send(new DescribeGroupMembershipCommand({ IdentityStoreId, MembershipId }));
}

async function ours(site: Directory, byName: number): Promise<Spent> {
  return await timed(site, async () => {
    const { configuration, scope } = configured(policy({ byName, bySource: 0 }));
    const connection = site.connect();
    const live = await connection.reader.observe(scope, signal);
    const made = plan({ configuration, live, now: new Date(live.instant), operator: OPERATOR, revision: null });
    const done = await apply(made, { writer: connection.writer, signal, emit: () => {} });
    connection.close();
    if (done.applied !== done.planned) throw new Error(`${done.failed} of ${done.planned} changes failed`);
  });
}

const tell = (who: string, { calls, seconds }: Spent) => `${who}: ${calls} calls, ${seconds.toFixed(1)} s at ${LATENCY_MS} ms`;

/** Our run and the rival's, each from the same beginning. */
async function beside(
  bench: Bench,
  rival: string,
  work: (client: IdentitystoreClient, site: Directory, size: ReturnType<typeof sizes>) => Promise<void>,
): Promise<Measured> {
  const size = sizes(bench);
  const seed = organisation(size);
  const site = await directory(bench, seed, { limits: null, ms: LATENCY_MS });
  const client = new IdentitystoreClient({ region: REGION, endpoint: site.url });
  try {
    const mine = await ours(site, size.granted);
    await site.control('reset', { seed });
    await site.control('faults', { operation: '*', kind: 'latency', ms: LATENCY_MS });
    const theirs = await timed(site, () => work(client, site, size));
    return {
      value: mine.calls,
      bound: theirs.calls,
      notes: [tell('kirosync, reading, checking what groups open, writing', mine), tell(rival, theirs)],
    };
  } finally {
    client.destroy();
    await site.close();
  }
}

export const scriptedRival: Scenario = {
  name: 'scripted-rival',
  unit: 'calls',
  what: 'a whole run with some changes, against the script that people write for it',
  target: 1,
  run: (bench) =>
    beside(bench, 'a sequential script that lists, compares and writes, and checks nothing', async (client, _site, { granted }) => {
      const people = (tier: number) => Array.from({ length: granted }, (_, i) => i).filter((i) => i % TIERS.length === tier);
      await script(client, new Map(TIERS.map((tier, i) => [seatGroup(tier), new Set(people(i).map(userName))])));
    }),
};

export const describingRival: Scenario = {
  name: 'describing-rival',
  unit: 'calls',
  what: 'the same, against one describe a membership as tools read that keep each as a resource',
  target: 1,
  run: (bench) =>
    beside(bench, 'one describe for each membership of a seat group, reading alone', async (client, site) => {
      const { groups, memberships } = (await site.control('state')) as {
        readonly groups: readonly { readonly GroupId: string; readonly DisplayName?: string }[];
        readonly memberships: readonly { readonly MembershipId: string; readonly GroupId: string }[];
      }; // the route's own shape
      const seats = new Set(groups.filter(({ DisplayName }) => DisplayName?.startsWith(seatGroup(''))).map(({ GroupId }) => GroupId));
      await describing(
        client,
        memberships.filter(({ GroupId }) => seats.has(GroupId)).map(({ MembershipId }) => MembershipId),
      );
    }),
};
