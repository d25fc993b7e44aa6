import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Credits } from '../../src/model/credits.ts';
import { seatKey } from '../../src/model/seat.ts';
import { plan } from '../../src/plan/plan.ts';
import { digestOf } from '../../src/report/credits-digest.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { adviceFor } from '../../src/usage/advice.ts';
import { parseCredit } from '../../src/usage/amount.ts';
import { credits } from '../../src/usage/credits.ts';
import { knownPeople } from '../../src/usage/known.ts';
import { ALL_TIERS, TIERS } from '../advice/arbitrary-repository.ts';
import { configuration, OPERATOR, type World } from '../support/world.ts';
import { facts, idOf, use, uuidWorld } from './scenario.ts';

const NOW = new Date('2026-11-20T12:00:00.000Z');
const HISTORY = { pastMonths: ['2026-08', '2026-09', '2026-10'], historyFrom: '2026-08-01', historyThrough: '2026-11-19' } as const;
const WRITTEN = { pro: 'PRO', 'pro-plus': 'PRO_PLUS', 'pro-max': 'PRO_MAX', power: 'POWER' } as const;

/** Whole months as told, each used evenly, and November going on like their mean. */
function past(...months: readonly (number | string)[]) {
  const days = [31, 30, 31];
  const daily = months.flatMap((used, i) => Array<number>(days[i] ?? 30).fill(Number(used) / (days[i] ?? 30)));
  const pace = Math.round(months.reduce<number>((sum, used) => sum + Number(used), 0) / 90);
  return {
    pastUsed: months.map((used) => parseCredit(String(used))),
    daily: [...daily, ...Array<number>(19).fill(pace)],
    used: String(19 * pace),
  };
}

const grant = (tier: string, users: string, more = '') =>
  `kind: Assignment\nname: a-${tier}-${users.slice(0, 3)}\nprofile: eng\ntier: ${tier}\nusers: [${users}]\n${more}`;

type Given = { readonly now?: Date; readonly month?: string; readonly base?: string; readonly operator?: typeof OPERATOR };

function report(policy: string, world: World, people: Parameters<typeof facts>[0], more: Given = {}): Credits {
  const { now = NOW, month = '2026-11', base = ALL_TIERS, operator = OPERATOR } = more;
  const config = configuration(base, policy);
  const state = uuidWorld({
    ...world,
    groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-pro-max': [], 'kiro-eng-power': [], ...world.groups },
  });
  const resolution = resolve(config, state, now, operator);
  return credits({ configuration: config, facts: facts(people, HISTORY), live: state, resolution, month, now });
}

const adviceOf = (made: Credits, name: string) => made.people.find((one) => one.userId === idOf(name))?.advice ?? null;

