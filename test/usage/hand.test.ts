import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Credits, CreditsPerson, CreditsSum } from '../../src/model/credits.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { credits } from '../../src/usage/credits.ts';
import type { Facts } from '../../src/usage/facts.ts';
import { readUsage } from '../../src/usage/read.ts';
import { putUsage } from '../support/usage-tree.ts';
import { configuration, OPERATOR } from '../support/world.ts';
import { exact } from './obvious.ts';
import { SHEET_FILES, SHEET_LIVE, SHEET_NOW, SHEET_POLICY } from './sheet.ts';

/*
 * Every number below was worked out on paper from the rows of sheet.ts and the rules of docs/credits.md. None was taken
 * from the output. "r1" is row 1 of the sheet.
 */

let root: string;
let facts: Facts;
let made: Credits;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'usage-hand-')));
  putUsage(root, SHEET_FILES);
  facts = await readUsage([root], '2026-11', root);
  made = report(facts);
});
afterAll(() => rm(root, { recursive: true, force: true }));

function report(given: Facts | null): Credits {
  const config = configuration(SHEET_POLICY);
  const resolution = resolve(config, SHEET_LIVE, SHEET_NOW, OPERATOR);
  return credits({ configuration: config, facts: given, live: SHEET_LIVE, resolution, month: '2026-11', now: SHEET_NOW });
}

function person(name: string, profile: string): CreditsPerson {
  const hex = Buffer.from(name.padEnd(4, '0')).toString('hex');
  const found = made.people.find((one) => one.userId.startsWith(hex) && one.profile === profile);
  if (found === undefined) throw new Error(`nobody called ${name} in ${profile}`);
  return found;
}

const of = (sum: CreditsSum): readonly unknown[] => [
  sum.seats,
  sum.people,
  exact(sum.planCredits),
  exact(sum.used),
  exact(sum.overageCredits),
  sum.overage,
  sum.cost,
];

describe('rows', () => {
  // Rows in the files: 31. r10 is a later export of r8. Rejected: r20 r22 r23 r24. 31 = 26 + 1 + 4. In October: r29 r30 r31.
  test('read = used + superseded + rejected', () => {
    expect(facts.rows).toEqual({ read: 31, used: 26, superseded: 1, rejected: 4, inMonth: 23 });
    expect(facts.files).toMatchObject({ reports: 13, legacy: 0, markers: 0, other: 0 });
  });

  // r20 is line 8 of its file (header, then r14 to r20); r22 r23 r24 are lines 3 to 5 of theirs.
  test('a rejected row is named with its file, its line and what is wrong with it', () => {
    const short = facts.rejected.map(({ file, line, reason }) => [file.split('/').at(-1), line, reason]);
    expect(short).toEqual([
      ['KIRO_IDE_111122223333_user_report_202611150200.csv', 8, expect.stringContaining('UserId')],
      ['KIRO_IDE_111122223333_user_report_202611160200.csv', 3, expect.stringContaining('NaN')],
      ['KIRO_IDE_111122223333_user_report_202611160200.csv', 4, expect.stringContaining('-4')],
      ['KIRO_IDE_111122223333_user_report_202611160200.csv', 5, expect.stringContaining('much')],
    ]);
  });

  /* date        rows                                    people  credits
   * 2026-11-02  r1 600.25 r2 20 r3 1500 r4 30 r5 9000.125 r6 100 r7 500.5      6 (ana twice)  11750.875  overage 100.75
   * 2026-11-03  r9 300 r10 70.5                              2     370.5
   * 2026-11-04  r11 10^-18 r12 200 r13 10                    3     210.000000000000000001
   * 2026-11-05  r28 7                                        1       7
   * 2026-11-10  r25 55.25 r26 40.5 r27 10100                 3   10195.75   overage 100
   * 2026-11-14  r14 25.5 r15 12 r16 1.5 r17 1000 r18 1000 r19 12.5   6   2051.5   overage 0.125 + 500
   * 2026-11-15  r21 9.5                                      1       9.5    overage 9.5
   * together                                                     24595.125000000000000001   overage 710.375
   */
  test('days', () => {
    const busy = made.days.filter((day) => day.people > 0).map((day) => [day.date, day.people, exact(day.used), exact(day.overageCredits)]);
    expect(busy).toEqual([
      ['2026-11-02', 6, '11750.875', '100.75'],
      ['2026-11-03', 2, '370.5', '0'],
      ['2026-11-04', 3, '210.000000000000000001', '0'],
      ['2026-11-05', 1, '7', '0'],
      ['2026-11-10', 3, '10195.75', '100'],
      ['2026-11-14', 6, '2051.5', '500.125'],
      ['2026-11-15', 1, '9.5', '9.5'],
    ]);
    expect(made.days.map((day) => day.date)).toHaveLength(15);
    expect([made.throughDate, made.closed]).toEqual(['2026-11-15', false]);
  });
});

