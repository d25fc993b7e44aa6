/**
 * Incident: a usage report got a new column for every model that was launched, and whoever read it by position gave one model's use to
 * another (aws-samples/sample-kiro-user-analytics-quicksight-dashboard, README).
 * Property: columns are found by their header; unknown ones change nothing, the latest export of a day wins, every line that cannot be
 * used is named, and a file without a header is refused. The reader alone, with fuzzed files: test/usage/{read,record,reference}.test.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { credits } from '../../src/commands/credits.ts';
import { matches } from '../cli/document.ts';
import { assignment, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { put, putUsage, type UsageFile, usagePath, usageText } from '../support/usage-tree.ts';
import { type Files, incident } from './world.ts';

const FILES: Files = { 'o.yaml': ORGANIZATION, 'p.yaml': PROFILE, 'a.yaml': assignment('a', 'pro', ['ana', 'bob']) };
const row = (name: string, used: string) => ({ date: '2026-11-05', userId: userId(name), credits: used, tier: 'PRO' });
const REPORT: UsageFile = { era: 'feb', rows: [row('ana', '12.345678901234567'), row('bob', '0.1')] };

type Document = {
  readonly rows: Readonly<Record<string, number>>;
  readonly totals: object;
  readonly people: readonly { readonly userName: string | null; readonly used: number }[];
};

/** The credits report over what `write` puts into a folder. */
async function credit(write: (root: string) => void) {
  const root = mkdtempSync(join(tmpdir(), 'kirosync-usage-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  write(root);
  const world = await incident({ groups: { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': [] } });
  const ran = (format: string) => world.run(FILES, (io, deps) => credits({ usage: [root], format }, io, deps));
  const json = await ran('json');
  expect(json.code, json.stderr).toBe(0);
  const { rows, totals, people } = matches('credits', json.stdout) as Document; // parse boundary: held against its schema
  return { rows, totals, used: people.map((person) => [person.userName, person.used]), text: (await ran('text')).stdout };
}

/** The cells of a report, moved about by `change`; the header is the first row. */
function table(change: (rows: readonly (readonly string[])[]) => readonly (readonly string[])[], file = REPORT): (root: string) => void {
  const cells = usageText(file)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const text = change(cells).map((line) => line.join(','));
  return (root) => void put(root, usagePath(file), `${text.join('\n')}\n`);
}

const USED = [
  ['ana@example.com', 12.345678901234567],
  ['bob@example.com', 0.1],
];

describe('columns', () => {
  test.each<[what: string, write: (root: string) => void]>([
    ['as they were', (root) => putUsage(root, [REPORT])],
    ['of three later exports of Kiro', (root) => putUsage(root, [{ ...REPORT, era: 'sep' }])],
    ['in reverse', table((rows) => rows.map((cells) => [...cells].reverse()))],
    [
      'with a model in front, whose number looks like credits',
      table((rows) => rows.map((cells, i) => [i === 0 ? 'claude_opus_4.5_messages' : '999', ...cells])),
    ],
    [
      'with byte order mark, spaces and another case',
      table((rows) =>
        rows.map((cells, i) => (i === 0 ? cells.map((cell, n) => `${n === 0 ? '\ufeff' : ' '}${cell.toUpperCase()} `) : cells)),
      ),
    ],
  ])('%s: the same credits, to the last digit', async (_what, write) => {
    const { used, rows } = await credit(write);
    expect(used).toEqual(USED);
    expect(rows).toMatchObject({ read: 2, used: 2, superseded: 0, rejected: 0 });
  });

  test('a day exported again: the later export wins, whatever its columns', async () => {
    const { used, rows } = await credit((root) => {
      putUsage(root, [REPORT]);
      putUsage(root, [{ era: 'jul', stamp: '202611070200', rows: [row('ana', '20.5'), row('bob', '0.1')] }]);
    });
    expect(used).toEqual([['ana@example.com', 20.5], USED[1]]);
    expect(rows).toMatchObject({ read: 4, used: 2, superseded: 2, rejected: 0 });
  });

  test('one row with a cell too many is rejected by name; nobody gets the number of somebody else', async () => {
    const { used, rows, text } = await credit(table((lines) => lines.map((cells, i) => (i === 2 ? ['7', ...cells] : cells))));
    expect(used).toEqual([USED[0], ['bob@example.com', 0]]);
    expect(rows).toMatchObject({ read: 2, used: 1, rejected: 1 });
    expect(text).toMatch(/user_report_\d+\.csv:3 /);
  });

  test.each<[what: string, write: (root: string) => void]>([
    ['no header', table((rows) => rows.slice(1))],
    ['no Credits_Used', table((rows) => rows.map((cells) => cells.filter((_, n) => rows[0]?.[n] !== 'Credits_Used')))],
    ['Credits_Used twice', table((rows) => rows.map((cells, i) => [...cells, i === 0 ? 'credits_used' : '5']))],
  ])('%s: the file is refused whole, and said', async (_what, write) => {
    const { used, rows, text } = await credit(write);
    expect(used).toEqual([
      ['ana@example.com', 0],
      ['bob@example.com', 0],
    ]);
    expect(rows).toMatchObject({ read: 2, used: 0, rejected: 2 });
    expect(text).toMatch(/header|column/i);
  });
});