describe('three people, worked by hand', () => {
  /*
   * Pro $20 / 1,000 · Pro+ $40 / 2,000 · Pro Max $100 / 5,000 · Power $200 / 10,000 · overage $0.04 a credit, on.
   *
   * ana on Pro      August 8,600      September 9,000     October 9,400       sum
   *   Pro           20 + 7,600 × .04 = 324.00   340.00            356.00      1,020.00
   *   Pro+          40 + 6,600 × .04 = 304.00   320.00            336.00        960.00
   *   Pro Max      100 + 3,600 × .04 = 244.00   260.00            276.00        780.00
   *   Power        200                          200               200           600.00   ← least
   *   every month saves at least $5 and 5 %: 124, 140, 156; mean (1,020 − 600) / 3 = $140.00; today it costs 180 more and spares
   *   (forecast − 5,700 used) × .04 < 180 of overage: from the 1st
   *
   * ben on Power    August 812.5      September 1,210.25  October 640
   *   Pro           20                20 + 210.25 × .04 = 28.41           20.00   68.41  ← least
   *   Pro+          40 × 3 = 120 · Pro Max 300 · Power 600
   *   mean (600 − 68.41) / 3 = 177.196… = $177.20; a downgrade: from December 1st
   *
   * cyd on Pro Max  August 1,900      September 3,600     October 2,000
   *   Pro+          40                40 + 1,600 × .04 = 104.00   40      184.00  ← least of all, Pro Max is 300.00,
   *   but in September Pro Max cost $100.00, $4.00 less than Pro+: the months do not agree, no advice
   */
  const made = report(
    [grant('pro', 'ana'), grant('power', 'ben'), grant('pro-max', 'cyd')].join('---\n'),
    { groups: { 'kiro-eng-pro': ['ana'], 'kiro-eng-power': ['ben'], 'kiro-eng-pro-max': ['cyd'] } },
    [
      use('ana', { ...past(8_600, 9_000, 9_400) }),
      use('ben', { ...past('812.5', '1210.25', 640), monthTier: 'POWER' }),
      use('cyd', { ...past(1_900, 3_600, 2_000), monthTier: 'PRO_MAX' }),
    ],
  );

  test('ana goes to Power on the 1st: what is left of this month costs less in overage than the upgrade', () => {
    expect(adviceOf(made, 'ana')).toMatchObject({ from: 'pro', tier: 'power', monthlySaving: 14_000, effective: '2026-12-01', months: 3 });
    const expected = Number(made.people.find((one) => one.userId === idOf('ana'))?.forecast?.expected ?? 0n) / 1e18;
    const spared = ((expected - 5_700) * 0.04).toFixed(2);
    expect(adviceOf(made, 'ana')?.reason).toBe(
      `Used 9,000.00 credits a month (8,600.00 to 9,400.00) in 2026-08 to 2026-10: Kiro Pro with overage costs $340.00 a month at that use, Kiro Power $200.00. An upgrade today would cost $180.00 more this month, charged in full, and spare $${spared} of overage expected in the rest of it: make it on 2026-12-01.`,
    );
  });

  test('ben goes to Pro, which pays from the 1st', () => {
    expect(adviceOf(made, 'ben')).toMatchObject({ from: 'power', tier: 'pro', monthlySaving: 17_720, effective: '2026-12-01', months: 3 });
    expect(adviceOf(made, 'ben')?.reason).toBe(
      'Used 887.58 credits a month (640.00 to 1,210.25) in 2026-08 to 2026-10: Kiro Power with overage costs $200.00 a month at that use, Kiro Pro $22.80. A downgrade saves from 2026-12-01: this month stays charged at the higher price.',
    );
  });

  test('cyd stays: the months do not agree', () => {
    expect(adviceOf(made, 'cyd')).toBeNull();
  });
});

