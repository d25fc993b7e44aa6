import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Credits } from '../../src/model/credits.ts';
import { CREDITS_COLUMNS, creditsCsv } from '../../src/report/credits-csv.ts';
import { creditsJson } from '../../src/report/credits-json.ts';
import { creditsText } from '../../src/report/credits-text.ts';
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
