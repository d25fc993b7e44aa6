import { describe, expect, test } from 'vitest';
import { parseCredit } from '../../src/usage/amount.ts';
import type { PersonForecast } from '../../src/usage/forecast.ts';
import { sumOf } from '../../src/usage/sum.ts';
import { creditsOf, day, facts, use } from './scenario.ts';

const TEAM = `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana, bo, cy]
costCenter: RND
---
kind: Assignment
name: heavy
profile: eng
tier: power
users: [dee, eve]
---
kind: Assignment
name: trial
profile: lab
tier: pro
users: [ana]
costCenter: RND
`;

describe('desired seats beside live ones', () => {
  // Wanted: pro for ana, bo, cy and power for dee, eve in eng; in lab pro for ana, and pro-max for eve by the external
  // group. Live: ana pro, dee still pro, kim pro in eng; eve in lab. So 7 are wanted and 4 there.
  const made = creditsOf(
    TEAM,
    { users: ['bo', 'cy'], groups: { 'kiro-eng-pro': ['ana', 'dee', 'kim'], 'data-platform': ['eve'] } },
    facts([use('ana', { used: '250', overage: '0' }), use('dee', { used: '750' })]),
  );

  test('every wanted seat is in one row of each table, also of people without a line', () => {
    expect([made.totals.seats, made.totals.desired, made.totals.people]).toEqual([4, 7, 4]);
    expect(made.tiers.map((r) => [r.name, r.seats, r.desired])).toEqual([
      ['pro', 3, 4],
      ['pro-max', 1, 1],
      ['power', 0, 2],
    ]);
    expect(made.profiles.map((r) => [r.name, r.seats, r.desired])).toEqual([
      ['eng', 3, 5],
      ['lab', 1, 2],
    ]);
    expect(made.assignments.map((r) => [r.name, r.seats, r.desired, r.people])).toEqual([
      ['(none)', 2, 1, 2],
      ['heavy', 1, 2, 1],
      ['platform', 1, 3, 1],
      ['trial', 0, 1, 0],
    ]);
    expect(made.costCenters.map((r) => [r.name, r.seats, r.desired])).toEqual([
      ['(none)', 3, 3],
      ['RND', 1, 4],
    ]);
  });

  test('a line says which tier is wanted', () => {
    expect(made.people.map((p) => [p.userName, p.tier, p.desired])).toEqual([
      ['ana', 'pro', 'pro'],
      ['dee', 'pro', 'power'],
      ['kim', 'pro', null],
      ['eve', 'pro-max', 'pro-max'],
    ]);
  });

  test('the higher of a managed and an external seat is wanted once, with the managed one’s assignment', () => {
    const both = creditsOf(TEAM, { groups: { 'data-platform': ['ana'] } }, null);
    expect(both.people.map((p) => [p.profile, p.userName, p.tier, p.desired, p.assignment])).toEqual([
      ['lab', 'ana', 'pro-max', 'pro-max', 'trial'],
    ]);
    expect(both.profiles.map((r) => [r.name, r.desired])).toEqual([
      ['eng', 1],
      ['lab', 1],
    ]);
    expect(both.assignments.map((r) => [r.name, r.desired])).toEqual([
      ['platform', 1],
      ['trial', 1],
    ]);
  });

  test('utilisation and cost per credit of a sum', () => {
    // 3 seats at 20 dollars and one at 100: 160 dollars. 1,000 of 3 × 1,000 + 5,000 credits.
    expect(made.totals).toMatchObject({ cost: 16_000, utilisation: 0.125, costPerCredit: 0.16 });
    // eng alone: 60 dollars over 1,000 credits of 3,000.
    expect(made.profiles[0]).toMatchObject({ cost: 6_000, utilisation: 0.3333, costPerCredit: 0.06 });
    expect(made.profiles[1]).toMatchObject({ cost: 10_000, utilisation: 0, costPerCredit: null });
  });

  test('without live state nothing is known of seats, wanted ones included', () => {
    const alone = creditsOf(TEAM, null, facts([use('ana', { used: '3' })]));
    expect(alone.totals).toMatchObject({ seats: null, desired: null, cost: null, costPerCredit: null, utilisation: 0.003 });
    expect(alone.people[0]?.desired).toBeNull();
  });
});

