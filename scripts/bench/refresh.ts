import { configured, type Directory, directory, signal, sum } from './directory.ts';
import { organisation, policy, type Size } from './organisation.ts';
import { type Bench, median, type Scenario, seconds } from './scenario.ts';

const PAGE = 100;
const PER_SECOND = 20;
const LATENCY_MS = 60;

const FULL: Size = { users: 5000, sources: 200, memberships: 10_000, granted: 3000, leavers: 0, seated: 3000 };
const SHORT: Size = { users: 1500, sources: 60, memberships: 3000, granted: 900, leavers: 0, seated: 900 };
const sizeOf = (bench: Bench): Size => (bench.full ? FULL : SHORT);

const pages = (items: number): number => Math.max(1, Math.ceil(items / PAGE));

/** What reading everything costs by AWS's paging alone: an independent count, from the organisation and not from the product. */
function leastCalls(size: Size): { readonly byOperation: Readonly<Record<string, number>>; readonly all: number } {
  const seed = organisation(size);
  const members = new Map(seed.groups.map((group) => [group.GroupId, 0]));
  for (const { GroupId } of seed.memberships) members.set(GroupId, (members.get(GroupId) ?? 0) + 1);
  const seatGroups = 4;
  const byOperation = {
    ListUsers: pages(size.users),
    ListGroups: pages(seed.groups.length),
    ListGroupMemberships: [...members.values()].reduce((all, count) => all + pages(count), 0),
    // Instance, application, its assignments, and of each seat group what else it opens: applications and accounts.
    admin: 3 + 2 * seatGroups,
  };
  return { byOperation, all: sum(byOperation) };
}

async function withDirectory<T>(bench: Bench, isTimed: boolean, work: (site: Directory) => Promise<T>): Promise<T> {
  const limits = isTimed ? { perSecond: PER_SECOND, neighbour: 0 } : null;
  const site = await directory(bench, organisation(sizeOf(bench)), { limits, ms: isTimed ? LATENCY_MS : 0 });
  try {
    return await work(site);
  } finally {
    await site.close();
  }
}

export const refreshCalls: Scenario = {
  name: 'refresh-calls',
  unit: 'calls',
  what: 'requests of the first reading, against what paging asks for',
  target: 1,
  run: (bench) =>
    withDirectory(bench, false, async (site) => {
      const { scope } = configured(policy({ byName: 0, bySource: sizeOf(bench).sources }));
      const connection = site.connect();
      await connection.reader.observe(scope, signal);
      connection.close();
      const value = sum(await site.calls());
      return { value, bound: leastCalls(sizeOf(bench)).all, notes: [JSON.stringify(await site.calls())] };
    }),
};

export const refreshTime: Scenario = {
  name: 'refresh-time',
  unit: 's',
  what: `the first reading at 20/s and ${LATENCY_MS} ms, against the slowest operation's calls / 20`,
  target: 1.1,
  run: (bench) =>
    withDirectory(bench, true, async (site) => {
      const { scope } = configured(policy({ byName: 0, bySource: sizeOf(bench).sources }));
      const { byOperation } = leastCalls(sizeOf(bench));
      const bound = Math.max(...Object.values(byOperation)) / PER_SECOND;
      const times: number[] = [];
      let throttles = 0;
      for (let run = 0; run < Math.min(bench.runs, 3); run += 1) {
        // A full bucket each time, as at the start of a process.
        await site.control('limits', { perSecond: PER_SECOND, neighbour: 0 });
        const connection = site.connect();
        times.push(await seconds(() => connection.reader.observe(scope, signal)));
        throttles += connection.throttles();
        connection.close();
      }
      return {
        value: median(times),
        bound,
        conditions: { [`${throttles} throttles in ${times.length} readings, of none`]: throttles === 0 },
      };
    }),
};

export const warmRefresh: Scenario = {
  name: 'warm-refresh',
  unit: 'calls',
  what: 'requests of a second reading when nothing changed, against those of the first',
  target: 1,
  run: (bench) =>
    withDirectory(bench, false, async (site) => {
      const { scope } = configured(policy({ byName: 40, bySource: sizeOf(bench).sources }));
      const connection = site.connect();
      await connection.reader.observe(scope, signal);
      const first = sum(connection.calls());
      await connection.reader.observe(scope, signal);
      const second = sum(connection.calls()) - first;
      connection.close();
      return { value: second, bound: first, notes: ['every list that a removal rests on is read again, and the people in them'] };
    }),
};
