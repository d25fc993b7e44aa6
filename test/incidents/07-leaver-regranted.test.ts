/**
 * Incident: somebody who had left was invited back after every cancellation, and others were invited again for years
 * (cncf/people#881, #912).
 * Property: a disabled or deleted identity is reported and left alone; a seat that somebody else reverses three times is
 * contested and left to a human, not fought over.
 */
import { describe, expect, test } from 'vitest';
import { statusDocument } from '../../src/daemon/status.ts';
import { assignment, mail, ORGANIZATION, PROFILE } from '../cli/site.ts';
import { about, crew, type Files, type Incident, type IncidentDaemon, incident } from './world.ts';

const HOUR = 3_600_000;
const STAY = crew(9);
const files = (users: readonly string[], note = ''): Files => ({
  'all.yaml': [ORGANIZATION, PROFILE, assignment('team', 'pro', users)].join('---\n') + note,
});

/** A pass each hour, and what the product wrote in that time about one person. */
async function hours(world: Incident, daemon: IncidentDaemon, count: number, name: string): Promise<readonly string[]> {
  const before = (await world.writes()).length;
  for (let hour = 0; hour < count; hour++) {
    await daemon.pass();
    world.clock.now = new Date(world.clock.now.getTime() + HOUR);
  }
  return about((await world.writes()).slice(before), name);
}

describe('somebody who has left is still named in the policy', () => {
  test('disabled: the seat is ended once and never given again, hour after hour; enabled again it is', async () => {
    const world = await incident({ groups: { 'kiro-eng-pro': [...STAY, 'eve'], 'kiro-eng-power': [] } });
    const daemon = world.daemon(files([...STAY, 'eve']));
    await daemon.pass();
    await world.emulator.control('outsider', { action: 'set-user', user: mail('eve'), status: 'DISABLED' });
    expect(await hours(world, daemon, 6, 'eve')).toEqual(['-membership/kiro-eng-pro/eve@example.com']);
    await world.emulator.control('outsider', { action: 'set-user', user: mail('eve'), status: 'ENABLED' });
    expect(await hours(world, daemon, 2, 'eve')).toEqual(['+membership/kiro-eng-pro/eve@example.com']);
  });

  test('disabled and without a seat: no write at all', async () => {
    const world = await incident({ disabled: ['eve'], groups: { 'kiro-eng-pro': STAY, 'kiro-eng-power': [] } });
    const daemon = world.daemon(files([...STAY, 'eve']));
    expect(await hours(world, daemon, 4, 'eve')).toEqual([]);
    expect((await daemon.pass()).result.outcome).toBe('in-sync');
  });

  test('deleted: named as unresolved with its place, and nobody else is touched', async () => {
    const world = await incident({ groups: { 'kiro-eng-pro': [...STAY, 'eve'], 'kiro-eng-power': [] } });
    const daemon = world.daemon(files([...STAY, 'eve']));
    await daemon.pass();
    await world.emulator.control('outsider', { action: 'delete-user', user: mail('eve') });
    expect(await hours(world, daemon, 4, 'eve')).toEqual([]);
    const { plan } = (await daemon.pass()).result;
    expect(plan?.unresolved).toMatchObject([{ kind: 'user', name: mail('eve'), file: 'all.yaml' }]);
    expect(await world.writes()).toEqual([]);
  });
});

describe('somebody else undoes each grant', () => {
  const fought = async () => {
    const world = await incident({ users: ['eve'], groups: { 'kiro-eng-pro': STAY, 'kiro-eng-power': [] } });
    await world.emulator.control('outsider', { action: 'undo', operation: 'CreateGroupMembership' });
    return { world, daemon: world.daemon(files([...STAY, 'eve'])) };
  };
  const KEY = 'membership/kiro-eng-pro/eve@example.com';

  test('granted three times and no more; contested in the status, with since when; the pass is incomplete and says why', async () => {
    const { world, daemon } = await fought();
    expect(await hours(world, daemon, 10, 'eve')).toEqual([`+${KEY}`, `+${KEY}`, `+${KEY}`]);
    const { result } = await daemon.pass();
    expect(result).toMatchObject({ outcome: 'incomplete', applied: { planned: 1, applied: 0, failed: 0, skipped: 1 } });
    const began = world.clock.now.getTime() - 10 * HOUR;
    expect(statusDocument(daemon.daemon).contested).toEqual([{ key: KEY, since: new Date(began + 3 * HOUR).toISOString() }]);
    const skipped = daemon.journal.list.findLast((entry) => entry.type === 'change' && entry.result === 'skipped');
    expect(skipped).toMatchObject({ key: KEY, error: expect.stringContaining('contested') });
  });

  test('the same for an SCIM provider that pushes its own truth into the seat group', async () => {
    const world = await incident({ users: ['eve'], groups: { 'kiro-eng-pro': STAY, 'kiro-eng-power': [] } });
    const daemon = world.daemon(files([...STAY, 'eve']));
    await daemon.pass();
    await world.emulator.control('scim', { action: 'provision', group: 'kiro-eng-pro', members: STAY.map(mail) });
    // The group is the provider's from now on: not a fight, but a refusal.
    expect(await hours(world, daemon, 3, 'eve')).toEqual([]);
    expect((await daemon.pass()).result.plan?.violations.map((violation) => violation.rule)).toEqual(['foreign-group']);
  });

  test('a restart forgets nothing; a new revision gives the seat one more try of three', async () => {
    const { world, daemon } = await fought();
    await hours(world, daemon, 6, 'eve');
    const again = world.daemon(files([...STAY, 'eve']));
    again.journal.list.push(...daemon.journal.list);
    expect(await hours(world, again, 4, 'eve')).toEqual([]);
    again.push(files([...STAY, 'eve'], '\n# talked to the directory team\n'));
    expect(await hours(world, again, 8, 'eve')).toEqual([`+${KEY}`, `+${KEY}`, `+${KEY}`]);
  });

  test('removals that somebody undoes end the same way', async () => {
    const world = await incident({ groups: { 'kiro-eng-pro': [...STAY, 'eve'], 'kiro-eng-power': [] } });
    await world.emulator.control('outsider', { action: 'undo', operation: 'DeleteGroupMembership' });
    const daemon = world.daemon(files(STAY));
    expect(await hours(world, daemon, 12, 'eve')).toEqual([`-${KEY}`, `-${KEY}`, `-${KEY}`]);
    expect(world.members('kiro-eng-pro')).toContain('eve');
    expect(statusDocument(daemon.daemon).contested.map((one) => one.key)).toEqual([KEY]);
  });
});
