import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { coveredMonths } from '../../src/usage/coverage.ts';
import { readUsage } from '../../src/usage/read.ts';
import { putUsage } from '../support/usage-tree.ts';

const OTHER = '444455556666';
const TODAY = '2026-11-20';
const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** Every day of these months up to the 19th of November but for those left out, for one person. */
function days(months: readonly string[], isOut: (day: string) => boolean): readonly string[] {
  return months
    .flatMap((month) => Array.from({ length: 31 }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`))
    .filter((day) => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) && day < TODAY && !isOut(day));
}

test('each account and Region is looked at for itself: weekends are no gap, missing weeks and a late beginning are', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kirosync-days-'));
  made.push(root);
  const months = ['2026-08', '2026-09', '2026-10', '2026-11'];
  const weekend = (day: string) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
  // Of the other account: nothing before August 25th, and eight working days of September are missing (9th to 18th).
  const out = (day: string) => day < '2026-08-25' || (day > '2026-09-08' && day < '2026-09-19');
  const user = 'a0000000-0000-4000-8000-000000000001';
  putUsage(root, [
    ...days(months, weekend).map((day) => ({ day, rows: [{ date: day, userId: user, credits: 10 }] })),
    ...days(months, out).map((day) => ({ day, account: OTHER, rows: [{ date: day, userId: user, credits: 10 }] })),
  ]);
  const facts = await readUsage([root], '2026-11', root);
  expect(facts.places.map(({ account, from, through }) => [account, from, through])).toEqual([
    ['111122223333', '2026-08-03', '2026-11-19'],
    [OTHER, '2026-08-25', '2026-11-19'],
  ]);
  // Working days without a row, by the calendar: August 3rd to 24th are 16, and November 20th to 30th are 7.
  expect(facts.places.map((place) => place.months.map(({ missing }) => missing))).toEqual([
    [0, 0, 0, 7],
    [16, 8, 0, 7],
  ]);
  const covered = coveredMonths(facts, TODAY);
  expect(covered.get('111122223333/us-east-1')).toEqual(['2026-08', '2026-09', '2026-10']);
  expect(covered.get(`${OTHER}/us-east-1`)).toEqual(['2026-10']);
});
