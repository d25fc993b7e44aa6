/**
 * Incident: three attempts with the SDK's own back-off, and the job was dead; others waited eight hours
 * (ministryofjustice/modernisation-platform#11948, hashicorp/terraform-provider-aws#35646, #25552).
 * Property: one shared pace below the quota, back-off of our own, no bursts; a neighbour who takes half of the quota slows
 * a run down and loses no change of it.
 */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Clock } from '../../src/adapters/identity-center/clock.ts';
import { connect } from '../../src/adapters/identity-center/connect.ts';
import { apply } from '../../src/apply/apply.ts';
import { membershipKey } from '../../src/model/key.ts';
import type { Change, Plan } from '../../src/model/plan.ts';
import { directory, groupId, mail, STORE, userId } from '../cli/site.ts';
import { against } from '../support/cli.ts';
import { startTestEmulator } from '../support/emulator.ts';
import { NOW } from '../support/world.ts';

const MANY = 1000;
const SHARE = 0.75;
const people = Array.from({ length: MANY }, (_, i) => `n${String(i).padStart(4, '0')}`);

function plan(): Pick<Plan, 'stages'> {
  const group = 'kiro-eng-pro';
  const changes = people.map((name): Change => {
    const rest = { profile: 'engineering', group, groupId: groupId(group), userId: userId(name), user: mail(name) };
    return { action: 'create', kind: 'membership', key: membershipKey(group, mail(name)), reason: '', ...rest };
  });
  return { stages: [{ name: 'memberships-to-add', changes }] };
}

/** Turns of the event loop in which nothing was on its way: then everybody sleeps, and time may pass. */
const QUIET_TURNS = 5;

type Stepped = { readonly clock: Clock; readonly now: () => Date };

/** One clock for both sides that passes only while nothing is on its way, so that the speed of this machine decides nothing. */
function steppedClock(isBusy: () => boolean): Stepped {
  const sleepers = new Map<() => void, number>();
  let at = 0;
  let quiet = 0;
  let chance = 0;
  const step = (): void => {
    quiet = isBusy() ? 0 : quiet + 1;
    if (quiet > QUIET_TURNS) {
      quiet = 0;
      at = Math.max(at, Math.min(...sleepers.values()));
      const due = [...sleepers].filter(([, until]) => until <= at).map(([wake]) => wake);
      for (const wake of due) sleepers.delete(wake);
      for (const wake of due) wake();
    }
    if (sleepers.size > 0) setImmediate(step);
  };
  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      if (sleepers.size === 0) setImmediate(step);
      sleepers.set(resolve, at + milliseconds);
    });
  const random = (): number => {
    chance = (chance + 0.618) % 1;
    return chance;
  };
  return { clock: { monotonic: () => at, sleep, random }, now: () => new Date(NOW.getTime() + at) };
}

/** The most requests in any window of so many milliseconds. */
function busiest(times: readonly number[], window: number): number {
  let first = 0;
  return times.reduce((most, time, i) => {
    while (time - (times[first] ?? time) >= window) first += 1;
    return Math.max(most, i - first + 1);
  }, 0);
}

describe('20 requests a second, and a neighbour who takes 10 of them', () => {
  test('1,000 changes: all are done, none fails, and the pace of what is sent stays below our share', { timeout: 90_000 }, async () => {
    let sent = 0;
    const arrived: number[] = [];
    const time = steppedClock(() => sent > arrived.length);
    const emulator = await startTestEmulator({
      seed: directory({ users: people, groups: { 'kiro-eng-pro': [] } }),
      limiter: true,
      now: time.now,
      onExchange: () => void arrived.push(time.now().getTime()),
    });
    for (const [name, value] of Object.entries(against(emulator.url))) vi.stubEnv(name, value);
    const connection = connect({
      region: 'eu-west-1',
      identityStoreId: STORE,
      quotaShare: SHARE,
      assumeRoleArn: null,
      now: time.now,
      clock: time.clock,
      log: ({ type }) => {
        if (type !== 'throttled') sent += 1;
      },
    });
    onTestFinished(async () => {
      connection.close();
      vi.unstubAllEnvs();
      await emulator.close();
    });
    await emulator.control('limits', { perSecond: 20, neighbour: 0.5 });
    // The storm: at first nobody gets anything for a while.
    await emulator.control('faults', { kind: 'throttle', operation: 'CreateGroupMembership', times: 100 });
    const began = time.now().getTime();
    const failures: string[] = [];
    const done = await apply(plan(), {
      writer: connection.writer,
      emit: (event) => {
        if (event.type === 'failed' || event.type === 'skipped') failures.push(event.change.key);
      },
      signal: new AbortController().signal,
    });

    expect(failures).toEqual([]);
    expect(done).toEqual({ planned: MANY, applied: MANY, failed: 0, skipped: 0, effects: MANY });
    expect(emulator.state().memberships).toHaveLength(MANY);
    expect(await emulator.control('writes')).toHaveLength(MANY);
    // Ten a second is all that the neighbour leaves; what the storm sent away comes back within minutes.
    const seconds = (time.now().getTime() - began) / 1000;
    expect(seconds).toBeGreaterThan(90);
    expect(seconds).toBeLessThan(300);
    // Finding that out again and again costs few requests, and never more than our share in any second.
    expect(connection.throttles()).toBeGreaterThan(100);
    expect(arrived).toHaveLength(MANY + connection.throttles());
    expect(arrived.length).toBeLessThan(1.25 * MANY);
    expect(busiest(arrived, 1000)).toBeLessThanOrEqual(20 * SHARE);
  });
});
