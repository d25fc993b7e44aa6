import { isDeepStrictEqual } from 'node:util';
import { CreateGroupMembershipCommand, DeleteGroupMembershipCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { type ApplyEvent, apply as execute } from '../../src/apply/apply.ts';
import type { State } from '../../src/emulator/emulator.ts';
import { changesOf } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';
import { configured, directory, OPERATOR, REGION, signal, sum } from './directory.ts';
import { organisation, policy, seatGroup, TIERS, userName } from './organisation.ts';
import type { Bench, Measured, Scenario } from './scenario.ts';

const PER_SECOND = 20;
const HALF = PER_SECOND / 2;
const changesEach = (bench: Bench): number => (bench.full ? 1200 : 200);

/** Who is in which seat group, as the directory holds it: a line each, sorted. */
function seated(state: State): readonly string[] {
  const groups = new Map(state.groups.map(({ GroupId, DisplayName }) => [GroupId, DisplayName ?? '']));
  const users = new Map(state.users.map(({ UserId, UserName }) => [UserId, UserName ?? '']));
  return state.memberships
    .map(({ GroupId, MemberId }) => `${groups.get(GroupId)} ${users.get(MemberId?.UserId ?? '')}`)
    .filter((line) => line.startsWith(seatGroup('')))
    .sort();
}

type Neighbour = { readonly stop: () => Promise<{ readonly sent: number; readonly got: number }> };

/** Another client that asks for half of what both operations allow, evenly, whatever it is answered; it changes nothing. */
function neighbourOf(url: string): Neighbour {
  const client = new IdentitystoreClient({ region: REGION, endpoint: url, maxAttempts: 1 });
  const IdentityStoreId = 'd-0123456789';
  const nobody = '0123456789-ffffffff-0000-4000-8000-ffffffffffff';
  const asks: Promise<boolean>[] = [];
  const granted = (answer: Promise<unknown>): Promise<boolean> =>
    answer.then(
      () => true,
      (error: Error) => error.name !== 'ThrottlingException',
    );
  const timer = setInterval(() => {
    asks.push(
      granted(client.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId: nobody, MemberId: { UserId: nobody } }))),
      granted(client.send(new DeleteGroupMembershipCommand({ IdentityStoreId, MembershipId: nobody }))),
    );
  }, 1000 / HALF);
  return {
    stop: async () => {
      clearInterval(timer);
      const answers = await Promise.all(asks);
      client.destroy();
      return { sent: answers.length, got: answers.filter(Boolean).length };
    },
  };
}

/** So many creates and as many deletes of other people, alone or beside a neighbour. */
async function applying(bench: Bench, isShared: boolean): Promise<Measured> {
  const each = changesEach(bench);
  const seed = organisation({ users: 3 * each, sources: 1, memberships: 1, granted: each, leavers: each, seated: 0 });
  const site = await directory(bench, seed, { limits: null, ms: 0 });
  try {
    const { configuration, scope } = configured(policy({ byName: each, bySource: 0 }));
    const connection = site.connect();
    const live = await connection.reader.observe(scope, signal);
    const made = plan({ configuration, live, now: new Date(live.instant), operator: OPERATOR, revision: null });
    await site.control('limits', { perSecond: PER_SECOND, neighbour: 0 });
    await site.control('faults', { operation: '*', kind: 'latency', ms: 60 });
    const failed: ApplyEvent[] = [];
    const before = sum(connection.calls());
    const neighbour = isShared ? neighbourOf(site.url) : null;
    const began = performance.now();
    const done = await execute(made, {
      writer: connection.writer,
      signal,
      emit: (event) => void (event.type === 'failed' && failed.push(event)),
    });
    const value = (performance.now() - began) / 1000;
    const other = await neighbour?.stop();
    const calls = sum(connection.calls()) - before;
    const throttles = connection.throttles();
    connection.close();
    const wanted = Array.from({ length: each }, (_, i) => `${seatGroup(TIERS[i % TIERS.length] ?? '')} ${userName(i)}`).sort();
    const lost = !isDeepStrictEqual(seated((await site.control('state')) as State), wanted); // the route's own shape
    if (done.applied !== 2 * each || lost || changesOf(made).length !== 2 * each)
      throw new Error(`${done.applied} of ${2 * each} applied, seats ${lost ? 'not ' : ''}as wanted: ${failed[0]?.error ?? ''}`);
    const percent = (100 * throttles) / calls;
    const told = `${throttles} of ${calls} requests throttled (${percent.toFixed(2)} %)`;
    const size = `${each} creates and ${each} deletes, all applied`;
    if (other !== undefined) {
      const kept = other.got / other.sent;
      const keeps = `the neighbour got ${(100 * kept).toFixed(1)} % of its half, of at least 95`;
      // The bucket was full at the beginning, for whoever came first.
      return { value, bound: (each - PER_SECOND) / HALF, conditions: { [keeps]: kept >= 0.95 }, notes: [`${size}; ${told}`] };
    }
    const eta = made.calls.seconds / value;
    const conditions = {
      [`${told}, of less than 1`]: percent < 1,
      [`the plan's estimate was ${made.calls.seconds.toFixed(1)} s, ${eta.toFixed(2)} of what it took, of 0.9 to 1.1`]:
        Math.abs(eta - 1) <= 0.1,
    };
    return { value, bound: each / PER_SECOND, conditions, notes: [size] };
  } finally {
    await site.close();
  }
}

export const applyTime: Scenario = {
  name: 'apply',
  unit: 's',
  what: 'as many creates as deletes at 20/s, against one of the two / 20',
  target: 1.1,
  run: (bench) => applying(bench, false),
};

export const sharedQuota: Scenario = {
  name: 'shared-quota',
  unit: 's',
  what: 'the same while a neighbour asks for half of the quota, against what remains',
  target: 1.2,
  run: (bench) => applying(bench, true),
};
