import { mkdtemp, readdir, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decimal } from '../../src/usage/amount.ts';
import type { Facts } from '../../src/usage/facts.ts';
import { readUsage } from '../../src/usage/read.ts';
import { put, putUsage, usagePath, usageText } from '../support/usage-tree.ts';

const ANA = 'a0000000-0000-4000-8000-000000000001';
const BO = 'b0000000-0000-4000-8000-000000000002';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'usage-plain-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Mostly what Kiro writes, so that most files are plain, and sometimes what it does not. */
const mostly = <T>(usual: fc.Arbitrary<T>, ...odd: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const ODD = ['', '.5', '1000000000', '1000000000000', '-0', '+1', '1_0', '1.1.1', '1e99', '8.8e-20', ' 1'];
const amount = mostly(
  fc.oneof(
    fc.nat(99_999_999).map((n) => `${Math.trunc(n / 100)}.${String(n % 100).padStart(2, '0')}`),
    fc.double({ min: 0, max: 1e6, noNaN: true }).map(String),
    fc.double({ min: 0, max: 1e-9, noNaN: true }).map(String),
    fc.constantFrom('0', '5.', '1e3', '1E-7', '5e-19', '4e-19', '0.0000000000000000005', '999999999', '00012', '9.9999999999999999995'),
  ),
  ...ODD,
);
const row = fc.record({
  date: mostly(fc.constantFrom('2026-11-01', '2026-11-02', '2026-10-31', '2026-11-29'), '2026-11-31', '2019-12-31', '2026-12-01', ''),
  userId: mostly(
    fc.constantFrom(ANA, BO, ANA.toUpperCase(), `d-1234567890.${ANA}`, `1234567890-${BO}`, 'someone', 'd-1234567890.x'),
    'd-1234567890.',
    'x y',
    '',
  ),
  client: mostly(fc.constantFrom('KIRO_IDE', 'KIRO_CLI'), 'kiro_ide', ' PLUGIN', ''),
  credits: amount,
  overage: mostly(fc.constantFrom('0', '0.0', '1e-9', '0.000000000000000001'), '', '5', '0.25', ...ODD),
  tier: mostly(fc.constantFrom('PRO', 'Kiro Pro+', ''), ' PRO', 'POWER ', 'PR\u00d6'),
});
type UsageRows = NonNullable<Parameters<typeof usageText>[0]['rows']>;

/** What is told of rows must not depend on which reader reads them: a carriage return makes every file one for the careful reader. */
test('the fast reader and the careful one agree on every row', async () => {
  const read = async (reports: readonly UsageRows[], end: string): Promise<Facts> => {
    const folder = await mkdtemp(join(root, 'one-'));
    for (const [i, rows] of reports.entries()) {
      const file = { day: `2026-11-${10 + (i % 20)}`, part: i, stamp: `20261130020${i % 2}`, rows };
      put(folder, usagePath(file), usageText(file).replaceAll('\n', end));
    }
    return await readUsage(['.'], '2026-11', folder);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(row, { maxLength: 6 }), { minLength: 30, maxLength: 60 }), async (reports) => {
      expect(await read(reports, '\n')).toEqual(await read(reports, '\r\n'));
    }),
    { numRuns: 3, seed: 20261123, endOnFailure: true },
  );
}, 60_000);

/** The same row, plain and not, with an overage that is as large as the use, and with one that is the smallest part larger. */
test.each([
  ['5', '5', true],
  ['5', '5.000000000000000001', false],
  ['5.000000001', '5.0000000010000000001', true],
  ['0', '0.000000001', false],
  ['12.5', '13', false],
  ['1e3', '1000', true],
])('used %s with overage %s: both readers decide alike', async (credits, overage, counts) => {
  const file = { rows: [{ date: '2026-11-01', userId: ANA, credits, overage }] };
  for (const [folder, end] of [
    ['plain', '\n'],
    ['careful', '\r\n'],
  ] as const) {
    put(join(root, folder), usagePath(file), usageText(file).replaceAll('\n', end));
    const { rows, rejected } = await readUsage([folder], '2026-11', root);
    expect([rows.used, rows.rejected]).toEqual(counts ? [1, 0] : [0, 1]);
    const reason = `Overage_Credits_Used is more than Credits_Used, which includes it: ${overage} of ${credits}`;
    expect(rejected.map((each) => [each.line, each.reason])).toEqual(counts ? [] : [[2, reason]]);
  }
});

/** Bytes that change what a line, a cell or a character is, put somewhere into a row. */
test('the fast reader and the careful one agree on damaged files', async () => {
  const damage = fc.tuple(fc.nat(199), fc.nat(3), fc.constantFrom(',', '"', '\n', '""', ',"', '\u00ff', '\u0000', ' '));
  const read = async (reports: readonly (readonly [number, number, string])[], before: string): Promise<Omit<Facts, 'rejected'>> => {
    const folder = await mkdtemp(join(root, 'one-'));
    for (const [i, [at, cut, bytes]] of reports.entries()) {
      const rows = [ANA, BO, `1234567890-${BO}`].map((userId, n) => ({ date: '2026-11-01', userId, credits: `${n + 1}.25` }));
      const file = { day: '2026-11-01', part: i, stamp: '202611300200', client: `C${i}`, rows };
      const text = usageText(file);
      const from = text.indexOf('\n') + 1 + at;
      // A blank line before the header makes the file one for the careful reader.
      put(folder, usagePath(file), Buffer.from(before + text.slice(0, from) + bytes + text.slice(from + cut), 'latin1'));
    }
    const { rejected: _lines, ...facts } = await readUsage(['.'], '2026-11', folder);
    return facts;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 100, maxLength: 150 }), async (reports) => {
      expect(await read(reports, '')).toEqual(await read(reports, '\n'));
    }),
    { numRuns: 2, seed: 20261123, endOnFailure: true },
  );
}, 60_000);

