import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { decimal } from '../../src/usage/amount.ts';
import type { Facts } from '../../src/usage/facts.ts';
import { readUsage } from '../../src/usage/read.ts';
import { type Era, HEADERS, put, putUsage, type UsageFile, usagePath, usageText } from '../support/usage-tree.ts';

const ANA = 'a0000000-0000-4000-8000-000000000001';
const BO = 'b0000000-0000-4000-8000-000000000002';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'usage-test-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const read = (...places: readonly string[]): Promise<Facts> => readUsage(places.length === 0 ? ['.'] : places, '2026-11', root);

/** `userId used/overage` of everybody, in credits. */
const use = (facts: Facts): readonly string[] =>
  facts.people.map((p) => `${p.userId.slice(0, 1)} ${decimal(p.used)}/${decimal(p.overageCredits)}`);

const counts = (facts: Facts): readonly number[] => [facts.rows.read, facts.rows.used, facts.rows.superseded, facts.rows.rejected];

/** One report of 1 November whose text is changed before it is written. */
function odd(
  change: (text: string) => string,
  file: UsageFile = {
    rows: [
      { date: '2026-11-01', userId: ANA, credits: 1 },
      { date: '2026-11-01', userId: BO, credits: 2 },
    ],
  },
): void {
  put(root, usagePath(file), change(usageText(file)));
}