describe('what keeps advice quiet', () => {
  const heavy = [use('ana', past(9_000, 9_000, 9_000))];
  const onPro = { groups: { 'kiro-eng-pro': ['ana'] } };
  const light = [use('ana', { ...past(100, 100, 100), monthTier: 'POWER' })];
  const onPower = { groups: { 'kiro-eng-power': ['ana'] } };
  const policy = (text: string) => `${grant('pro', 'ana', 'costCenter: RND\n')}---\nkind: Policy\n${text}`;

  test('nothing does, to begin with', () => {
    expect(adviceOf(report(grant('pro', 'ana'), onPro, heavy), 'ana')?.tier).toBe('power');
    expect(adviceOf(report(grant('power', 'ana'), onPower, light), 'ana')?.tier).toBe('pro');
  });

  test.each([
    ['an opt-out in another case', 'advice: { optOut: [ANA] }'],
    ['an expected tier', 'expect: [{ user: ana, profile: eng, tier: pro }]'],
    ['a tier that the person must never have', 'expect: [{ user: ana, never: power }]'],
    ['a tier that a group must never have', 'expect: [{ group: team, never: power }]'],
    ['seats that are all taken', 'expect: [{ profile: eng, tier: power, maxSeats: 0 }]'],
    ['a budget of the cost center', 'budgets: [{ name: rnd, costCenter: RND, monthlyUsd: 199.99 }]'],
    ['a budget of everything', 'budgets: [{ name: all, monthlyUsd: 100 }]'],
  ])('%s', (_, text) => {
    expect(adviceOf(report(policy(text), { groups: { ...onPro.groups, team: ['ana'] } }, heavy), 'ana')).toBeNull();
  });

  test.each([
    ['an opt-out of somebody else', 'advice: { optOut: [bob] }'],
    ['a budget that is wide enough', 'budgets: [{ name: rnd, costCenter: RND, monthlyUsd: 200 }]'],
    ['a budget of another cost center', 'budgets: [{ name: ops, costCenter: OPS, monthlyUsd: 1 }]'],
    ['another tier that is full', 'expect: [{ tier: pro-max, maxSeats: 0 }]'],
  ])('but not %s', (_, text) => {
    expect(adviceOf(report(policy(text), { users: ['bob'], ...onPro }, heavy), 'ana')?.tier).toBe('power');
  });

  test.each([
    ['seats', 'expect: [{ profile: eng, tier: power, maxSeats: 1 }]'],
    ['a budget', 'budgets: [{ name: all, monthlyUsd: 220 }]'],
  ])('%s that suffice for one of two: the larger saving gets it, and a note counts the other', (_, text) => {
    const both = [use('ana', past(9_000, 9_000, 9_000)), use('bob', past(9_500, 9_500, 9_500))];
    const made = report(`${grant('pro', 'ana, bob')}---\nkind: Policy\n${text}`, { groups: { 'kiro-eng-pro': ['ana', 'bob'] } }, both);
    expect([adviceOf(made, 'ana'), adviceOf(made, 'bob')?.tier]).toEqual([null, 'power']);
    expect(made.notes).toContain(
      'Cheaper tiers of 1 person are not advised, because an expectation, a budget or an opt-out of the policy forbids the move.',
    );
  });

  test('protection keeps a seat from a downgrade, not from an upgrade', () => {
    const protect = '---\nkind: Policy\nprotected: { users: [ana] }\n';
    expect(adviceOf(report(grant('power', 'ana') + protect, onPower, light), 'ana')).toBeNull();
    expect(adviceOf(report(grant('pro', 'ana') + protect, onPro, heavy), 'ana')?.tier).toBe('power');
    const operator = { ...OPERATOR, protected: { users: ['ana'] } };
    expect(adviceOf(report(grant('power', 'ana'), onPower, light, { operator }), 'ana')).toBeNull();
  });

  test('a change that is under way: another tier is wanted, or an old membership is still there', () => {
    expect(adviceOf(report(grant('pro-plus', 'ana'), onPro, heavy), 'ana')).toBeNull();
    const two = { groups: { 'kiro-eng-pro': ['ana'], 'kiro-eng-power': ['ana'] } };
    expect(adviceOf(report(grant('power', 'ana'), two, light), 'ana')).toBeNull();
  });

  test('a tier in the reports that is another one, unrecognised or blank', () => {
    for (const monthTier of ['PRO_PLUS', 'GALAXY', ''])
      expect(adviceOf(report(grant('pro', 'ana'), onPro, [use('ana', { ...past(9_000, 9_000, 9_000), monthTier })]), 'ana')).toBeNull();
  });

  test('an external group that gives a seat there', () => {
    const base = ALL_TIERS.replace('{ group: kiro-eng-pro-max, confirmed: 2026-11-01 }', '{ group: outside, members: external }');
    const world = { groups: { 'kiro-eng-power': ['ana'], outside: ['ana'] } };
    expect(adviceOf(report(grant('power', 'ana'), world, light, { base }), 'ana')).toBeNull();
    expect(
      adviceOf(report(grant('power', 'bob'), { groups: { 'kiro-eng-power': ['bob'], outside: ['ana'] } }, light, { base }), 'ana'),
    ).toBeNull();
  });

  test('no use at all, and nobody active lately', () => {
    expect(adviceOf(report(grant('power', 'ana'), onPower, [use('ana', { ...past(0, 0, 0), monthTier: 'POWER' })]), 'ana')).toBeNull();
    const gone = [use('ana', { ...past(100, 100, 100), monthTier: 'POWER', lastActive: '2026-10-01', activeDays: 0 })];
    expect(adviceOf(report(grant('power', 'ana'), onPower, gone), 'ana')).toBeNull();
  });

  test('months in which the person was not seated from the first instant on, or nobody knows since when', () => {
    const since = (text: string) =>
      adviceOf(report(grant('power', 'ana'), { groups: { 'kiro-eng-power': [`ana@${text}`] } }, light), 'ana');
    expect(since('2026-09-01T00:00:00.000Z')).toMatchObject({ months: 2, confidence: 'medium' });
    expect(since('2026-09-01T00:00:00.001Z')).toBeNull();
    expect(since('-')).toBeNull();
  });

  test('the effective day counts the overlap: a downgrade merged on the last but one day shows a month later', () => {
    const on = (now: string) => adviceOf(report(grant('power', 'ana'), onPower, light, { now: new Date(now) }), 'ana')?.effective;
    expect([on('2026-11-28T23:59:00.000Z'), on('2026-11-29T00:00:00.000Z')]).toEqual(['2026-12-01', '2027-01-01']);
  });

  test('this month, when it speaks against the move wherever it ends', () => {
    const turned = {
      ...past(9_000, 9_000, 9_000),
      daily: [...past(9_000, 9_000, 9_000).daily.slice(0, 92), ...Array<number>(19).fill(0)],
      used: '0',
    };
    expect(adviceOf(report(grant('pro', 'ana'), onPro, heavy), 'ana')?.confidence).toBe('high');
    const made = report(grant('pro', 'ana'), onPro, [use('ana', turned)]);
    const [person] = made.people;
    const high = person?.forecast?.high ?? 0n;
    // Power pays from 7,500 credits on; Pro Max, which is not the choice, from 3,500 on.
    expect([high < parseCredit('5500'), adviceOf(made, 'ana')]).toEqual([true, null]);
  });

  test('a seat group that keeps its members is said, not hidden', () => {
    const base = ALL_TIERS.replace('kiro-eng-power, confirmed', 'kiro-eng-power, removals: never, confirmed');
    expect(adviceOf(report(grant('power', 'ana'), onPower, light, { base }), 'ana')?.reason).toContain('removals: never');
  });
});

