import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CreditsPerson } from '../../src/model/credits.ts';
import { decimal } from '../../src/usage/amount.ts';
import { tierOf } from '../../src/usage/facts.ts';
import { usageTiers } from '../../src/usage/usage-tier.ts';
import { BASE, configuration } from '../support/world.ts';
import { creditsOf, day, facts, idOf, use, uuidWorld } from './scenario.ts';

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
users: [dee]
costCenter: OPS
`;

function one(people: readonly CreditsPerson[], userName: string, profile = 'eng'): CreditsPerson {
  const found = people.find((p) => p.userName === userName && p.profile === profile);
  if (found === undefined) throw new Error(`nobody called ${userName} in ${profile}`);
  return found;
}

describe('the roster without usage', () => {
  test('who has which seat, why, since when, and what it costs', () => {
    const made = creditsOf(TEAM, { groups: { 'kiro-eng-pro': ['ana@2026-03-01T10:00:00Z', 'zoe'], 'kiro-eng-power': ['dee'] } }, null);
    expect(one(made.people, 'ana')).toMatchObject({
      tier: 'pro',
      since: '2026-03-01T10:00:00Z',
      why: 'assignment platform, by name',
      assignment: 'platform',
      costCenter: 'RND',
      state: 'seat',
      used: 0n,
      usageTier: null,
      lastActive: null,
    });
    expect(one(made.people, 'zoe')).toMatchObject({
      assignment: '(none)',
      costCenter: '(none)',
      why: 'in kiro-eng-pro; no assignment grants it',
    });
    // 2 × 20 USD + 200 USD; bo and cy are granted a seat but hold none yet.
    expect(made.totals).toMatchObject({ seats: 3, cost: 24_000 });
    expect(made.tiers.map((r) => [r.name, r.seats, r.cost])).toEqual([
      ['pro', 2, 4_000],
      ['power', 1, 20_000],
    ]);
    expect(made.files).toBeNull();
    expect(made.notes.join()).toMatch(/this is the roster/);
  });

  test('two seat groups of one profile are one seat, of the higher tier; two profiles are two', () => {
    const made = creditsOf(TEAM, { groups: { 'kiro-eng-pro': ['dee'], 'kiro-eng-power': ['dee'], 'kiro-lab-pro': ['dee'] } }, null);
    expect(made.people.map((p) => [p.profile, p.tier])).toEqual([
      ['eng', 'power'],
      ['lab', 'pro'],
    ]);
    expect(made.totals.cost).toBe(22_000);
  });

  test('an external seat says so and belongs to no assignment; a seat of another tier than wanted names both', () => {
    const made = creditsOf(TEAM, { groups: { 'data-platform': ['eve'], 'kiro-eng-pro': ['dee'] } }, null);
    expect(one(made.people, 'eve', 'lab')).toMatchObject({ tier: 'pro-max', assignment: '(none)', why: 'external group data-platform' });
    expect(one(made.people, 'dee')).toMatchObject({
      tier: 'pro',
      assignment: 'heavy',
      why: 'in kiro-eng-pro; the configuration wants power (assignment heavy, by name)',
    });
  });
});

describe('usage of people', () => {
  test('used, included, share, overage in cents', () => {
    const made = creditsOf(
      TEAM,
      { groups: { 'kiro-eng-pro': ['ana', 'bo'] } },
      facts([use('ana', { used: '1250.5', overage: '250.5' }), use('bo', { used: '333.333' })]),
    );
    expect(one(made.people, 'ana')).toMatchObject({
      utilisation: 1.2505,
      overage: 1_002,
      state: 'active',
      usageTier: 'pro',
      monthly: 2_000,
    });
    expect(decimal(one(made.people, 'ana').planCredits ?? 0n)).toBe('1000');
    expect(one(made.people, 'bo')).toMatchObject({ utilisation: 0.3333, overage: 0 });
    // 2 seats at 20 USD and 10.02 USD of overage.
    expect(made.totals).toMatchObject({ seats: 2, overage: 1_002, cost: 5_002 });
    expect(decimal(made.totals.used)).toBe('1583.833');
  });

  test('idle from the thirtieth day on', () => {
    const seats = { groups: { 'kiro-eng-pro': ['ana', 'bo'] } };
    // 20 November less 30 days is 21 October.
    const made = creditsOf(
      TEAM,
      seats,
      facts([use('ana', { lastActive: '2026-10-21', activeDays: 0 }), use('bo', { lastActive: '2026-10-22', activeDays: 0 })]),
    );
    expect(one(made.people, 'ana')).toMatchObject({ state: 'idle', idleDays: 30 });
    expect(one(made.people, 'bo')).toMatchObject({ state: 'active', idleDays: 29 });
  });

  test('unconfirmed from over 24 hours on, or without a known start; new before', () => {
    const groups = { 'kiro-eng-pro': ['ana@2026-11-19T12:00:00.000Z', 'bo@2026-11-19T11:59:59.999Z', 'cy@-'] };
    const made = creditsOf(TEAM, { groups }, facts([]));
    expect(made.people.map((p) => [p.userName, p.state])).toEqual([
      ['ana', 'new'],
      ['bo', 'unconfirmed'],
      ['cy', 'unconfirmed'],
    ]);
    expect(made.notes.join()).toMatch(
      /^.*2 members have no usage row in their profile since 2026-11-01 \(unconfirmed\).*cannot be told apart/s,
    );
  });

  test('usage without a seat: this month only, with the tier the reports show; granted seats name their assignment', () => {
    const made = creditsOf(
      TEAM,
      { users: ['ana', 'kim'], groups: { 'kiro-eng-pro': [] } },
      facts([
        use('ana', { used: '10' }),
        use('kim', { used: '5', monthTier: 'PRO_PLUS' }),
        use('lea', { used: '1' }),
        use('mia', { activeDays: 0 }),
      ]),
    );
    expect(made.people.map((p) => [p.userName ?? p.userId.slice(0, 8), p.state, p.tier, p.usageTier, p.assignment])).toEqual([
      [idOf('lea').slice(0, 8), 'no-seat', null, 'pro', '(none)'],
      ['ana', 'no-seat', null, 'pro', 'platform'],
      ['kim', 'no-seat', null, 'pro-plus', '(none)'],
    ]);
    expect(made.totals).toMatchObject({ seats: 0, people: 3, cost: 0 });
  });

  test('unrecognised and blank tiers are shown, never guessed: no plan, no price', () => {
    const made = creditsOf(
      TEAM,
      { groups: { 'kiro-eng-pro': ['ana'] } },
      facts([use('ana', { monthTier: 'ULTRA' }), use('bo', { monthTier: 'FREE', used: '9', overage: '2' }), use('cy', { monthTier: '' })]),
    );
    expect(one(made.people, 'ana')).toMatchObject({ usageTier: 'ULTRA', tier: 'pro' });
    const bo = made.people.find((p) => p.userId === idOf('bo'));
    expect(bo).toMatchObject({ usageTier: 'FREE', planCredits: null, utilisation: null, overage: null });
    expect(made.people.find((p) => p.userId === idOf('cy'))).toMatchObject({ usageTier: null, planCredits: null });
    expect(made.tiers.map((r) => r.name)).toEqual(['pro', '(unknown)', 'FREE']);
    expect(made.mismatches.filter(({ kind }) => kind === 'tier')).toMatchObject([
      { userName: 'ana', tier: 'pro', usageTier: 'ULTRA', recognised: false },
    ]);
    expect(made.notes.filter((note) => /unrecognised tier|blank tier/.test(note))).toHaveLength(3);
  });

  test.each([
    ['PRO', 'pro'],
    ['PROPLUS', 'pro-plus'],
    ['PRO_PLUS', 'pro-plus'],
    ['Pro+', 'pro-plus'],
    ['Kiro Pro+', 'pro-plus'],
    ['ProPlus', 'pro-plus'],
    ['PRO_MAX', 'pro-max'],
    ['POWER', 'power'],
    ['FREE', null],
    ['PRO_ULTRA', null],
    ['', null],
  ])('the spelling %j is tier %j', (text, name) => {
    expect(tierOf(text, configuration(BASE).tiers)?.name ?? null).toBe(name);
  });

  test('a mismatch speaks of the latest row; use of a closed month of that month', () => {
    const world = { groups: { 'kiro-eng-power': ['dee'] } };
    const made = creditsOf(TEAM, world, facts([use('dee', { monthTier: 'PRO', latestTier: 'POWER' })]));
    expect(one(made.people, 'dee').usageTier).toBe('pro');
    expect(made.mismatches).toEqual([]);
    expect(creditsOf(TEAM, world, facts([use('dee', { monthTier: 'PRO' })])).mismatches).toMatchObject([
      { tier: 'power', usageTier: 'pro', recognised: true, date: '2026-11-19' },
    ]);
  });

  test('ids with the store before them are the same people', () => {
    const plain = uuidWorld({ groups: { 'kiro-eng-pro': ['ana'] } });
    const old = (id: string): string => `1234567890-${id}`;
    const state = {
      ...plain,
      users: plain.users.map((u) => ({ ...u, id: old(u.id) })),
      memberships: plain.memberships.map((m) => ({ ...m, userId: old(m.userId) })),
    };
    const made = creditsOf(TEAM, state, facts([use('ana', { used: '3' })]));
    expect(made.people).toMatchObject([{ userId: idOf('ana'), userName: 'ana', state: 'active', assignment: 'platform' }]);
    expect(usageTiers(facts([use('ana')]), configuration(BASE), state).get('eng')).toEqual(new Map([[old(idOf('ana')), 'pro']]));
    expect(usageTiers(facts([use('ana', { latestTier: 'ULTRA' })]), configuration(BASE), state).get('eng')).toEqual(new Map());
  });
});

describe('the whole', () => {
  test('usage of an account and Region without a profile is kept apart and said', () => {
    const made = creditsOf(
      TEAM,
      { groups: { 'kiro-eng-pro': ['ana'] } },
      facts([use('ana', { used: '1' }), use('ana', { used: '2', account: '999988887777' })]),
    );
    expect(made.profiles.map((r) => [r.name, decimal(r.used)])).toEqual([
      ['999988887777/us-east-1', '2'],
      ['eng', '1'],
    ]);
    expect(made.notes).toContain('Usage of 999988887777/us-east-1 belongs to no profile of the configuration.');
  });

  test('without live state: usage by the tier the reports show, seats and costs unknown, and it says so', () => {
    const made = creditsOf(TEAM, null, facts([use('ana', { used: '500', overage: '10', monthTier: 'PRO_PLUS' })]));
    expect(made.people).toMatchObject([
      { userName: null, userId: idOf('ana'), tier: null, usageTier: 'pro-plus', state: 'usage', utilisation: 0.25, overage: 40 },
    ]);
    expect(made.totals).toMatchObject({ seats: null, cost: null, overage: 40 });
    expect(made.notes[0]).toMatch(/Live state was not read/);
  });

  test('days are all days to the last with a row; a month is closed once it is over', () => {
    const made = creditsOf(TEAM, null, facts([], { days: [day('2026-11-02', '1.5', 2), day('2026-11-04', '2')] }));
    expect(made.days.map((d) => [d.date, d.people, decimal(d.used)])).toEqual([
      ['2026-11-01', 0, '0'],
      ['2026-11-02', 2, '1.5'],
      ['2026-11-03', 0, '0'],
      ['2026-11-04', 1, '2'],
    ]);
    expect([made.throughDate, made.closed]).toEqual(['2026-11-04', false]);
    expect(creditsOf(TEAM, null, facts([]), { now: new Date('2026-12-01T00:00:00Z') }).closed).toBe(true);
    expect(creditsOf(TEAM, null, facts([]), { now: new Date('2026-11-30T23:59:59Z') }).closed).toBe(false);
  });

  test('budgets count list price and overage of the people they cover', () => {
    const policy = `${TEAM}---