describe('reading reports', () => {
  test.each(['feb', 'apr', 'jul', 'sep'] satisfies readonly Era[])('the header of era %s', async (era) => {
    putUsage(root, [{ era, rows: [{ date: '2026-11-01', userId: ANA, credits: '12.25', overage: '0.5', tier: 'PRO_PLUS' }] }]);
    const facts = await read();
    expect(use(facts)).toEqual(['a 12.25/0.5']);
    expect(facts.people[0]?.latestTier).toBe('PRO_PLUS');
  });

  test('eras, clients, profiles and days side by side are each counted once', async () => {
    putUsage(root, [
      { era: 'feb', rows: [{ date: '2026-11-01', userId: ANA, credits: '0.1' }] },
      { era: 'sep', client: 'KIRO_CLI', rows: [{ date: '2026-11-01', userId: ANA, credits: '0.2' }] },
      { era: 'apr', client: 'PLUGIN', rows: [{ date: '2026-11-02', userId: ANA, credits: '0.3' }] },
      { account: '444455556666', region: 'eu-central-1', rows: [{ date: '2026-11-01', userId: ANA, credits: '0.4' }] },
    ]);
    const facts = await read();
    expect(use(facts)).toEqual(['a 0.6/0', 'a 0.4/0']);
    expect(facts.people[0]).toMatchObject({ account: '111122223333', region: 'us-east-1', activeDays: 2, lastActive: '2026-11-02' });
    expect(facts.days.map((d) => `${d.date} ${d.account.slice(0, 1)} ${d.people} ${decimal(d.used)}`)).toEqual([
      '2026-11-01 1 1 0.3',
      '2026-11-01 4 1 0.4',
      '2026-11-02 1 1 0.3',
    ]);
    expect(counts(facts)).toEqual([4, 4, 0, 0]);
  });

  test('a re-export replaces the rows it repeats, whatever its name sorts to, and only those', async () => {
    putUsage(root, [
      { stamp: '202611090200', rows: [{ date: '2026-11-01', userId: ANA, credits: 5 }] },
      {
        stamp: '202611020200',
        rows: [
          { date: '2026-11-01', userId: ANA, credits: 1 },
          { date: '2026-11-01', userId: BO, credits: 2 },
        ],
      },
      { stamp: '202611100200', client: 'KIRO_CLI', rows: [{ date: '2026-11-01', userId: BO, credits: 4 }] },
    ]);
    const facts = await read();
    expect(use(facts)).toEqual(['a 5/0', 'b 6/0']);
    expect(counts(facts)).toEqual([4, 3, 1, 0]);
  });

  test('parts of one export are one export; a row repeated inside a file is replaced by the later one', async () => {
    putUsage(root, [
      {
        part: 1,
        rows: [
          { date: '2026-11-01', userId: ANA, credits: 1 },
          { date: '2026-11-01', userId: ANA, credits: 3 },
        ],
      },
      { part: 2, rows: [{ date: '2026-11-01', userId: BO, credits: 2 }] },
    ]);
    const facts = await read();
    expect(use(facts)).toEqual(['a 3/0', 'b 2/0']);
    expect(counts(facts)).toEqual([3, 2, 1, 0]);
  });

  test('a directory given twice, or inside another, is read once; a copy of it is superseded', async () => {
    putUsage(root, [{ rows: [{ date: '2026-11-01', userId: ANA, credits: 1 }] }]);
    expect(counts(await read('.', 'AWSLogs', join(root, 'AWSLogs/111122223333')))).toEqual([1, 1, 0, 0]);
    cpSync(join(root, 'AWSLogs'), join(root, 'copy/AWSLogs'), { recursive: true });
    const facts = await read();
    expect(use(facts)).toEqual(['a 1/0']);
    expect(counts(facts)).toEqual([2, 1, 1, 0]);
  });

  test('months: rows of other months count as rows and as activity, not as use of this month', async () => {
    putUsage(root, [
      { rows: [{ date: '2026-10-31', userId: ANA, credits: 7, tier: 'POWER' }] },
      { rows: [{ date: '2026-11-01', userId: BO, credits: 2 }] },
    ]);
    const facts = await read();
    expect(use(facts)).toEqual(['a 0/0', 'b 2/0']);
    expect(facts.people[0]).toMatchObject({ activeDays: 0, lastActive: '2026-10-31', monthTier: null, latestTier: 'POWER' });
    expect(facts.rows).toEqual({ read: 2, used: 2, superseded: 0, rejected: 0, inMonth: 1 });
    expect([facts.from, facts.through]).toEqual(['2026-10-31', '2026-11-01']);
  });

  test('the tier is that of the latest row, of the month and of all', async () => {
    const rows = [
      ['2026-10-31', 'PRO'],
      ['2026-11-01', 'POWER'],
      ['2026-11-02', 'PRO_PLUS'],
      ['2026-12-01', 'PRO_MAX'],
    ].map(([date = '', tier = '']) => ({ date, tier, userId: ANA, credits: 1 }));
    putUsage(root, [{ rows }]);
    expect((await read()).people).toMatchObject([{ monthTier: 'PRO_PLUS', latestTier: 'PRO_MAX', lastActive: '2026-12-01' }]);
  });

  test('a UserId loses the store before it, and joins in any case', async () => {
    putUsage(root, [
      {
        rows: [
          { date: '2026-11-01', userId: `d-1234567890.${ANA.toUpperCase()}`, credits: 1 },
          { date: '2026-11-02', userId: `1234567890-${ANA}`, credits: 2 },
          { date: '2026-11-03', userId: ANA, credits: 4 },
          { date: '2026-11-03', userId: `  ${ANA} `, credits: 8, client: 'PLUGIN' },
        ],
      },
    ]);
    const facts = await read();
    expect(facts.people.map((p) => p.userId)).toEqual([ANA]);
    expect(use(facts)).toEqual(['a 15/0']);
  });

  test('full float precision is summed exactly', async () => {
    const credits = ['0.1', '0.2', '0.30000000000000004', '1e-3', '2.5E2'];
    putUsage(root, [{ rows: credits.map((c, i) => ({ date: `2026-11-0${i + 1}`, userId: ANA, credits: c })) }]);
    expect(use(await read())).toEqual(['a 250.60100000000000004/0']);
  });
});