describe('months', () => {
  const use = (facts: Facts) => facts.people.map((p) => [p.userId.slice(0, 1), decimal(p.used), p.pastUsed.map(decimal)]);

  test('only those needed are read; the past ones are summed apart, and each day is told', async () => {
    const rows = (date: string, credits: number, userId = ANA) => ({ rows: [{ date, userId, credits }] });
    putUsage(root, [
      rows('2026-07-31', 1),
      rows('2026-09-05', 2),
      rows('2026-10-31', 4),
      rows('2026-11-01', 8),
      rows('2026-11-03', 16, BO),
      rows('2026-12-01', 32),
    ]);
    const facts = await readUsage(['.'], '2026-11', root);
    expect([facts.rows.read, facts.files.reports, facts.rows.inMonth]).toEqual([4, 4, 2]);
    // August has no row, and none before it was read: nothing says that reports were made then.
    expect(facts.pastMonths).toEqual(['2026-09', '2026-10']);
    expect(use(facts)).toEqual([
      ['a', '8', ['2', '4']],
      ['b', '16', ['0', '0']],
    ]);
    expect([facts.historyFrom, facts.historyThrough]).toEqual(['2026-09-01', '2026-11-03']);
    const [ana, bo] = facts.people.map((p) => Array.from(p.daily));
    expect([ana?.length, ana?.[4], ana?.[60], ana?.[61], ana?.reduce((a, b) => a + b)]).toEqual([64, 2, 4, 8, 14]);
    expect([bo?.[63], bo?.reduce((a, b) => a + b)]).toEqual([16, 16]);

    const longer = await readUsage(['.'], '2026-11', root, { past: 4, through: '2026-12' });
    expect(longer.pastMonths).toEqual(['2026-07', '2026-08', '2026-09', '2026-10']);
    expect(use(longer)[0]).toEqual(['a', '8', ['1', '0', '2', '4']]);
    expect([longer.people[0]?.lastActive, longer.historyThrough, longer.through]).toEqual(['2026-12-01', '2026-11-03', '2026-12-01']);
  });

  test('without rows there is no history, and rows after the month make none', async () => {
    putUsage(root, [{ day: '2026-11-01', rows: [{ date: '2026-12-01', userId: ANA, credits: 1 }] }]);
    const facts = await readUsage(['.'], '2026-11', root);
    expect([facts.pastMonths, facts.historyFrom, facts.historyThrough, facts.people[0]?.daily.length]).toEqual([[], null, null, 0]);
  });

  test('a file whose path has no day is read whatever the month', async () => {
    const file = { rows: [{ date: '2026-01-05', userId: ANA, credits: 1 }] };
    put(root, 'flat/KIRO_IDE_111122223333_user_report_202601060200.csv', usageText(file));
    expect((await readUsage(['.'], '2026-11', root)).rows.used).toBe(1);
  });
});

test('sums stay exact where floats would not', async () => {
  const credits = ['999999999.999999999999999999', '0.000000000000000001', '1000000000000', '1000000000000', '0.1'];
  putUsage(root, [{ rows: credits.map((credit, i) => ({ date: `2026-11-0${i + 1}`, userId: ANA, credits: credit })) }]);
  expect((await readUsage(['.'], '2026-11', root)).people.map((p) => decimal(p.used))).toEqual(['2001000000000.1']);
});

describe('the cache', () => {
  const LONG_AGO = new Date('2026-11-02T00:00:00Z');
  const file = (credits: number) => ({ rows: [{ date: '2026-11-01', userId: ANA, credits }] });
  const path = usagePath(file(1));
  const used = async (): Promise<string | undefined> => {
    const facts = await readUsage(['in'], '2026-11', root, { cache: 'cache' });
    return facts.people.map((p) => decimal(p.used)).join();
  };
  const kept = async (): Promise<readonly string[]> => await readdir(join(root, 'cache')).catch(() => []);
  /** What was just written counts as unsettled; the change time cannot be set, so the test waits for it to be old enough. */
  const settled = async (): Promise<void> => {
    const { ctimeMs } = await stat(join(root, 'in', path));
    await expect.poll(() => Date.now() - ctimeMs, { timeout: 5_000 }).toBeGreaterThan(2_001);
  };

  test('gives what was read before, and nothing else', async () => {
    put(join(root, 'in'), path, usageText(file(1)));
    await utimes(join(root, 'in', path), LONG_AGO, LONG_AGO);
    expect(await used()).toBe('1');
    expect(await kept()).toEqual([]);
    await settled();
    expect(await used()).toBe('1');
    const [name = ''] = await kept();
    const cached = join(root, 'cache', name);
    const { ino } = await stat(cached);
    const fresh = await readUsage(['in'], '2026-11', root);
    expect(await readUsage(['in'], '2026-11', root, { cache: 'cache' })).toEqual(fresh);
    expect(await readUsage(['in'], '2026-12', root, { cache: 'cache' })).not.toEqual(fresh);

    // It was not written again, so it was used; damaged it is not used, and written again.
    expect(await stat(cached)).toMatchObject({ ino, mode: 0o100600 });
    await writeFile(cached, 'damaged');
    expect(await used()).toBe('1');
    expect((await stat(cached)).size).toBeGreaterThan(100);

    // The same size and the same time as before, and other numbers.
    await writeFile(join(root, 'in', path), usageText(file(2)));
    await utimes(join(root, 'in', path), LONG_AGO, LONG_AGO);
    await settled();
    expect(await used()).toBe('2');
    await rm(join(root, 'in', path));
    expect(await used()).toBe('');
  });
});