describe('what it rests on', () => {
  const HEAVY = [use('ana', past(9_000, 9_000, 9_000))];
  const SEATED = { groups: { 'kiro-eng-pro': ['ana'] } };

  test('a month before the last closed one gets none, and a note', () => {
    const config = configuration(ALL_TIERS, grant('pro', 'ana'));
    const state = uuidWorld({ groups: { ...SEATED.groups, 'kiro-eng-power': [] } });
    const resolution = resolve(config, state, NOW, OPERATOR);
    const old = facts(HEAVY, { month: '2026-09', pastMonths: ['2026-06', '2026-07', '2026-08'] });
    const made = credits({ configuration: config, facts: old, live: state, resolution, month: '2026-09', now: NOW });
    expect([adviceOf(made, 'ana'), made.notes.filter((note) => note.startsWith('There is no advice for 2026-09')).length]).toEqual([
      null,
      1,
    ]);
  });

  test('months with working days missing do not count', () => {
    const config = configuration(ALL_TIERS, grant('pro', 'ana'));
    const state = uuidWorld({ groups: { ...SEATED.groups, 'kiro-eng-power': [] } });
    const resolution = resolve(config, state, NOW, OPERATOR);
    const [place] = facts(HEAVY, HISTORY).places;
    if (place === undefined) throw new Error('no place');
    const holes = (missing: number) => [{ ...place, months: place.months.map((one, i) => ({ ...one, missing: i < 2 ? missing : 0 })) }];
    const months = (missing: number) =>
      adviceOf(
        credits({
          configuration: config,
          facts: facts(HEAVY, { ...HISTORY, places: holes(missing) }),
          live: state,
          resolution,
          month: '2026-11',
          now: NOW,
        }),
        'ana',
      )?.months;
    expect([months(2), months(3)]).toEqual([3, undefined]);
  });

  test('an upgrade that pays this month already is made today', () => {
    const much = [use('ana', past(2_200, 2_200, 2_200))];
    expect(adviceOf(report(grant('pro', 'ana'), SEATED, much), 'ana')?.effective).toBe('2026-11-20');
  });

  test('who has opted out is counted in the note', () => {
    const made = report(`${grant('pro', 'ana')}---\nkind: Policy\nadvice: { optOut: [ana] }\n`, SEATED, HEAVY);
    expect(made.notes.filter((note) => note.startsWith('Cheaper tiers of 1 person'))).toHaveLength(1);
  });

  test('a saving that `removals: never` blocks is apart', () => {
    const base = ALL_TIERS.replace('kiro-eng-power, confirmed', 'kiro-eng-power, removals: never, confirmed');
    const idle = [use('ana', { ...past(100, 100, 100), monthTier: 'POWER' })];
    const made = report(grant('power', 'ana'), { groups: { 'kiro-eng-power': ['ana'] } }, idle, { base });
    expect(digestOf(made).saving).toEqual({ amount: 0, blocked: 18_000, groups: ['kiro-eng-power'] });
  });
});

describe('what is told without advice', () => {
  test('use at the limit where overage is off, without a price', () => {
    const base = ALL_TIERS.replace('enabled: true', 'enabled: false');
    const made = report(
      grant('pro', 'ana, bob'),
      { groups: { 'kiro-eng-pro': ['ana', 'bob'] } },
      [use('ana', past(950, 10, 10)), use('bob', past(949, 1, 1))],
      { base },
    );
    expect([adviceOf(made, 'ana'), adviceOf(made, 'bob')]).toEqual([null, null]);
    expect(made.notes.filter((note) => note.includes('95 %'))).toEqual([
      '1 person of profile eng used 95 % or more of their plan credits in a closed month while overage is off there: their demand may be cut off, and what they would use beyond is unknown, so no price is put on it.',
    ]);
  });

  test('a cheaper tier without a seat group in the profile; the best of the others is advised', () => {
    const base = ALL_TIERS.replace(/ {2}pro-max:.*\n/, '');
    const made = report(grant('pro', 'ana'), { groups: { 'kiro-eng-pro': ['ana'] } }, [use('ana', past(6_000, 6_000, 6_000))], { base });
    // Pro 220, Pro+ 200, Pro Max 140, Power 200: of those with a seat group Pro+ and Power are equal, the lower one counts.
    expect(adviceOf(made, 'ana')).toMatchObject({ tier: 'pro-plus', monthlySaving: 2_000 });
    expect(made.notes).toContain(
      '1 person of profile eng would cost least on Kiro Pro Max ($80.00 less a month in all), for which the profile has no managed seat group.',
    );
  });
});

