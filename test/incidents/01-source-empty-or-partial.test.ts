/**
 * Incident: the source answers without an error but gives nothing, or a part, and everything that it no longer names is
 * deleted (argoproj/argo-cd#3473, awslabs/ssosync#194, #159, #236, kubernetes/org#4365).
 * Property: a removal needs complete reads of both sides; a side that is empty, short or shrunk removes nobody, and says so.
 * Lists that fail on a later page, or never end, are in test/e2e/incomplete-read.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { assignment, groupId, mail, ORGANIZATION, PROFILE } from '../cli/site.ts';
import { crew, type Files, type Incident, incident } from './world.ts';

const PEOPLE = crew(12);
const BY_NAME = assignment('roster', 'pro', PEOPLE);
const BY_GROUP = `kind: Assignment
name: roster
profile: engineering
tier: pro
groups: [everybody]
reason: Test
`;
/** Limits that one person does not trip. */
const LOOSE = { removals: { percent: 100, count: 100, from: 1 }, moves: { percent: 100, from: 1 } };
const files = (roster: Files): Files => ({ 'organization.yaml': ORGANIZATION, 'profile.yaml': PROFILE, ...roster });

/** Everybody has the seat that the policy grants, by name or through the group `everybody`. */
const settled = () => incident({ groups: { 'kiro-eng-pro': PEOPLE, 'kiro-eng-power': [], everybody: PEOPLE } });
const applied = (world: Incident, policy: Files) => world.run(policy, (io, deps) => apply({ yes: true }, io, deps));

async function expectUnharmed(world: Incident): Promise<void> {
  expect(await world.writes()).toEqual([]);
  expect(world.members('kiro-eng-pro')).toEqual(PEOPLE);
}

describe('the policy reads fine, but is empty or a part', () => {
  test.each<[what: string, policy: Files, code: number, said: RegExp]>([
    ['an empty folder', {}, 1, /Organization/],
    ['a folder with another kind of file only', { 'README.md': '# Policy' }, 1, /Organization/],
    ['no assignment at all', files({}), 4, /empty-configuration/],
    ['the roster file is missing, another is there', files({ 'b.yaml': assignment('other', 'power', ['p00']) }), 4, /empties-group/],
    [
      'the roster file is cut in the middle',
      files({ 'roster.yaml': assignment('roster', 'pro', PEOPLE.slice(0, 6)) }),
      4,
      /too-many-removals/,
    ],
    ['the roster file ends in the middle of a line', files({ 'roster.yaml': BY_NAME.slice(0, 60) }), 1, /roster\.yaml:/],
    ['the seats are gone with their profile', { 'organization.yaml': ORGANIZATION }, 0, /./],
  ])('%s', async (_what, policy, code, said) => {
    const world = await settled();
    const ended = await applied(world, policy);
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    expect(ended.stdout + ended.stderr).toMatch(said);
    await expectUnharmed(world);
  });

  test('the daemon follows an empty commit nowhere, and the one after it normally', async () => {
    const world = await settled();
    const daemon = world.daemon(files({ 'roster.yaml': BY_NAME }));
    expect((await daemon.pass()).result.outcome).toBe('in-sync');
    daemon.push({});
    expect((await daemon.pass()).result).toMatchObject({ outcome: 'invalid', plan: null });
    daemon.push(files({}));
    const refused = (await daemon.pass()).result;
    expect(refused.outcome).toBe('refused');
    expect(refused.plan?.violations.map((violation) => violation.rule)).toContain('empty-configuration');
    await expectUnharmed(world);
    daemon.push(files({ 'roster.yaml': assignment('roster', 'pro', PEOPLE.slice(1)) }));
    expect((await daemon.pass()).result.outcome).toBe('applied');
    expect(world.members('kiro-eng-pro')).toEqual(PEOPLE.slice(1));
  });
});

