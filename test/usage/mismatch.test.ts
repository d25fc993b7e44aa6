import { describe, expect, test } from 'vitest';
import { creditsOf, facts, idOf, use } from './scenario.ts';

const TEAM = `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana, bo]
---
kind: Assignment
name: heavy
profile: eng
tier: power
users: [dee]
---
kind: Profile
name: open
account: "777788889999"
region: us-east-1
overage: { enabled: true }
seats:
  pro: { group: kiro-open-pro }
  power: { group: kiro-open-power }
`;
const OPEN = { account: '777788889999' };
const LAB = { account: '444455556666', region: 'eu-central-1' };

function found(world: Parameters<typeof creditsOf>[1], given: Parameters<typeof creditsOf>[2]) {
  return creditsOf(TEAM, world, given).mismatches.map((m) => [
    m.kind,
    m.userName ?? m.userId,
    m.profile,
    m.tier,
    m.usageTier,
    m.cost,
    m.text,
  ]);
}

describe('mismatches', () => {
  test('another tier in the reports than the seat has, by the name and in every spelling', () => {
    const world = { groups: { 'kiro-eng-pro': ['ana', 'bo', 'dee'] } };
    expect(
      found(
        world,
        facts([use('ana', { monthTier: 'Kiro Pro+' }), use('bo', { monthTier: 'Kiro Pro' }), use('dee', { monthTier: 'POWER' })]),
      ),
    ).toEqual([
      ['tier', 'ana', 'eng', 'pro', 'pro-plus', null, 'ana is in the pro seat group of eng, and the reports of 2026-11-19 show pro-plus.'],
      [
        'tier',
        'dee',
        'eng',
        'pro',
        'power',
        null,
        'dee is in the pro seat group of eng, and the reports of 2026-11-19 show power; the configuration wants power.',
      ],
    ]);
    expect(found(world, facts([use('ana', { monthTier: 'GOLD' })]))).toEqual([
      [
        'tier',
        'ana',
        'eng',
        'pro',
        'GOLD',
        null,
        'ana is in the pro seat group of eng, and the reports of 2026-11-19 show "GOLD", which is no tier of the catalogue.',
      ],
    ]);
  });

  test('usage without a seat, also where one is wanted', () => {
    expect(
      found({ users: ['ana', 'kim'], groups: {} }, facts([use('kim', { used: '12.345', monthTier: 'POWER' }), use('ana', { used: '1' })])),
    ).toEqual([
      ['no-seat', 'ana', 'eng', null, 'pro', null, 'ana used 1.00 credits in eng and has no seat there; the configuration wants pro.'],
      ['no-seat', 'kim', 'eng', null, 'power', null, 'kim used 12.35 credits in eng and has no seat there.'],
    ]);
  });

  test('seats in several profiles cost all but the dearest, twelve times', () => {
    // power 200, pro-max 100 and pro 20 dollars a month: 12 × 120 = 1,440 a year.
    const world = { groups: { 'kiro-eng-power': ['dee'], 'data-platform': ['dee', 'eve'], 'kiro-open-pro': ['dee'] } };
    expect(found(world, null)).toEqual([
      [
        'two-profiles',
        'dee',
        'eng',
        'power',
        null,
        144_000,
        'dee has seats in eng (power) and lab (pro-max) and open (pro): each is billed, all but the dearest for $1,440.00 a year.',
      ],
    ]);
  });

  test('of two equal seats one is for nothing; the first profile by name is named', () => {
    const world = { groups: { 'kiro-eng-pro': ['ana'], 'kiro-open-pro': ['ana'] } };
    expect(found(world, null).map(([kind, who, profile, , , cost]) => [kind, who, profile, cost])).toEqual([
      ['two-profiles', 'ana', 'eng', 24_000],
    ]);
  });

  test('overage where it is not declared on, with the month’s dollars', () => {
    const world = { groups: { 'kiro-eng-pro': ['ana'], 'kiro-open-pro': ['bo'], 'kiro-lab-pro': ['cy'] } };
    expect(
      found(
        world,
        facts([
          use('ana', { used: '1250.5', overage: '250.5' }),
          use('bo', { used: '1250.5', overage: '250.5', ...OPEN }),
          use('cy', { used: '1000', ...LAB }),
        ]),
      ),
    ).toEqual([
      [
        'overage-off',
        'ana',
        'eng',
        'pro',
        'pro',
        1_002,
        'ana used 250.50 credits of overage ($10.02) in eng, where the configuration has overage off.',
      ],
    ]);
  });

  test('without live state only overage is judged', () => {
    expect(found(null, facts([use('ana', { overage: '1' }), use('bo', { monthTier: 'POWER' })])).map(([kind, who]) => [kind, who])).toEqual(
      [['overage-off', idOf('ana')]],
    );
  });

  test('of one person all kinds, in their order', () => {
    const world = { groups: { 'kiro-eng-pro': ['ana'], 'kiro-open-pro': ['ana'] } };
    const made = found(world, facts([use('ana', { overage: '1', monthTier: 'POWER' }), use('ana', { ...LAB, used: '1' })]));
    expect(made.map(([kind, , profile]) => [kind, profile])).toEqual([
      ['tier', 'eng'],
      ['no-seat', 'lab'],
      ['two-profiles', 'eng'],
      ['overage-off', 'eng'],
    ]);
  });
});