test('six decimals of a cost per credit, half up', () => {
  // 20.01 dollars over 3 credits are 6.67; over 7 credits 2.858571(4…); over 9.6 credits 2.084375.
  const per = (used: string) => {
    const made = creditsOf(TEAM, { groups: { 'kiro-eng-pro': ['ana'] } }, facts([use('ana', { used, overage: '0.25' })]));
    return made.totals.costPerCredit;
  };
  expect([per('3'), per('7'), per('9.6')]).toEqual([6.67, 2.858571, 2.084375]);
});

test('days by profile, quiet days included; places without a profile under their own name', () => {
  const lab = { account: '444455556666', region: 'eu-central-1' };
  const made = creditsOf(TEAM, null, {
    ...facts([use('ana')]),
    days: [
      day('2026-11-01', '5', 2),
      { ...day('2026-11-01', '1.5'), ...lab },
      day('2026-11-03', '0.25'),
      { ...day('2026-11-02', '7'), account: '999988887777' },
    ],
  });
  expect(made.profileDays.map(({ profile, days }) => [profile, days.map((d) => d.used)])).toEqual([
    ['999988887777/us-east-1', [0n, parseCredit('7'), 0n]],
    ['eng', [parseCredit('5'), 0n, parseCredit('0.25')]],
    ['lab', [parseCredit('1.5'), 0n, 0n]],
  ]);
  expect(made.days.map((d) => d.used)).toEqual([parseCredit('6.5'), parseCredit('7'), parseCredit('0.25')]);
});

describe('the forecast of a sum', () => {
  const ahead = (used: string, expected: string): PersonForecast => {
    const credits = parseCredit(expected);
    return { used: parseCredit(used), expected: credits, low: credits, high: credits, days: [], variance: 0, dayNoise: 0 };
  };
  const line = (used: string, forecast: PersonForecast | null) => {
    const [person] = creditsOf(TEAM, null, facts([use('ana', { used })])).people;
    if (person === undefined) throw new Error('no line');
    return {
      person,
      forecast,
      rate: null,
      expectedOverage: 0n,
      known: { ...person, seat: null, wanted: null, overage: null, usage: null },
    };
  };

  test('counts people without one with what they used; nobody’s is none', () => {
    expect(sumOf({ people: [line('3', null)], desired: null }).forecast).toBeNull();
    const sum = sumOf({ people: [line('3', null), line('5', ahead('5', '8'))], desired: null }).forecast;
    expect(sum?.expected).toBe(parseCredit('11'));
    expect((sum?.low ?? 0n) <= parseCredit('11') && (sum?.high ?? 0n) >= parseCredit('11')).toBe(true);
  });
});

describe('a closed month', () => {
  const world = {
    groups: { 'kiro-eng-pro': ['ana', 'bo@2026-11-05T08:00:00.000Z', 'cy@2026-10-31T12:00:00.000Z', 'eve@2026-09-01T00:00:00.000Z'] },
  };
  const made = creditsOf(
    TEAM,
    world,
    facts([use('ana', { used: '1', lastActive: '2026-10-01' }), use('kim', { used: '2', lastActive: '2026-10-31' })], {
      month: '2026-10',
      through: '2026-10-31',
    }),
    { month: '2026-10' },
  );

  test('judges idle, new and unconfirmed at its last instant', () => {
    // ana: 30 days before 31 October. bo and cy were members for less than 24 hours, or not at all, when it ended.
    expect(made.people.map((p) => [p.userName ?? '-', p.state, p.idleDays])).toEqual([
      [expect.stringMatching(/./), 'no-seat', 0],
      ['ana', 'idle', 30],
      ['bo', 'new', null],
      ['cy', 'new', null],
      ['eve', 'unconfirmed', null],
    ]);
  });

  test('has no forecast and no outlook, and says whose seats it shows', () => {
    expect([made.totals.forecast, made.outlook]).toEqual([null, []]);
    expect(made.notes.join('\n')).toContain('2026-10 is closed.');
    expect(made.notes.join('\n')).toMatch(
      /seats, list prices and included credits are those of 2026-11-20.* 1 of them began after the month\./,
    );
    expect(made.notes.join('\n')).not.toContain('newest row');
  });

  test('without a row says what the reports do have', () => {
    const none = creditsOf(TEAM, world, facts([], { month: '2026-02', from: '2026-05-01', through: '2026-05-31' }), { month: '2026-02' });
    expect(none.notes).toContain('The reports have no usable row of 2026-02; the rows read are of 2026-05-01 to 2026-05-31.');
    const empty = creditsOf(TEAM, world, facts([], { from: null, through: null }));
    expect(empty.notes).toContain('The reports have no usable row of 2026-11 or the 3 months before it.');
  });
});
