import { expect, test } from 'vitest';
import { coverageNotes, coveredMonths, gapOf, isRecent } from '../../src/usage/coverage.ts';
import type { Facts } from '../../src/usage/facts.ts';
import { facts, placeOfMonths } from './scenario.ts';

const TODAY = '2026-11-20';
const PLACE = '111122223333/us-east-1';
const at = (more: Parameters<typeof placeOfMonths>[1]) =>
  placeOfMonths(['2026-08', '2026-09', '2026-10'], { through: '2026-11-19', ...more });

const given = (more: Parameters<typeof placeOfMonths>[1]): Facts =>
  facts([], { pastMonths: ['2026-08', '2026-09', '2026-10'], places: [at(more)] });

test('a month is covered from its first working day to its last day, with two working days missing at most', () => {
  expect(coveredMonths(given({}), TODAY).get(PLACE)).toEqual(['2026-08', '2026-09', '2026-10']);
  // August 1st 2026 is a Saturday: rows from Monday the 3rd on leave nothing out.
  expect(coveredMonths(given({ from: '2026-08-03' }), TODAY).get(PLACE)).toEqual(['2026-08', '2026-09', '2026-10']);
  expect(coveredMonths(given({ from: '2026-08-04' }), TODAY).get(PLACE)).toEqual(['2026-09', '2026-10']);
  const months = [2, 3, 21].map((missing, i) => ({ month: `2026-${['08', '09', '10'][i]}`, missing }));
  expect(coveredMonths(given({ months }), TODAY).get(PLACE)).toEqual(['2026-08']);
});

test('the last day is waited for: on a weekend three days, else until it is there', () => {
  // October 31st 2026 is a Saturday, September 30th a Wednesday.
  expect(gapOf(at({ through: '2026-10-30' }), '2026-10', '2026-11-02')).toBe('the reports end on 2026-10-30');
  expect(gapOf(at({ through: '2026-10-30' }), '2026-10', '2026-11-03')).toBeNull();
  expect(gapOf(at({ through: '2026-09-29' }), '2026-09', TODAY)).toBe('the reports end on 2026-09-29');
});

test('a note names the months left out and why, but none before the first row', () => {
  const months = [0, 0, 7].map((missing, i) => ({ month: `2026-${['08', '09', '10'][i]}`, missing }));
  expect(coverageNotes(given({ from: '2026-09-15', months }), () => 'profile eng', TODAY)).toEqual([
    'Not covered whole by the reports of profile eng, and left out of advice and movers: 2026-09 (the reports begin on 2026-09-15), 2026-10 (7 working days are without a row).',
  ]);
});

test('advice is news for the current month and the last closed one', () => {
  const now = new Date('2026-11-20T00:00:00.000Z');
  expect(['2026-09', '2026-10', '2026-11'].map((month) => isRecent(month, now))).toEqual([false, true, true]);
});