describe('people', () => {
  /* in eng       credits                     plan   utilisation (cut)     overage      dollars
   * ana     600.25 + 500.5 + 10^-18 + 9.5   1000   1110.25…/1000 1.1102   100.75 + 9.5  110.25 × 0.04 = 4.41
   *         = 1110.250000000000000001
   * bo      20 + 70.5                       1000   0.0905
   * cy      200                             1000   0.2
   * ivy     1500 + 1000                     2000   1.25                    500           20.00
   * jan     9000.125 + 1000                10000   1.0000(125) 1           0.125         0.005, half up 0.01
   * mo      300 + 25.5                      2000   0.1627(5)
   * kim     30                              1000   0.03
   * in lab
   * kim     40.5                            5000   0.0081
   * lou     10100                          10000   1.01                    100           4.00
   */
  test.each([
    ['ana', 'eng', 'pro', '1110.250000000000000001', '1000', 1.1102, '110.25', 441, 2_000, 3],
    ['bo', 'eng', 'pro', '90.5', '1000', 0.0905, '0', 0, 2_000, 2],
    ['cy', 'eng', 'pro', '200', '1000', 0.2, '0', 0, 2_000, 1],
    ['ivy', 'eng', 'pro-plus', '2500', '2000', 1.25, '500', 2_000, 4_000, 2],
    ['jan', 'eng', 'power', '10000.125', '10000', 1, '0.125', 1, 20_000, 2],
    ['mo', 'eng', 'pro-plus', '325.5', '2000', 0.1627, '0', 0, 4_000, 2],
    ['kim', 'eng', 'pro', '30', '1000', 0.03, '0', 0, 2_000, 1],
    ['kim', 'lab', 'pro-max', '40.5', '5000', 0.0081, '0', 0, 10_000, 1],
    ['quin', 'lab', 'pro', '55.25', '1000', 0.0552, '0', 0, 2_000, 1],
    ['lou', 'lab', 'power', '10100', '10000', 1.01, '100', 400, 20_000, 1],
  ] as const)('%s in %s', (name, profile, tier, used, plan, utilisation, overageCredits, overage, monthly, activeDays) => {
    const one = person(name, profile);
    expect({
      tier: one.tier,
      used: exact(one.used),
      plan: exact(one.planCredits ?? -1n),
      utilisation: one.utilisation,
      overageCredits: exact(one.overageCredits),
      overage: one.overage,
      monthly: one.monthly,
      activeDays: one.activeDays,
    }).toEqual({ tier, used, plan, utilisation, overageCredits, overage, monthly, activeDays });
  });

  /* On 2026-11-16, with 30 days: gus, 2026-10-18, 13 + 16 = 29 days: active. hal, 2026-10-17, 30 days: idle. dot, 2026-10-10,
   * 37 days: idle. eve, a member for two hours: new. fay, a member since January without a row: unconfirmed.
   */
  test.each([
    ['gus', 'active', 29],
    ['hal', 'idle', 30],
    ['dot', 'idle', 37],
    ['eve', 'new', null],
    ['fay', 'unconfirmed', null],
    ['zed', 'no-seat', 2],
    ['ana', 'active', 1],
  ] as const)('%s is %s', (name, state, idleDays) => {
    expect([person(name, 'eng').state, person(name, 'eng').idleDays]).toEqual([state, idleDays]);
  });

  // quin moved from eng to lab within the month: what was used before the move stays in eng, without a seat there.
  test('somebody who moved to another profile is in both, each with its own credits', () => {
    const [before, now] = [person('quin', 'eng'), person('quin', 'lab')];
    expect([before.tier, before.state, exact(before.used), before.monthly, before.assignment]).toEqual([
      null,
      'no-seat',
      '100',
      null,
      '(none)',
    ]);
    expect([now.tier, now.state, exact(now.used), now.monthly, now.assignment]).toEqual(['pro', 'active', '55.25', 2_000, 'lab-a']);
  });

  // mo moved from Pro to Pro+ on the 10th: the whole month is measured with the allowance of the seat held now.
  test('somebody who moved to another tier has the allowance of the seat held now', () => {
    expect([person('mo', 'eng').tier, person('mo', 'eng').usageTier]).toEqual(['pro-plus', 'pro-plus']);
  });

  test('an unrecognised tier is shown as written and prices nothing: the seat does', () => {
    expect(person('jan', 'eng')).toMatchObject({ tier: 'power', usageTier: 'ENTERPRISE', overage: 1 });
  });
});