describe('the directory reads fine, but is empty or a part', () => {
  test('the source group has lost all its members: every removal of the profile is held, and says why', async () => {
    const world = await settled();
    for (const name of PEOPLE) await world.emulator.control('outsider', { action: 'remove-member', group: 'everybody', user: mail(name) });
    const ended = await applied(world, files({ 'roster.yaml': BY_GROUP, 'b.yaml': assignment('other', 'power', ['p00']) }));
    expect(ended.stdout).toMatch(/everybody.*no members/);
    expect(await world.writes()).toMatchObject([{ operation: 'CreateGroupMembership', group: 'kiro-eng-power' }]);
    expect(world.members('kiro-eng-pro')).toEqual(PEOPLE);
  });

  test('the source group is gone: the same', async () => {
    const world = await settled();
    await world.emulator.control('outsider', { action: 'delete-group', group: 'everybody' });
    const ended = await applied(world, files({ 'roster.yaml': BY_GROUP, 'b.yaml': assignment('other', 'power', ['p00']) }));
    expect(ended.stdout).toContain('everybody');
    expect(world.members('kiro-eng-pro')).toEqual(PEOPLE);
    expect((await world.writes()).filter((write) => write.operation.startsWith('Delete'))).toEqual([]);
  });

  test('the source group has shrunk to a third: refused with numbers', async () => {
    const world = await settled();
    for (const name of PEOPLE.slice(4))
      await world.emulator.control('outsider', { action: 'remove-member', group: 'everybody', user: mail(name) });
    const ended = await applied(world, files({ 'roster.yaml': BY_GROUP }));
    expect(ended.code).toBe(4);
    expect(ended.stdout).toContain('8 of 12');
    await expectUnharmed(world);
  });

  test('the identity provider disables most people at once: refused with numbers', async () => {
    const world = await settled();
    for (const name of PEOPLE.slice(3))
      await world.emulator.control('outsider', { action: 'set-user', user: mail(name), status: 'DISABLED' });
    const ended = await applied(world, files({ 'roster.yaml': BY_NAME }));
    expect(ended.code).toBe(4);
    expect(ended.stdout).toContain('9 of 12');
    await expectUnharmed(world);
  });

  test('a group that is excluded suddenly holds everybody: refused with numbers', async () => {
    const world = await incident({ groups: { 'kiro-eng-pro': PEOPLE, 'kiro-eng-power': ['q00'], contractors: PEOPLE.slice(1) } });
    const roster = `${BY_NAME}exclude: { groups: [contractors] }\n`;
    const ended = await applied(world, files({ 'roster.yaml': roster, 'b.yaml': assignment('other', 'power', ['q00']) }));
    expect(ended.code).toBe(4);
    expect(ended.stdout).toContain('11 of 12');
    await expectUnharmed(world);
  });

  test('the directory shrinks while it is being read: what was read does not fit together, 5 and nothing is written', async () => {
    const world = await settled();
    // People are read beside the members of groups: here one by one and slowly, so that the last of them comes last.
    await world.emulator.control('faults', { kind: 'short-page', operation: 'ListUsers', size: 1, times: 12 });
    await world.emulator.control('faults', { kind: 'latency', operation: 'ListUsers', ms: 60 });
    const last = world.emulator.state().users.findLast((user) => PEOPLE.some((name) => user.UserName === mail(name)))?.UserName ?? '';
    const reading = applied(world, files({ 'roster.yaml': BY_NAME }));
    await expect.poll(() => world.calls('ListUsers'), { interval: 5, timeout: 10_000 }).toBeGreaterThan(4);
    await world.emulator.control('outsider', { action: 'delete-user', user: last });
    const ended = await reading;
    expect(ended.code, ended.stdout + ended.stderr).toBe(5);
    expect(ended.stderr).toContain('somebody changed it meanwhile');
    expect(await world.writes()).toEqual([]);
    expect(world.members('kiro-eng-pro')).toEqual(PEOPLE.filter((name) => mail(name) !== last));
  });
});

describe('the directory changes while it is being read', () => {
  const FIRST = Array.from({ length: 110 }, (_, i) => `a${String(i).padStart(3, '0')}`);
  const MOVERS = ['z1', 'z2'];
  const TEAMS = BY_GROUP.replace('[everybody]', '[team-early, team-late]');

  /** While the second page of `team-late` is on its way, its last two people are put into `team-early` and taken out of it. */
  async function torn(): Promise<Incident> {
    let isDone = false;
    const world = await incident(
      {
        groups: {
          'kiro-eng-pro': [...FIRST, 'early', ...MOVERS],
          'kiro-eng-power': [],
          'team-early': ['early'],
          'team-late': [...FIRST, ...MOVERS],
        },
      },
      {
        onExchange: ({ request }) => {
          if (
            isDone ||
            !String(request.headers['x-amz-target']).endsWith('.ListGroupMemberships') ||
            !request.body.includes(groupId('team-early'))
          )
            return;
          isDone = true;
          void (async () => {
            for (const user of MOVERS.map(mail)) {
              await world.emulator.control('outsider', { action: 'add-member', group: 'team-early', user });
              await world.emulator.control('outsider', { action: 'remove-member', group: 'team-late', user });
            }
          })();
        },
      },
    );
    await world.emulator.control('faults', { operation: 'ListGroupMemberships', kind: 'latency', ms: 300, times: null });
    return world;
  }

  test('people who move between two source groups meanwhile keep their seats: two readings have to agree', async () => {
    const world = await torn();
    const ended = await applied(world, files({ 'roster.yaml': TEAMS }));
    expect(ended.stdout).toContain('z1@example.com');
    expect(await world.writes()).toEqual([]);
    expect(ended.code).toBe(3);
    expect((await applied(world, files({ 'roster.yaml': TEAMS }))).code).toBe(0);
    expect(world.members('kiro-eng-pro')).toEqual([...FIRST, 'early', ...MOVERS]);
  });

  test('the same in a daemon: the pass is incomplete, the next one is in sync', async () => {
    const world = await torn();
    const daemon = world.daemon(files({ 'roster.yaml': TEAMS }));
    expect((await daemon.pass()).result).toMatchObject({ outcome: 'incomplete', applied: { applied: 0, skipped: 2 } });
    expect((await daemon.pass()).result.outcome).toBe('in-sync');
    expect(await world.writes()).toEqual([]);
  });

  test('a reading that lags behind our own removal gives no ground for the next one', async () => {
    const world = await incident({ groups: { 'kiro-eng-pro': ['ana'], 'kiro-eng-power': ['ana'] } });
    const daemon = world.daemon(files({ 'roster.yaml': assignment('roster', 'power', ['ana']) }), { limits: LOOSE });
    await world.emulator.control('faults', { operation: '*', kind: 'lag', ms: 2000, times: null });
    expect((await daemon.pass()).result.outcome).toBe('applied');
    expect(world.members('kiro-eng-pro')).toEqual([]);
    daemon.push(files({ 'roster.yaml': assignment('roster', 'pro', ['ana']) }));
    await daemon.pass();
    expect(world.members('kiro-eng-power')).toEqual(['ana']);
    expect(world.members('kiro-eng-pro')).toEqual(['ana']);
  });
});