describe('rows that cannot be used', () => {
  test('are counted and named with file and line', async () => {
    const bad = ['NaN', '1e400', '-1', '-0.01', 'Infinity', '', '1_000', '1,5', '0x10', '9999999999999'];
    putUsage(root, [
      {
        rows: [
          { date: '2026-11-01', userId: BO, credits: 2 },
          ...bad.map((credits) => ({ date: '2026-11-01', userId: ANA, credits: `"${credits}"` })),
        ],
      },
    ]);
    const facts = await read();
    expect(counts(facts)).toEqual([11, 1, 0, 10]);
    expect(facts.rejected.map((r) => r.line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(facts.rejected[1]).toEqual({
      file: usagePath({ rows: [{ date: '2026-11-01', userId: ANA, credits: 1 }] }),
      line: 4,
      reason: 'Credits_Used is not a number: 1e400',
    });
  });

  test.each(['2026-02-30', '02-28-2026', '2026-2-1', '', 'infinity', '2026-11-01T00:00:00Z'])('the date %j', async (date) => {
    putUsage(root, [{ day: '2026-11-01', rows: [{ date, userId: ANA, credits: 1 }] }]);
    const facts = await read();
    expect(counts(facts)).toEqual([1, 0, 0, 1]);
    expect(facts.rejected[0]?.reason).toMatch(/^Date is not a day/);
  });

  test('days that cannot be: after the export that tells of them, or before there was anything to tell', async () => {
    const dates = ['2026-11-03', '2026-11-04', '2027-11-01', '2019-12-31', '0026-11-01', '2020-01-01', '2026-11-01'];
    putUsage(root, [{ day: '2026-11-02', stamp: '202611030200', rows: dates.map((date) => ({ date, userId: ANA, credits: 1 })) }]);
    const facts = await read();
    expect(counts(facts)).toEqual([7, 3, 0, 4]);
    expect(facts.rejected.map((r) => `${r.line} ${r.reason}`)).toEqual([
      '3 Date is after the day of the export, 2026-11-03: 2026-11-04',
      '4 Date is after the day of the export, 2026-11-03: 2027-11-01',
      '5 Date is before 2020-01-01: 2019-12-31',
      '6 Date is before 2020-01-01: 0026-11-01',
    ]);
    expect([facts.from, facts.through]).toEqual(['2020-01-01', '2026-11-03']);
  });

  test('a time in the file name that is none rejects no row', async () => {
    putUsage(root, [{ stamp: '202699990200', rows: [{ date: '2026-11-01', userId: ANA, credits: 1 }] }]);
    expect(counts(await read())).toEqual([1, 1, 0, 0]);
  });

  test('the first line of a foreign file is no data row, unless it has a digit', async () => {
    put(root, usagePath({ day: '2026-11-01', rows: [] }), 'Name,Team\nAna,1\nBo,2\n');
    put(root, usagePath({ day: '2026-11-02', rows: [] }), `2026-11-01,${ANA}\n2026-11-02,${ANA}\n`);
    const facts = await read();
    expect(counts(facts)).toEqual([4, 0, 0, 4]);
    expect(facts.rejected.map((r) => r.reason.split(/;| of date/)[0])).toEqual(['the header has none', 'the file has no header line']);
  });

  test('reports below a directory that is called by_user_analytic are read', async () => {
    putUsage(join(root, 'by_user_analytic'), [{ rows: [{ date: '2026-11-01', userId: ANA, credits: 1 }] }]);
    put(root, 'AWSLogs/111122223333/KiroLogs/by_user_analytic/us-east-1/2026/11/02/00/x.csv', 'UserId,Date\n');
    const facts = await read();
    expect([facts.files.reports, facts.files.legacy, ...counts(facts)]).toEqual([1, 1, 1, 1, 0, 0]);
  });

  test('a blank user, a blank client, a bad overage; a blank overage is none', async () => {
    putUsage(root, [
      {
        rows: [
          { date: '2026-11-01', userId: ' ', credits: 1 },
          { date: '2026-11-01', userId: ANA, credits: 1, client: ' ' },
          { date: '2026-11-01', userId: ANA, credits: 1, overage: 'x' },
          { date: '2026-11-01', userId: BO, credits: 1, overage: '' },
        ],
      },
    ]);
    const facts = await read();
    expect(counts(facts)).toEqual([4, 1, 0, 3]);
    expect(use(facts)).toEqual(['b 1/0']);
  });

  test('an extra cell in every row does not make a data row the header', async () => {
    odd((text) => text.replace(/^(2026.*)$/gm, '$1,9'));
    const facts = await read();
    expect(counts(facts)).toEqual([2, 0, 0, 2]);
    expect(facts.rejected.map((r) => r.line)).toEqual([2, 3]);
  });

  test('one extra cell, one missing cell: their rows only', async () => {
    odd((text) => {
      const [header = '', first = '', second = ''] = text.split('\n');
      return [header, `${first},1`, second, second.replace(/,0$/, ''), ''].join('\n');
    });
    const facts = await read();
    expect(counts(facts)).toEqual([3, 1, 0, 2]);
    expect(facts.rejected.map((r) => `${r.line} ${r.reason.split(':')[0]}`)).toEqual(['2 too many columns', '4 missing columns']);
    expect(use(facts)).toEqual(['b 2/0']);
  });

  test('a value rejected after blank, wide and two-line rows still has its own line', async () => {
    odd((text) => {
      const [header = '', first = '', second = ''] = text.split('\n');
      return [header, '', `${first},1`, second.replace(/,"arn[^"]*"/, ',"two\nlines"'), '', first.replace(',1,', ',NaN,'), ''].join('\n');
    });
    const facts = await read();
    expect(counts(facts)).toEqual([3, 1, 0, 2]);
    expect(facts.rejected.map((r) => r.line)).toEqual([3, 7]);
  });

  test('a stray quote costs its row, not the rows after it', async () => {
    odd((text) => text.replace(`"${ANA}"`, `"${ANA}`));
    const facts = await read();
    expect(counts(facts)).toEqual([2, 1, 0, 1]);
    expect(facts.rejected).toMatchObject([{ line: 2, reason: 'a quote is opened and not closed properly' }]);
    expect(use(facts)).toEqual(['b 2/0']);
  });

  test('bytes that are no UTF-8 cost their row', async () => {
    const file = {
      rows: [
        { date: '2026-11-01', userId: ANA, credits: 1, tier: 'PR\u00d6' },
        { date: '2026-11-01', userId: BO, credits: 2 },
      ],
    };
    put(root, usagePath(file), Buffer.from(usageText(file), 'latin1'));
    const facts = await read();
    expect(counts(facts)).toEqual([2, 1, 0, 1]);
    expect(facts.rejected[0]?.line).toBe(2);
  });

  test('files are refused whole, with their rows, for a missing header, a missing or repeated column, a name without time', async () => {
    const rows = [
      { date: '2026-11-01', userId: ANA, credits: 1 },
      { date: '2026-11-01', userId: BO, credits: 2 },
    ];
    const at = (day: string): string => usagePath({ day, rows: [] });
    const text = usageText({ rows });
    put(root, at('2026-11-01'), text.split('\n').slice(1).join('\n'));
    put(root, at('2026-11-02'), text.replace('Credits_Used', 'Credits'));
    put(root, at('2026-11-03'), text.replace('New_User', 'DATE'));
    put(root, at('2026-11-04').replace(/_\d{12}\.csv/, '.csv'), text);
    const facts = await read();
    expect(counts(facts)).toEqual([8, 0, 0, 8]);
    expect(facts.rejected.map((r) => [r.line, r.reason.split(';')[0]])).toEqual([
      [null, 'the file has no header line'],
      [null, 'the header lacks credits_used'],
      [null, 'the header names date more than once'],
      [null, expect.stringContaining('does not say when it was exported')],
    ]);
  });

  test('an empty file and a wrong header alone are named, though they have no rows; a right header alone is a day without use', async () => {
    put(root, usagePath({ day: '2026-11-01', rows: [] }), '');
    put(root, usagePath({ day: '2026-11-02', rows: [] }), HEADERS.sep);
    put(root, usagePath({ day: '2026-11-03', rows: [] }), `${HEADERS.feb}\r\n`);
    put(root, usagePath({ day: '2026-11-04', rows: [] }), `${HEADERS.feb.replace('Credits_Used', 'Credits')}\n`);
    const facts = await read();
    expect(counts(facts)).toEqual([0, 0, 0, 0]);
    expect([facts.files.reports, facts.from, facts.through]).toEqual([4, null, null]);
    expect(facts.rejected.map((r) => [r.file.slice(-38), r.line, r.reason])).toEqual([
      ['111122223333_user_report_202611020200.csv'.slice(-38), null, 'the file is empty; it has no rows'],
      ['111122223333_user_report_202611050200.csv'.slice(-38), null, 'the header lacks credits_used; it has no rows'],
    ]);
  });
});

describe('odd but usable files', () => {
  test.each([
    ['a BOM', (text: string) => `\ufeff${text}`],
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['mixed line ends', (text: string) => text.replace('\n', '\r\n')],
    ['no last line end', (text: string) => text.trimEnd()],
    ['blank lines', (text: string) => text.replaceAll('\n', '\n\n')],
    ['a blank line before the header', (text: string) => `\n${text}`],
    ['quoted header cells with spaces and other case', (text: string) => text.replace('Date,UserId', '" DATE ", userid ')],
    ['all cells quoted', (text: string) => text.replace(/[^,\n"]+/g, '"$&"').replaceAll('""', '"')],
    ['spaces around numbers', (text: string) => text.replace(',1,', ', 1 ,')],
    [
      'a hundred more models',
      (text: string) =>
        text
          .split('\n')
          .map((line, i) =>
            line === '' ? '' : `${line}${Array.from({ length: 100 }, (_, n) => (i === 0 ? `,m_${n}.5_messages` : ',0')).join('')}`,
          )
          .join('\n'),
    ],
  ])('%s', async (_name, change) => {
    odd(change);
    const facts = await read();
    expect(use(facts)).toEqual(['a 1/0', 'b 2/0']);
    expect(counts(facts)).toEqual([2, 2, 0, 0]);
  });

  test('folder names with wildcards and quotes are names', async () => {
    putUsage(join(root, "we[i]rd* {a,b} ?'x"), [{ rows: [{ date: '2026-11-01', userId: ANA, credits: 1 }] }]);
    putUsage(join(root, 'weird'), [{ rows: [{ date: '2026-11-02', userId: ANA, credits: 2 }] }]);
    putUsage(join(root, "weird {a,b} 1'x"), [{ rows: [{ date: '2026-11-01', userId: BO, credits: 4 }] }]);
    expect(use(await read("we[i]rd* {a,b} ?'x"))).toEqual(['a 1/0']);
    const facts = await read();
    expect(use(facts)).toEqual(['a 3/0', 'b 4/0']);
    expect(counts(facts)).toEqual([3, 3, 0, 0]);
  });

  test('without the folders, account and Region come from ProfileId; without both, the row is rejected', async () => {
    const file = {
      account: '444455556666',
      region: 'eu-central-1',
      rows: [
        { date: '2026-11-01', userId: ANA, credits: 1 },
        { date: '2026-11-01', userId: BO, credits: 2 },
      ],
    };
    put(root, 'flat/KIRO_IDE_444455556666_user_report_202611020200.csv', usageText(file).replace(/(b0000000.*)"arn[^"]*"/, '$1'));
    const facts = await read('flat');
    expect(facts.people).toMatchObject([{ account: '444455556666', region: 'eu-central-1' }]);
    expect(facts.rejected).toMatchObject([{ line: 3, reason: expect.stringContaining('account and Region') }]);
  });

  test('the path outweighs ProfileId', async () => {
    const file = { rows: [{ date: '2026-11-01', userId: ANA, credits: 1 }] };
    put(root, usagePath(file), usageText({ ...file, account: '999988887777', region: 'eu-central-1' }));
    expect((await read()).people).toMatchObject([{ account: '111122223333', region: 'us-east-1' }]);
  });

  test('legacy reports, markers, links and other files are left alone and counted', async () => {
    put(
      root,
      'AWSLogs/111122223333/KiroLogs/by_user_analytic/us-east-1/2026/11/02/00/111122223333_by_user_analytic_202611030200.csv',
      'UserId,Date\nx,11-02-2026\n',
    );
    put(root, `AWSLogs/111122223333/KiroLogs/${ANA}`, 'Access validation successful.');
    put(root, 'notes.txt', 'x');
    symlinkSync('/etc/hostname', join(root, 'KIRO_IDE_111122223333_user_report_202611020200.csv'));
    const facts = await read();
    expect(facts.files).toEqual({ reports: 0, legacy: 1, markers: 1, other: 2 });
    expect(counts(facts)).toEqual([0, 0, 0, 0]);
  });

  test('one report file may be given by itself', async () => {
    const path = put(
      root,
      'KIRO_IDE_111122223333_user_report_202611020200.csv',
      usageText({ rows: [{ date: '2026-11-01', userId: ANA, credits: 1 }] }),
    );
    expect(use(await read(path))).toEqual(['a 1/0']);
  });
});

test('a place that does not exist is the user’s to mend', async () => {
  await expect(read('nowhere')).rejects.toThrow(UserError);
});

test('nothing is left behind, whether reading succeeds or not', async () => {
  // A place of its own: tests beside this one leave and remove theirs all the time.
  const place = join(root, 'tmp');
  mkdirSync(place);
  vi.stubEnv('TMPDIR', place);
  mkdirSync(join(root, 'x'));
  odd((text) => text.replace('\n', '\r\n'));
  try {
    expect(tmpdir()).toBe(place);
    await read();
    await read('nowhere').catch(() => null);
    expect(await readdir(place)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
  }
});
