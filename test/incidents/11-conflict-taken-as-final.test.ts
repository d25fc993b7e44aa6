/**
 * Incident: a conflict that would have passed was taken as final, and the request stayed in "error" for good
 * (aws-samples/iam-identity-center-team#513).
 * Property: a concurrent modification is tried again; "already there" and "already gone" are success once a read has
 * confirmed them; an answer that was lost counts one effect. The same of the adapter alone: test/adapters/identity-center.
 */
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { assignment, mail, ORGANIZATION, PROFILE } from '../cli/site.ts';
import { crew, type Files, type Incident, incident, keyOf } from './world.ts';

const STAY = crew(6);
const FILES: Files = { 'all.yaml': [ORGANIZATION, PROFILE, assignment('team', 'pro', [...STAY, 'new'])].join('---\n') };
const begin = (): Promise<Incident> => incident({ users: ['new'], groups: { 'kiro-eng-pro': [...STAY, 'eve'], 'kiro-eng-power': [] } });
const WISH = ['+membership/kiro-eng-pro/new@example.com', '-membership/kiro-eng-pro/eve@example.com'];

/** One new, one gone: whatever happens on the way, both are true in the end, each by one effect. */
async function expectDone(world: Incident, said: string): Promise<void> {
  const ended = await world.run(FILES, (io, deps) => apply({ yes: true }, io, deps));
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(ended.stdout).toContain(said);
  expect(world.members('kiro-eng-pro')).toEqual([...STAY, 'new'].sort());
}

describe('a conflict that passes', () => {
  test.each([
    ['conflict', 2],
    ['conflict', 7],
    ['drop-after-write', 1],
    ['unavailable', 3],
    ['throttle', 6],
  ])('%s, %i times for each write: applied, two effects, written once', async (kind, times) => {
    const world = await begin();
    for (const operation of ['CreateGroupMembership', 'DeleteGroupMembership'])
      await world.emulator.control('faults', { kind, operation, times });
    await expectDone(world, '2 applied, 0 failed, 0 skipped of 2 planned; 2 effects');
    expect((await world.writes()).map(keyOf).sort()).toEqual(WISH);
  });

  test('a conflict that never passes is a failure of that change alone, after at most ten sends', async () => {
    const world = await begin();
    await world.emulator.control('faults', { kind: 'conflict', operation: 'CreateGroupMembership', times: null });
    const ended = await world.run(FILES, (io, deps) => apply({ yes: true }, io, deps));
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('1 applied, 1 failed, 0 skipped of 2 planned; 1 effects');
    expect(await world.calls('CreateGroupMembership')).toBeLessThanOrEqual(10);
    await world.emulator.control('faults', { clear: true });
    await expectDone(world, '1 applied, 0 failed, 0 skipped of 1 planned; 1 effects');
  });
});

describe('somebody else was quicker', () => {
  /** Both wishes come true while a person looks at the plan. */
  const meanwhile = async (world: Incident) => {
    await world.emulator.control('outsider', { action: 'add-member', group: 'kiro-eng-pro', user: mail('new') });
    await world.emulator.control('outsider', { action: 'remove-member', group: 'kiro-eng-pro', user: mail('eve') });
  };

  test('between the reading and the writes of the daemon: applied, and no effect is claimed', async () => {
    const world = await begin();
    // The reading is slow to end, and meanwhile the outsider has done it all.
    await world.emulator.control('faults', { kind: 'latency', operation: 'ListAccountAssignmentsForPrincipal', ms: 500 });
    const daemon = world.daemon(FILES);
    const running = daemon.pass();
    await expect.poll(() => world.calls('ListAccountAssignmentsForPrincipal'), { interval: 5, timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => world.calls('ListGroupMemberships'), { interval: 5, timeout: 10_000 }).toBeGreaterThan(1);
    await meanwhile(world);
    expect((await running).result).toMatchObject({ outcome: 'applied', applied: { planned: 2, applied: 2, failed: 0, effects: 0 } });
    expect(await world.writes()).toEqual([]);
    expect(world.members('kiro-eng-pro')).toEqual([...STAY, 'new'].sort());
  });

  test('"already there" of a read that lags is confirmed before it counts', async () => {
    const world = await begin();
    await world.emulator.control('faults', { kind: 'drop-after-write', operation: 'CreateGroupMembership', times: 1 });
    // The confirming look-up does not see the membership at first.
    await world.emulator.control('faults', { kind: 'lag', operation: 'GetGroupMembershipId', ms: 60_000, times: 2 });
    await expectDone(world, '2 applied, 0 failed, 0 skipped of 2 planned; 2 effects');
    expect(await world.calls('GetGroupMembershipId')).toBe(3);
  });
});
