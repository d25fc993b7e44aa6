import { expect, test } from 'vitest';
import { exact } from './obvious.ts';
import { creditsOf, facts, use } from './scenario.ts';

/*
 * Where overage begins, worked out on paper. It is 2026-11-20, usage is known through the 19th, eleven days are to come.
 * Somebody uses the same every day. `eng` declares no overage: it is off.
 */

const POLICY = `kind: Assignment
name: a
profile: eng
tier: pro
users: [ana, bo]
---
kind: Policy
budgets: [{ name: all, monthlyUsd: 1000 }]
`;

/** The same use on each of the 31 days of October and the first 19 of November. */
function daily(credits: number, more: Parameters<typeof use>[1] = {}) {
  const day = Array.from({ length: 50 }, () => credits);
  return { daily: day, used: String(credits * 19), activeDays: 19, ...more };
}

function report(person: ReturnType<typeof use>) {
  const given = facts([person], { pastMonths: ['2026-10'], historyFrom: '2026-10-01', historyThrough: '2026-11-19' });
  const made = creditsOf(POLICY, { groups: { 'kiro-eng-pro': ['ana'] } }, given);
  const [one] = made.people;
  const [budget] = made.budgets;
  if (one?.forecast === null || one === undefined || budget === undefined) throw new Error('no forecast');
  return { forecast: one.forecast, budget };
}

const ONE = 10n ** 18n;

test('overage off, none seen: nobody gets beyond the 1,000 credits of Pro', () => {
  // 40 a day: 760 so far, 760 + 11 × 40 = 1,200 without the limit.
  const { forecast, budget } = report(use('ana', daily(40)));
  expect(exact(forecast.expected)).toBe('1000');
  expect(forecast.high <= 1_000n * ONE).toBe(true);
  expect([budget.cost, budget.forecast]).toEqual([2_000, 2_000]);
});

test('overage declared off, and seen all the same: what the reports show counts', () => {
  // 80 a day: 1,520 so far, 520 of it overage ($20.80); 1,520 + 11 × 80 = 2,400 at the end, $56.00 of overage.
  const { forecast, budget } = report(use('ana', daily(80, { overage: '520' })));
  const [low, high] = [2_200n * ONE, 2_600n * ONE];
  expect(forecast.expected > low && forecast.expected < high).toBe(true);
  expect(budget.cost).toBe(2_000 + 2_080);
  expect(budget.forecast).toBe(2_000 + 2_080 + Math.round(Number((forecast.expected - 1_520n * ONE) / 10n ** 14n) * 4 * 1e-4));
});

test('reports show a higher tier than the seat: overage begins where that one ends', () => {
  // A downgrade within the month: Pro+ is in the reports, its 2,000 credits are there until the 1st. 60 a day: 1,140 so far
  // without overage, 1,800 at the end, which is none either.

  const { forecast, budget } = report(use('ana', daily(60, { monthTier: 'PRO_PLUS' })));
  expect(forecast.expected > 1_600n * ONE && forecast.expected <= 2_000n * ONE).toBe(true);
  expect([budget.cost, budget.forecast]).toEqual([2_000, 2_000]);
});