const NAMES = ['ana', 'bob', 'cyd', 'dee', 'eve', 'fay'] as const;

test('advice that is followed breaks no expectation and no budget that held before', () => {
  const rules = fc.array(
    fc.oneof(
      fc.record({ profile: fc.constant('eng'), tier: fc.constantFrom(...TIERS), maxSeats: fc.nat({ max: 4 }) }),
      fc.record({ user: fc.constantFrom(...NAMES), never: fc.constantFrom(...TIERS) }),
      fc.record({ group: fc.constant('team'), never: fc.constantFrom(...TIERS) }),
      fc.record({ user: fc.constantFrom(...NAMES), profile: fc.constant('eng'), tier: fc.constantFrom(...TIERS) }),
    ),
    { maxLength: 3 },
  );
  const people = fc.tuple(...NAMES.map(() => fc.record({ tier: fc.nat({ max: 3 }), used: fc.integer({ min: 1, max: 12_000 }) })));
  const budget = fc.option(
    fc.record({ costCenter: fc.option(fc.constantFrom('c0', 'c1'), { nil: undefined }), usd: fc.integer({ min: 100, max: 1_500 }) }),
  );
  let given = 0;
  fc.assert(
    fc.property(rules, people, fc.subarray([...NAMES]), budget, (expectations, seats, team, limit) => {
      const grants = (tiers: readonly (string | undefined)[]) =>
        NAMES.map(
          (name, i) => `kind: Assignment\nname: a-${name}\nprofile: eng\ntier: ${tiers[i]}\nusers: [${name}]\ncostCenter: c${i % 2}\n`,
        );
      const budgets =
        limit === null
          ? []
          : [{ name: 'b', monthlyUsd: limit.usd, ...(limit.costCenter === undefined ? {} : { costCenter: limit.costCenter }) }];
      const policy = `---\n${JSON.stringify({ kind: 'Policy', expect: expectations, budgets })}\n`;
      const now = seats.map(({ tier }) => TIERS[tier]);
      const groups: Record<string, string[]> = {
        team,
        'kiro-eng-pro': [],
        'kiro-eng-pro-plus': [],
        'kiro-eng-pro-max': [],
        'kiro-eng-power': [],
      };
      NAMES.forEach((name, i) => {
        groups[`kiro-eng-${now[i]}`]?.push(name);
      });
      const state = uuidWorld({ groups });
      const config = configuration(ALL_TIERS, grants(now).join('---\n') + policy);
      const used = facts(
        NAMES.map((name, i) => use(name, { ...past(...Array(3).fill(seats[i]?.used ?? 0)), monthTier: WRITTEN[now[i] ?? 'pro'] })),
        HISTORY,
      );
      const resolution = resolve(config, state, NOW, OPERATOR);
      const known = knownPeople({ configuration: config, facts: used, live: state, resolution });
      const { byKey } = adviceFor({
        configuration: config,
        facts: used,
        live: state,
        resolution,
        now: NOW,
        people: known.map((one) => ({ known: one, person: { state: 'active', forecast: null } })),
      });
      given += byKey.size;
      const after = configuration(
        ALL_TIERS,
        grants(NAMES.map((name, i) => byKey.get(seatKey('eng', idOf(name)))?.tier ?? now[i])).join('---\n') + policy,
      );
      const broken = (one: typeof config) => {
        const made = plan({ configuration: one, live: state, now: NOW, operator: OPERATOR, revision: null });
        return made.violations
          .filter(({ rule }) => rule === 'expectation-failed' || rule === 'over-budget')
          .map(({ rule, message }) => `${rule} ${message.slice(0, 14)}`);
      };
      const before = broken(config);
      expect(broken(after).filter((one) => !before.includes(one))).toEqual([]);
    }),
    { seed: 4006, numRuns: 20 },
  );
  expect(given).toBeGreaterThan(20);
});