kind: Policy
budgets:
  - { name: all, monthlyUsd: 221 }
  - { name: rnd, costCenter: RND, monthlyUsd: 20 }
  - { name: lab, profile: lab, monthlyUsd: 1 }
`;
    const made = creditsOf(
      policy,
      { groups: { 'kiro-eng-pro': ['ana'], 'kiro-eng-power': ['dee'] } },
      facts([use('ana', { overage: '25' })]),
    );
    expect(made.budgets.map((b) => [b.name, b.cost, b.over])).toEqual([
      ['all', 22_100, false],
      ['lab', 0, false],
      ['rnd', 2_100, true],
    ]);
  });

  test('reports that end early, and none at all, are said', () => {
    expect(creditsOf(TEAM, null, facts([], { through: '2026-11-16' })).notes.join()).toMatch(/newest row is of 2026-11-16/);
    expect(creditsOf(TEAM, null, facts([], { through: '2026-11-17' })).notes.join()).not.toMatch(/newest row/);
    const none = facts([], { files: { reports: 0, legacy: 0, markers: 0, other: 3 } });
    expect(creditsOf(TEAM, null, none).notes.join()).toMatch(/hold no per-client report/);
  });

  test('every table adds up to the same credits, to the last digit, and to the same cents', () => {
    const names = ['ana', 'bo', 'cy', 'dee', 'eve', 'fox'];
    const amount = fc.tuple(fc.nat(20_000), fc.stringMatching(/^[0-9]{1,18}$/)).map(([whole, fraction]) => `${whole}.${fraction}`);
    const usage = fc.record({
      name: fc.constantFrom(...names),
      used: amount,
      overage: amount,
      monthTier: fc.constantFrom('PRO', 'PRO_PLUS', 'POWER', 'ULTRA'),
      account: fc.constantFrom('111122223333', '999988887777'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(usage, { selector: (u) => u.name + u.account, maxLength: 12 }),
        fc.subarray(names),
        fc.boolean(),
        (uses, seated, hasLive) => {
          const made = creditsOf(
            TEAM,
            hasLive ? { users: names, groups: { 'kiro-eng-pro': seated } } : null,
            facts(uses.map(({ name, ...more }) => use(name, more))),
          );
          for (const rows of [made.tiers, made.profiles, made.assignments, made.costCenters]) {
            expect(rows.reduce((sum, r) => sum + r.used, 0n)).toBe(made.totals.used);
            expect(rows.reduce((sum, r) => sum + r.overageCredits, 0n)).toBe(made.totals.overageCredits);
            expect(rows.reduce((sum, r) => sum + r.overage, 0)).toBe(made.totals.overage);
            expect(rows.reduce((sum, r) => sum + (r.cost ?? 0), 0)).toBe(made.totals.cost ?? 0);
            expect(rows.reduce((sum, r) => sum + r.planCredits, 0n)).toBe(made.totals.planCredits);
            expect(rows.reduce((sum, r) => sum + (r.seats ?? 0), 0)).toBe(made.totals.seats ?? 0);
            expect(rows.reduce((sum, r) => sum + (r.desired ?? 0), 0)).toBe(made.totals.desired ?? 0);
            expect(rows.reduce((sum, r) => sum + r.people, 0)).toBe(made.people.length);
          }
          expect(made.people.reduce((sum, p) => sum + p.used, 0n)).toBe(made.totals.used);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('usage from S3 comes with a note: only report objects are listed there', () => {
  const noted = (more: object) => creditsOf('', {}, facts([use('ana', { used: '1' })], more)).notes.filter((note) => note.includes('S3'));
  expect(noted({})).toEqual([]);
  expect(noted({ fromS3: true })).toEqual([expect.stringMatching(/only report objects are listed: legacy reports, markers/)]);
});
