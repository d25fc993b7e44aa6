import { type ApplyEvent, apply as execute } from '../../src/apply/apply.ts';
import type { State } from '../../src/emulator/emulator.ts';
import { changesOf } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';
import { configured, directory, OPERATOR, signal, sum } from './directory.ts';
import { organisation, policy, seatGroup } from './organisation.ts';
import type { Bench, Measured, Scenario } from './scenario.ts';

const PER_SECOND = 20;
const changesEach = (bench: Bench): number => (bench.full ? 1200 : 200);

/** People of the seat groups, as the directory holds them afterwards. */
function seated(state: State): number {
  const groups = new Set(state.groups.filter((group) => group.DisplayName?.startsWith(seatGroup(''))).map((group) => group.GroupId));
  return state.memberships.filter((membership) => groups.has(membership.GroupId)).length;
}

/** So many creates and as many deletes of other people, against the rate that the neighbour leaves. */
async function applying(bench: Bench, neighbour: number): Promise<Measured> {
  const each = changesEach(bench);
  const seed = organisation({ users: 3 * each, sources: 1, memberships: 1, granted: each, leavers: each, seated: 0 });
  const site = await directory(bench, seed, { limits: null, ms: 0 });
  try {
    const { configuration, scope } = configured(policy({ byName: each, bySource: 0 }));
    const connection = site.connect();
    const live = await connection.reader.observe(scope, signal);
    const made = plan({ configuration, live, now: new Date(live.instant), operator: OPERATOR, revision: null });
    await site.control('limits', { perSecond: PER_SECOND, neighbour });
    await site.control('faults', { operation: '*', kind: 'latency', ms: 60 });
    const failed: ApplyEvent[] = [];
    const before = sum(connection.calls());
    const began = performance.now();
    const done = await execute(made, {
      writer: connection.writer,
      signal,
      emit: (event) => void (event.type === 'failed' && failed.push(event)),
    });
    const value = (performance.now() - began) / 1000;
    const calls = sum(connection.calls()) - before;
    const throttles = connection.throttles();
    connection.close();
    const state = (await site.control('state')) as State; // the route's own shape
    if (done.applied !== 2 * each || seated(state) !== each || changesOf(made).length !== 2 * each)
      throw new Error(`${done.applied} of ${2 * each} applied, ${seated(state)} of ${each} seated: ${failed[0]?.error ?? ''}`);
    const rate = PER_SECOND * (1 - neighbour);
    const eta = made.calls.seconds;
    return {
      value,
      bound: each / rate,
      notes: [
        `${each} creates and ${each} deletes, all applied; ${throttles} of ${calls} requests throttled (${((100 * throttles) / calls).toFixed(2)} %)`,
        ...(neighbour === 0 ? [`the plan's estimate was ${eta.toFixed(1)} s: ${(eta / value).toFixed(2)} of what it took`] : []),
      ],
    };
  } finally {
    await site.close();
  }
}

export const applyTime: Scenario = {
  name: 'apply',
  unit: 's',
  what: 'as many creates as deletes at 20/s, against one of the two / 20',
  target: 1.1,
  run: (bench) => applying(bench, 0),
};

export const sharedQuota: Scenario = {
  name: 'shared-quota',
  unit: 's',
  what: 'the same while a neighbour takes half of the quota, against what remains',
  target: 1.2,
  run: (bench) => applying(bench, 0.5),
};
