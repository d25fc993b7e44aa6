import { describe, expect, test } from 'vitest';
import { decimal, roughly } from '../../src/usage/amount.ts';
import type { Facts } from '../../src/usage/facts.ts';
import { dailyFrom, daysApart, spans } from '../../src/usage/history.ts';
import { creditsOf, day, facts, use } from './scenario.ts';

/** October has 31 days, so the 1st of November is number 31. */
function history(october: readonly (readonly [number, number])[], november: readonly (readonly [number, number])[]): number[] {
  const daily = Array.from({ length: 36 }, () => 0);
  for (const [date, used] of october) daily[date - 1] = used;
  for (const [date, used] of november) daily[30 + date] = used;
  return daily;
}

function report(people: Facts['people'], more: Partial<Facts> = {}, now = '2026-11-06T12:00:00.000Z', month = '2026-11') {
  const given = facts(people, {
    month,
    days: [day('2026-11-01', '1'), day('2026-11-05', '1')],
    pastMonths: ['2026-10'],
    historyFrom: '2026-10-01',
    historyThrough: '2026-11-05',
    ...more,
  });
  return creditsOf('', { groups: {} }, given, { now: new Date(now), month });
}

describe('movers', () => {
  test('are compared over the same days of the month before', () => {
    const ana = use('ana', {
      used: '30',
      daily: history(
        [
          [1, 10],
          [5, 2.5],
          [6, 1000],
        ],
        [[2, 30]],
      ),
    });
    const bo = use('bo', { used: '1', daily: history([[3, 300.004]], [[1, 1]]) });
    const cy = use('cy', { used: '7', daily: history([[2, 7]], [[2, 7]]) });
    expect(report([ana, bo, cy]).movers.map((m) => [m.userId.slice(0, 4), decimal(m.before), decimal(m.now)])).toEqual([
      ['626f', '300', '1'],
      ['616e', '12.5', '30'],
    ]);
  });

  test('of a whole month are exact', () => {
    const ana = use('ana', { used: '30', pastUsed: [3n], daily: history([], []) });
    const through = '2026-10-31';
    const made = report(
      [{ ...ana, pastUsed: [5n, 3n] }],
      {
        month: '2026-10',
        days: [day(through, '1')],
        pastMonths: ['2026-08', '2026-09'],
        historyFrom: '2026-08-01',
        historyThrough: through,
      },
      undefined,
      '2026-10',
    );
    expect(made.movers.map((m) => m.before)).toEqual([3n]);
  });

  test('are at most ten', () => {
    const people = Array.from({ length: 12 }, (_, i) =>
      use(`p${String(i).padStart(3, '0')}`, { used: String(i + 1), daily: history([], []) }),
    );
    expect(report(people).movers.map((m) => decimal(m.now))).toEqual(['12', '11', '10', '9', '8', '7', '6', '5', '4', '3']);
  });

  test('are nobody without the month before, or without a row in this one', () => {
    const ana = use('ana', { used: '30', daily: [30] });
    expect(report([ana], { pastMonths: [], historyFrom: '2026-11-01' }).movers).toEqual([]);
    expect(report([ana], { historyFrom: null, historyThrough: null }).movers).toEqual([]);
    expect(report([{ ...ana, activeDays: 0 }], { days: [], historyThrough: '2026-10-31' }).movers).toEqual([]);
  });
});

describe('a history', () => {
  const given = facts([], { historyFrom: '2026-10-30', historyThrough: '2026-11-02' });
  test('is read by date, 0 outside of it', () => {
    expect(dailyFrom(use('ana', { daily: [1, 2, 3, 4] }), given, '2026-10-29', 6)).toEqual([0, 1, 2, 3, 4, 0]);
    expect(dailyFrom(use('ana', { daily: [1, 2, 3, 4] }), facts([]), '2026-10-30', 2)).toEqual([0, 0]);
  });

  test('spans the days from its first to its last', () => {
    expect([
      spans(given, '2026-10-30', 4),
      spans(given, '2026-10-29', 4),
      spans(given, '2026-10-30', 5),
      spans(facts([]), '2026-10-30', 1),
    ]).toEqual([true, false, false, false]);
    expect([daysApart('2026-10-30', '2026-11-02'), daysApart('2026-11-02', '2026-10-30')]).toEqual([3, -3]);
  });
});

test('an estimate has two decimals', () => {
  expect([roughly(0.1), roughly(1.005), roughly(2.675), roughly(1e9)].map(decimal)).toEqual(['0.1', '1', '2.68', '1000000000']);
});
