/**
 * Incident: one person was removed and added again in one pass, because the same person was spelled in two ways
 * (kubernetes/test-infra#21434). Here each flap may also cost a month's fee.
 * Property: at most one change a person and seat group; whoever moves has the new seat before the old one goes.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sight } from '../../src/emulator/emulator.ts';
import { changesOf, type Plan } from '../../src/model/plan.ts';
import { assignment, mail, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { OPERATOR, planOf, type World } from '../support/world.ts';
import { about, type Files, incident } from './world.ts';

const HOUR = 3_600_000;
const NAMES = ['ana', 'bob', 'cleo', 'dan', 'eve'];
const GROUPS = ['kiro-eng-pro', 'kiro-eng-pro-plus', 'kiro-eng-power', 'kiro-lab-pro'] as const;
const SEATS = [
  { profile: 'eng', tier: 'pro' },
  { profile: 'eng', tier: 'pro-plus' },
  { profile: 'eng', tier: 'power' },
  { profile: 'lab', tier: 'pro' },
];
/** The spellings under which a policy may know one person. */
const spelled = (name: string) => fc.constantFrom(`${name}@example.com`, `${name.toUpperCase()}@Example.com`, `${name}.alias@example.com`);
const person = fc.constantFrom(...NAMES).chain(spelled);

const worlds: fc.Arbitrary<World> = fc
  .record({
    members: fc.tuple(...GROUPS.map(() => fc.subarray(NAMES))),
    disabled: fc.subarray(NAMES, { maxLength: 1 }),
    made: fc.constantFrom('', '@2026-11-10T11:00:00.000Z', '@-'),
  })
  .map(({ members, disabled, made }) => ({
    users: NAMES.map((name) => ({
      userName: mail(name),
      emails: [mail(name), `${name}.alias@example.com`],
      enabled: !disabled.includes(name),
    })),
    groups: Object.fromEntries(GROUPS.map((group, i) => [group, (members[i] ?? []).map((name) => `${mail(name)}${made}`)])),
  }));
const grants = fc.array(
  fc.record({
    seat: fc.constantFrom(...SEATS),
    users: fc.uniqueArray(person, { minLength: 1, maxLength: 6 }),
    excluded: fc.subarray(NAMES, { maxLength: 1 }),
  }),
  { minLength: 1, maxLength: 5 },
);

function documents(
  list: readonly { readonly seat: object; readonly users: readonly string[]; readonly excluded: readonly string[] }[],
): string {
  return list
    .map(({ seat, users, excluded }, i) => ({
      kind: 'Assignment',
      name: `a${i}`,
      ...seat,
      // One that nobody is left in is an error of its own.
      users: [...users, 'guest@example.com'],
      exclude: { users: excluded.map(mail) },
    }))
    .map((document) => JSON.stringify(document))
    .join('\n---\n');
}

/** Every membership change of a plan by what it really touches: ids, not names. */
function touched(made: Plan): readonly string[] {
  return changesOf(made).flatMap((change) => (change.kind === 'membership' ? [`${change.groupId} ${change.userId}`] : []));
}

describe('net effect only', () => {
  test('law: whatever the spelling, no seat is both made and ended in one plan, and no old seat goes with its replacement', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(worlds, grants, fc.constantFrom(0, 24), (world, list, overlapHours) => {
        const made = planOf(documents(list), world, { operator: { ...OPERATOR, overlapHours } });
        expect(touched(made)).toEqual([...new Set(touched(made))]);
        const created = changesOf(made).filter((change) => change.action === 'create' && change.kind === 'membership');
        const held = new Set(
          Object.entries(world.groups ?? {}).flatMap(([group, members]) => members.map((text) => `g-${group} ${text.split('@2026')[0]}`)),
        );
        // Whoever is in the group already is not added again, under no spelling.
        for (const change of created) if (change.kind === 'membership') expect(held.has(`${change.groupId} ${change.user}`)).toBe(false);
        if (overlapHours === 0) return;
        const adding = new Set(created.map((change) => `${change.profile} ${'userId' in change ? change.userId : ''}`));
        for (const change of changesOf(made)) {
          if (change.action === 'delete') expect(adding.has(`${change.profile} ${change.userId}`)).toBe(false);
        }
      }),
      { seed: 21434, numRuns: 100 },
    );
  });
});

const files = (tier: string, spelling = mail('ana')): Files => ({
  'all.yaml': [
    ORGANIZATION,
    PROFILE,
    assignment('team', 'pro', ['bob']),
    `${assignment('mover', tier, ['x']).replace(mail('x'), spelling)}`,
  ].join('---\n'),
});

describe('on the emulator', () => {
  test.each(['ANA@example.com', 'Ana@Example.COM'])('%s for ana@example.com: no writes, and a warning', async (spelling) => {
    const world = await incident({ groups: { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': [] } });
    const result = (await world.daemon(files('pro', spelling)).pass()).result;
    expect(result.outcome).toBe('in-sync');
    expect(result.plan?.warnings.map((warning) => warning.message).join()).toContain(spelling);
    expect(await world.writes()).toEqual([]);
  });

  test('the identity provider renames the person: the seat stays, under each name, and nothing is written', async () => {
    const world = await incident({ groups: { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': [] } });
    const daemon = world.daemon(files('pro'));
    await daemon.pass();
    await world.emulator.control('outsider', { action: 'set-user', user: mail('ana'), userName: 'ana.new@example.com' });
    expect((await daemon.pass()).result.outcome).toBe('in-sync');
    daemon.push(files('pro', 'ana.new@example.com'));
    expect((await daemon.pass()).result.outcome).toBe('in-sync');
    expect(await world.writes()).toEqual([]);
  });

  test('a tier that flips back and forth: never without a seat, at no write and no tick, and one write a flip', async () => {
    const seen: string[][] = [];
    const watch = (sight: Sight) =>
      void seen.push(
        sight
          .seats()
          .filter((row) => row.UserId === userId('ana') && row.Status !== 'CANCELLED')
          .map((row) => row.Tier),
      );
    const world = await incident({ groups: { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': [] } }, { watch });
    const daemon = world.daemon(files('pro'));
    await daemon.pass();
    await world.emulator.control('seats', { ending: 'at-once' });
    seen.length = 0;
    for (const tier of ['power', 'pro', 'power', 'pro', 'power', 'power', 'power']) {
      daemon.push(files(tier));
      await daemon.pass();
      world.clock.now = new Date(world.clock.now.getTime() + 13 * HOUR);
    }
    await daemon.pass();
    expect(seen.length).toBeGreaterThan(50);
    expect(seen.filter((tiers) => tiers.length === 0)).toEqual([]);
    const power = 'membership/kiro-eng-power/ana@example.com';
    expect(about(await world.writes(), 'ana')).toEqual([
      `+${power}`,
      `-${power}`,
      `+${power}`,
      `-${power}`,
      `+${power}`,
      '-membership/kiro-eng-pro/ana@example.com',
    ]);
    expect(seen.at(-1)).toEqual(['power']);
  });
});
