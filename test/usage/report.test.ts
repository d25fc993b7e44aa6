import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Credits } from '../../src/model/credits.ts';
import { CREDITS_COLUMNS, creditsCsv } from '../../src/report/credits-csv.ts';
import { creditsJson } from '../../src/report/credits-json.ts';
import { creditsText } from '../../src/report/credits-text.ts';
import { parseCredit } from '../../src/usage/amount.ts';
import { creditsOf, day, facts, idOf, use, uuidWorld } from './scenario.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  JSON.parse(readFileSync(new URL('../../schemas/credits.schema.json', import.meta.url), 'utf8')),
);

function faults(json: string): readonly string[] {
  validate(JSON.parse(json));
  return (validate.errors ?? []).map((fault) => `${fault.instancePath} ${fault.message}`);
}

const POLICY = `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana@example.com, bo@example.com, cy@example.com]
costCenter: RND
reason: Roll-out
---
kind: Assignment
name: research
profile: eng
tier: power
users: [dee@example.com]
costCenter: LAB
---
kind: Policy
budgets:
  - { name: research, costCenter: LAB, monthlyUsd: 150 }
  - { name: total, monthlyUsd: 1000 }
`;

const WORLD = {
  users: ['kim@example.com'],
  groups: {
    'kiro-eng-pro': ['ana@example.com', 'bo@example.com', 'cy@example.com@2026-11-20T09:00:00.000Z', 'zoe@example.com'],
    'kiro-eng-power': ['dee@example.com'],
    'data-platform': ['eve@example.com'],
  },
};

/** Everybody's id in this file comes from the first letters of the user name, so each name differs early. */
const FACTS = facts(
  [
    use('ana@example.com', { used: '1250.5', overage: '250.5', activeDays: 12 }),
    use('bo@example.com', { lastActive: '2026-10-01', activeDays: 0, monthTier: null }),
    use('dee@example.com', { used: '9000.000000000000000001', activeDays: 14, monthTier: 'PRO_PLUS' }),
    use('kim@example.com', { used: '12.34', monthTier: 'ULTRA' }),
    use('lea@example.com', { used: '0.01', account: '999988887777' }),
  ],
  {
    days: [day('2026-11-01', '10262.84', 3), day('2026-11-03', '0.010000000000000001')],
    rows: { read: 3_021, used: 2_900, superseded: 119, rejected: 2, inMonth: 1_410 },
    files: { reports: 61, legacy: 3, markers: 1, other: 0 },
    rejected: [
      { file: 'usage/AWSLogs/a.csv', line: null, reason: 'the file has no header line; its one row is rejected' },
      { file: 'usage/AWSLogs/b.csv', line: 7, reason: 'Credits_Used is not a number: NaN' },
    ],
  },
);

const CASES: readonly (readonly [string, Credits])[] = [
  ['full', creditsOf(POLICY, WORLD, FACTS)],
  ['roster', creditsOf(POLICY, WORLD, null)],
  ['usage-only', creditsOf(POLICY, null, FACTS)],
  ['closed', creditsOf(POLICY, WORLD, FACTS, { now: new Date('2026-12-02T00:00:00Z') })],
];

/** Accept a changed report with `npx vitest run test/usage/report.test.ts -u`, and read the difference in review. */
describe.each(CASES)('the report %s', (name, made) => {
  const file = (extension: string): string => new URL(`../fixtures/usage/expected/${name}.${extension}`, import.meta.url).pathname;

  test('as text, JSON and CSV', async () => {
    await expect(creditsText(made, { color: false })).toMatchFileSnapshot(file('txt'));
    await expect(creditsJson(made)).toMatchFileSnapshot(file('json'));
    await expect(creditsCsv(made)).toMatchFileSnapshot(file('csv'));
  });

  test('the JSON fits its schema', () => {
    expect(faults(creditsJson(made))).toEqual([]);
  });

  test('no line of text ends in blanks', () => {
    expect(creditsText(made, { color: false })).not.toMatch(/[ \t]$/m);
  });
});