describe('sums', () => {
  /* Seats: eng 10 Pro, 3 Pro+, 1 Power = $200 + $120 + $200; lab Pro, Pro Max, Power = $320. 17 seats, $840.
   * Plan credits: eng 10,000 + 6,000 + 10,000, and 1,000 each for zed and quin, who have no seat there and whose rows say PRO;
   * lab 16,000; the place of no profile 1,000 (zed). 45,000.
   * Overage: eng 110.25 + 500 + 0.125 = 610.375, $4.41 + $20.00 + $0.01 = $24.42; lab 100, $4.00. Cost $868.42.
   */
  test('totals', () => {
    expect(of(made.totals)).toEqual([17, 20, '45000', '24595.125000000000000001', '710.375', 2_842, 86_842]);
  });

  // The configuration wants 11 + 3 + 1 in eng (rex has no seat yet) and 2 in lab, and lou's external one: 18.
  test('seats desired', () => {
    expect(made.totals.desired).toBe(18);
    expect(made.profiles.map((row) => [row.name, row.desired])).toEqual([
      ['999900001111/us-east-1', 0],
      ['eng', 15],
      ['lab', 3],
    ]);
  });

  // 24595.125 / 45000 = 0.54655…; $868.42 / 24595.125 = $0.0353086….
  test('utilisation and dollars a credit', () => {
    expect(made.totals.utilisation).toBe(0.5465);
    expect(made.totals.costPerCredit).toBe(0.035309);
  });

  /* eng: 1110.25 + 90.5 + 200 + 2500 + 10000.125 + 325.5 + 12 (nat) + 11.5 (pia) + 12.5 (zed) + 100 (quin) + 30 (kim) = 14392.375
   * lab: 55.25 + 40.5 + 10100 = 10195.75
   */
  test('profiles', () => {
    expect(made.profiles.map((row) => [row.name, ...of(row)])).toEqual([
      ['999900001111/us-east-1', 0, 1, '1000', '7', '0', 0, 0],
      ['eng', 14, 16, '28000', '14392.375000000000000001', '610.375', 2_442, 54_442],
      ['lab', 3, 3, '16000', '10195.75', '100', 400, 32_400],
    ]);
  });

  /* Pro: 1110.25 + 90.5 + 200 + 12 + 11.5 + 30, quin 55.25 + 100, zed 12.5 + 7 = 1629; people 10 + quin twice + zed twice.
   * Pro+: 2500 + 325.5. Pro Max: 40.5. Power: 10000.125 + 10100.
   */
  test('tiers', () => {
    expect(made.tiers.map((row) => [row.name, ...of(row)])).toEqual([
      ['pro', 11, 14, '14000', '1629.000000000000000001', '110.25', 441, 22_441],
      ['pro-plus', 3, 3, '6000', '2825.5', '500', 2_000, 14_000],
      ['pro-max', 1, 1, '5000', '40.5', '0', 0, 10_000],
      ['power', 2, 2, '20000', '20100.125', '100.125', 401, 40_401],
    ]);
  });

  // (none): lou 10100 (external), quin in eng 100, zed 12.5 and 7.
  test('assignments', () => {
    expect(made.assignments.map((row) => [row.name, exact(row.used), row.cost])).toEqual([
      ['(none)', '10219.5', 20_400],
      ['heavy', '10000.125', 20_001],
      ['lab-a', '55.25', 2_000],
      ['lab-max', '40.5', 10_000],
      ['platform', '1454.250000000000000001', 20_441],
      ['wider', '2825.5', 14_000],
    ]);
  });

  // (none): the assignments without a cost center, jan's, and those without an assignment: 10000.125 + 10219.5.
  test('cost centers', () => {
    expect(made.costCenters.map((row) => [row.name, exact(row.used), row.cost])).toEqual([
      ['(none)', '20219.625', 40_401],
      ['LAB', '95.75', 12_000],
      ['RND', '4279.750000000000000001', 34_441],
    ]);
  });
});

