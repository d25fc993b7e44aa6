/**
 * Incident: one person who could not be added ended the run for everybody, in one case after a removal was done
 * (kubernetes/org#6044, kubernetes/test-infra#22723, knative/community#186, awslabs/ssosync#353).
 * Property: the bad change alone fails and is quarantined with its age and reason; all others proceed, the outcome is
 * `incomplete`, and whoever moves never loses the old seat over it.
 */
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { statusDocument } from '../../src/daemon/status.ts';
import { assignment, mail, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { about, crew, type Files, type Incident, incident } from './world.ts';

const PEOPLE = crew(50);
const BAD = 'p23';
const files = (...assignments: readonly string[]): Files => ({ 'all.yaml': [ORGANIZATION, PROFILE, ...assignments].join('---\n') });
const POLICY = files(assignment('everybody', 'pro', PEOPLE));
const MINUTE = 60_000;

async function rejecting(users: readonly string[], groups: Readonly<Record<string, readonly string[]>>): Promise<Incident> {
  const world = await incident({ users, groups });
  const error = 'ValidationException';
  await world.emulator.control('faults', { kind: 'reject', operation: 'CreateGroupMembership', principal: userId(BAD), error });
  return world;
}

const seated = (): Promise<Incident> => rejecting(PEOPLE, { 'kiro-eng-pro': [], 'kiro-eng-power': [] });

describe('one of fifty adds is rejected by AWS', () => {
  test('command line: the other 49 are written, 3, and the one is named with AWS’s words', async () => {
    const world = await seated();
    const ended = await world.run(POLICY, (io, deps) => apply({ yes: true }, io, deps));
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('49 applied, 1 failed, 0 skipped of 50 planned; 49 effects');
    expect(ended.stderr).toMatch(new RegExp(`${BAD}@example\\.com.*ValidationException`));
    expect(world.members('kiro-eng-pro')).toEqual(PEOPLE.filter((name) => name !== BAD));
  });

  test('daemon: incomplete, then quarantined with first seen and reason, and left alone for longer each time', {
    timeout: 60_000,
  }, async () => {
    const world = await seated();
    const daemon = world.daemon(POLICY);
    const first = (await daemon.pass()).result;
    expect(first).toMatchObject({ outcome: 'incomplete', applied: { planned: 50, applied: 49, failed: 1, skipped: 0, effects: 49 } });
    const since = world.clock.now.toISOString();

    // Three hours of a pass each quarter of an hour: a failing change is no reason to hammer.
    const before = await world.calls('CreateGroupMembership');
    for (let minute = 0; minute < 180; minute += 15) {
      world.clock.now = new Date(world.clock.now.getTime() + 15 * MINUTE);
      expect((await daemon.pass()).result.outcome).toBe('incomplete');
    }
    const sent = (await world.calls('CreateGroupMembership')) - before;
    expect(sent).toBeGreaterThan(2);
    expect(sent).toBeLessThanOrEqual(5);
    expect(statusDocument(daemon.daemon).quarantined).toMatchObject([
      { key: `membership/kiro-eng-pro/${mail(BAD)}`, since, failures: 1 + sent, error: expect.stringContaining('ValidationException') },
    ]);
    expect(await world.writes()).toHaveLength(49);

    // What was wrong is mended: it is tried again by itself within the day.
    await world.emulator.control('faults', { clear: true });
    world.clock.now = new Date(world.clock.now.getTime() + 24 * 60 * MINUTE);
    expect((await daemon.pass()).result.outcome).toBe('applied');
    expect(world.members('kiro-eng-pro')).toEqual(PEOPLE);
    expect(statusDocument(daemon.daemon).quarantined).toEqual([]);
  });
});

describe('the one who cannot be added is on the way from one seat to another', () => {
  test('the old seat stays as long as the new one cannot be had, however many days pass; others move', async () => {
    const movers = ['p01', BAD];
    const stay = crew(20).filter((name) => !movers.includes(name));
    const world = await rejecting([], { 'kiro-eng-pro': [...stay, BAD, 'p01'], 'kiro-eng-power': [] });
    const daemon = world.daemon(files(assignment('pro', 'pro', stay), assignment('power', 'power', movers)));
    for (let day = 0; day < 5; day++) {
      await daemon.pass();
      expect(world.members('kiro-eng-pro')).toContain(BAD);
      world.clock.now = new Date(world.clock.now.getTime() + 24 * 60 * MINUTE + MINUTE);
    }
    expect(about(await world.writes(), BAD)).toEqual([]);
    expect(about(await world.writes(), 'p01')).toEqual([
      '+membership/kiro-eng-power/p01@example.com',
      '-membership/kiro-eng-pro/p01@example.com',
    ]);
  });

  test('without an overlap, where both changes are of one plan, the removal is skipped', async () => {
    const world = await rejecting([], { 'kiro-eng-pro': ['p00', BAD], 'kiro-eng-power': [] });
    const policy = files(assignment('pro', 'pro', ['p00']), assignment('power', 'power', [BAD]));
    const ended = await world.run(policy, (io, deps) => apply({ yes: true }, io, deps), { settings: { overlapHours: 0 } });
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('0 applied, 1 failed, 1 skipped of 2 planned');
    expect(await world.writes()).toEqual([]);
  });
});