describe('a report with every field filled', () => {
  const forecast = { expected: parseCredit('1800.25'), low: parseCredit('1500'), high: parseCredit('2100.5') };
  const made = creditsOf(POLICY, WORLD, FACTS);
  const advice = {
    tier: 'pro-plus',
    from: 'pro',
    monthlySaving: 1_250,
    blockedBy: null,
    effective: '2026-11-20',
    confidence: 'medium' as const,
    months: 2,
    reason: '=used 1,800 of 1,000 credits',
  };
  const full: Credits = {
    ...made,
    totals: { ...made.totals, forecast },
    people: made.people.map((p) => ({ ...p, forecast, advice })),
    tiers: made.tiers.map((row) => ({ ...row, forecast })),
    outlook: [{ date: '2026-11-04', ...forecast }],
    movers: [{ userId: idOf('ana'), userName: 'ana@example.com', profile: 'eng', before: 0n, now: parseCredit('0.1') }],
    budgets: made.budgets.map((b) => ({ ...b, forecast: 25_050, exceededOn: '2026-11-24' })),
  };

  test('fits the schema, with dollars in numbers', () => {
    const json = creditsJson(full);
    expect(faults(json)).toEqual([]);
    const document = JSON.parse(json);
    expect(document.people[0]).toMatchObject({
      forecast: { expected: 1800.25, low: 1500, high: 2100.5 },
      advice: { tier: 'pro-plus', from: 'pro', monthlySavingUsd: 12.5, effective: '2026-11-20', confidence: 'medium', months: 2 },
    });
    expect(document.budgets[0]).toMatchObject({ committedUsd: 200, forecastUsd: 250.5, exceededOn: '2026-11-24' });
    expect(document.movers).toEqual([{ userId: idOf('ana'), userName: 'ana@example.com', profile: 'eng', before: 0, now: 0.1 }]);
    expect(document.outlook).toEqual([{ date: '2026-11-04', expected: 1800.25, low: 1500, high: 2100.5 }]);
  });

  test('has a row a person, profile and month in the CSV', () => {
    const [head = '', , row = ''] = creditsCsv(full).split('\n');
    expect(head.split(',').slice(0, 19).join()).toBe(
      'month,profile,user_id,user_name,tier,usage_tier,state,assignment,cost_center,since,last_active,active_days,used,plan_credits,utilisation,overage_credits,overage_usd,monthly_usd,why',
    );
    expect(head).toMatch(
      /,desired_tier,forecast_expected,forecast_low,forecast_high,advice_tier,advice_saving_usd,cost_usd,cost_per_credit_usd$/,
    );
    expect(row).toMatch(/,pro,1800\.25,1500,2100\.5,pro-plus,12\.50,[\d.]+,[\d.]+$/);
  });

  test('has what each person costs, and a credit of it; the notes stand under the summary', () => {
    const made = creditsOf(POLICY, WORLD, FACTS);
    const ana = made.people.find((p) => p.userName === 'ana@example.com');
    // $20 for the seat and 250.5 credits of overage at $0.04; over 1,250.5 credits.
    expect([ana?.cost, ana?.costPerCredit]).toEqual([3_002, 0.024006]);
    expect(made.people.filter((p) => p.used === 0n).every((p) => p.costPerCredit === null)).toBe(true);
    expect(made.people.reduce((sum, p) => sum + (p.cost ?? 0), 0)).toBe(made.totals.cost);
    expect(creditsOf(POLICY, null, FACTS).people.every((p) => p.cost === null && p.costPerCredit === null)).toBe(true);
    expect(creditsText(made, { color: false })).toMatch(/\n {2}files {2}.*\n\nNotes\n {2}/);
  });
});

const HOSTILE = 'eve\u001b[2J\u202e\n"=HYPERLINK("x")@example.com';

describe('other people’s text', () => {
  const plain = uuidWorld({ groups: { 'kiro-eng-pro': ['mal'] } });
  const state = { ...plain, users: plain.users.map((user) => ({ ...user, userName: HOSTILE })) };
  const made = creditsOf(
    POLICY,
    state,
    facts([use('mal', { monthTier: '=1+1\u0007' })], { rejected: [{ file: 'a\u001b]0;x', line: 1, reason: 'x\ny' }] }),
  );

  test('drives no terminal', () => {
    const text = creditsText(made, { color: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('eve\\u{1b}[2J\\u{202e}\\u{a}');
  });

  test('is no formula in a spreadsheet, and one row stays one line', () => {
    const csv = creditsCsv(made);
    expect(csv.trimEnd().split('\n')).toHaveLength(2);
    expect(csv).toContain("'=1+1");
    const formula = { ...state, users: state.users.map((user) => ({ ...user, userName: '=cmd|x' })) };
    expect(creditsCsv(creditsOf(POLICY, formula, null))).toContain(",'=cmd|x,");
  });

  test('is exact in JSON', () => {
    const json = creditsJson(made);
    expect(faults(json)).toEqual([]);
    expect(JSON.parse(json).people[0].userName).toBe(HOSTILE);
  });
});

test('JSON keeps all digits of credits', () => {
  const json = creditsJson(creditsOf(POLICY, null, facts([use('ana', { used: '9007199254740993.000000000000000001' })])));
  expect(json).toContain('"used": 9007199254740993.000000000000000001');
});

test('a CSV without people is its header', () => {
  expect(creditsCsv(creditsOf(POLICY, { groups: {} }, null))).toBe(`${CREDITS_COLUMNS.join(',')}\n`);
  expect(idOf('ana')).toHaveLength(36);
});