describe('mismatches', () => {
  const names = new Map(SHEET_LIVE.users.map((user) => [user.id, user.userName]));
  const found = (kind: string): readonly unknown[] =>
    made.mismatches.filter((one) => one.kind === kind).map((one) => [names.get(one.userId), one.profile, one.cost, one.date]);

  /* pia: a Pro seat since January, r16 says PRO_PLUS: mismatch. jan: r17 says ENTERPRISE, which no tier is called: mismatch.
   * ivy: r18 says "Kiro Pro+", mo: r14 PRO_PLUS: spellings of the seat's tier. nat: moved down on the 10th, which shows from
   * December 1st on: r15 proves nothing.
   */
  test('tier: spellings are one, a recent downgrade proves nothing', () => {
    expect(found('tier')).toEqual([
      ['jan', 'eng', null, '2026-11-14'],
      ['pia', 'eng', null, '2026-11-14'],
    ]);
    const [jan, pia] = made.mismatches.filter((one) => one.kind === 'tier');
    expect(jan).toMatchObject({ tier: 'power', usageTier: 'ENTERPRISE', recognised: false });
    expect(pia).toMatchObject({ tier: 'pro', usageTier: 'pro-plus', recognised: true });
  });

  test('no-seat: quin and zed in eng, zed in a place that is no profile', () => {
    expect(found('no-seat')).toEqual(
      expect.arrayContaining([
        ['quin', 'eng', null, '2026-11-02'],
        ['zed', 'eng', null, '2026-11-14'],
      ]),
    );
    expect(found('no-seat').filter((one) => JSON.stringify(one).includes('ana'))).toEqual([]);
  });

  // kim holds Pro in eng ($20) and Pro Max in lab ($100): all but the dearest, twelve times: $240.
  test('two-profiles: the yearly cost of all seats but the dearest', () => {
    expect(found('two-profiles').map((one) => JSON.stringify(one).replace(/,[^,]*$/, ''))).toEqual(['["kim","lab",24000']);
  });

  // lab declares no overage; lou used 100 credits of it: $4.00. eng declares it on: ana, ivy and jan are no mismatch.
  test('overage-off', () => {
    expect(found('overage-off').map((one) => JSON.stringify(one).replace(/,[^,]*$/, ''))).toEqual(['["lou","lab",400']);
  });
});

describe('budgets', () => {
  /* everything $2,000: seats $840, with overage $868.42.
   * lab $300: seats $320, so it is exceeded from the 1st on; with overage $324.00.
   * rnd $340: 10 × $20 + 3 × $40 = $320; ana $4.41 and ivy $20.00: $344.41, over.
   */
  test('committed and spent so far', () => {
    expect(made.budgets.map(({ name, committed, cost, over }) => [name, committed, cost, over])).toEqual([
      ['everything', 84_000, 86_842, false],
      ['lab', 32_000, 32_400, true],
      ['rnd', 32_000, 34_441, true],
    ]);
    expect(made.budgets.find((budget) => budget.name === 'lab')?.exceededOn).toBe('2026-11-01');
  });

  test('nothing is expected to cost less than it did', () => {
    for (const { forecast, cost } of made.budgets) expect(forecast ?? cost ?? 0).toBeGreaterThanOrEqual(cost ?? 0);
  });
});

describe('without usage', () => {
  // The 42,000 plan credits are those of the seats alone: 26,000 in eng, 16,000 in lab.
  test('there are seats and their price, and nobody is judged', () => {
    const roster = report(null);
    expect(of(roster.totals)).toEqual([17, 17, '42000', '0', '0', 0, 84_000]);
    expect(new Set(roster.people.map((one) => one.state))).toEqual(new Set(['seat']));
    expect(roster.mismatches.filter((one) => one.kind !== 'two-profiles')).toEqual([]);
  });
});
