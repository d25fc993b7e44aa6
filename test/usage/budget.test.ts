import { describe, expect, test } from 'vitest';
import type { Budget } from '../../src/model/configuration.ts';
import { parseCredit } from '../../src/usage/amount.ts';
import { budgetsOf } from '../../src/usage/budget.ts';
import type { Facts } from '../../src/usage/facts.ts';
import type { PersonForecast } from '../../src/usage/forecast.ts';
import { type Assessed, assess, type Standing } from '../../src/usage/person.ts';
import { BASE, configuration } from '../support/world.ts';
import { creditsOf, facts, use } from './scenario.ts';

const FACTS: Facts = facts([], { historyFrom: '2026-11-01', historyThrough: '2026-11-20' });

/** 50 credits a day on each day to the 20th is 1,000, the whole allowance of pro. */
const FIFTY = Array.from({ length: 20 }, () => 50);

/** ana in eng, pro: what she used on each day so far, overage of it, and the days to come. */
function ana(daily: readonly number[], overage: string, ahead: readonly number[] | null, overageOn = true): Assessed {
  const used = daily.reduce((sum, n) => sum + n, 0);
  const usage = use('ana', { used: String(used), overage, daily });
  const made = creditsOf('', { groups: { 'kiro-eng-pro': ['ana'] } }, facts([usage]));
  const [person] = made.people;
  if (person === undefined) throw new Error('no line');
  const expected = parseCredit(String(used + (ahead ?? []).reduce((sum, n) => sum + n, 0)));
  const more = Math.max(0, used + (ahead ?? []).reduce((sum, n) => sum + n, 0) - Math.max(1000, used));
  const usedSoFar = parseCredit(String(used));
  const forecast: PersonForecast | null =
    ahead === null ? null : { used: usedSoFar, expected, low: expected, high: expected, days: ahead, variance: 0, dayNoise: 0 };
  return {
    person,
    forecast,
    rate: 0.04,
    expectedOverage: parseCredit(overage) + (ahead !== null && overageOn ? parseCredit(String(more)) : 0n),
    known: { userId: person.userId, userName: 'ana', profile: 'eng', seat: null, wanted: null, desired: null, overage: overageOn, usage },
  };
}

const budget = (monthlyUsd: number): Budget => ({
  name: 'all',
  profile: null,
  costCenter: null,
  monthly: monthlyUsd * 100,
  place: { file: 'x', line: 1, column: 1 },
});

function judged(one: Assessed, monthlyUsd: number, hasLive = true) {
  const [state] = budgetsOf({ budgets: [budget(monthlyUsd)], people: [one], facts: FACTS, month: '2026-11', hasLive });
  return [state?.committed, state?.cost, state?.forecast, state?.exceededOn, state?.over];
}

describe('a budget', () => {
  // The list price of pro is 20 dollars, a credit of overage 0.04.
  test('is exceeded on the day when expected overage gets the cost above it', () => {
    // 1,000 used by the 20th, then 50 a day: 2 dollars a day. 26 dollars are passed by the fourth day, the 24th.
    const one = ana(
      FIFTY,
      '0',
      Array.from({ length: 10 }, () => 50),
    );
    expect(judged(one, 26)).toEqual([2_000, 2_000, 4_000, '2026-11-24', false]);
    expect(judged(one, 25.99)).toEqual([2_000, 2_000, 4_000, '2026-11-23', false]);
    // What it comes to exactly is not above it.
    expect(judged(one, 40)).toEqual([2_000, 2_000, 4_000, null, false]);
    expect(judged(one, 39.99)).toEqual([2_000, 2_000, 4_000, '2026-11-30', false]);
  });

  test('waits for what is left of the allowance', () => {
    // 600 used, 100 a day to come: 400 more are included, so overage begins on the 25th at 4 dollars a day.
    const one = ana(
      Array.from({ length: 20 }, () => 30),
      '0',
      Array.from({ length: 10 }, () => 100),
    );
    expect(judged(one, 23)).toEqual([2_000, 2_000, 4_400, '2026-11-25', false]);
    expect(judged(one, 24)).toEqual([2_000, 2_000, 4_400, '2026-11-26', false]);
  });

  test('that was passed already names the day gone by', () => {
    // 100 a day: the allowance is gone on the 10th, 4 dollars a day from the 11th on. 25 dollars are passed on the 12th.
    const one = ana(
      Array.from({ length: 20 }, () => 100),
      '1000',
      null,
    );
    expect(judged(one, 25)).toEqual([2_000, 6_000, null, '2026-11-12', true]);
    expect(judged(one, 59.99)).toEqual([2_000, 6_000, null, '2026-11-20', true]);
    expect(judged(one, 60)).toEqual([2_000, 6_000, null, null, false]);
  });

  test('is exceeded on the 1st when the seats alone are more', () => {
    expect(judged(ana([], '0', null), 19.99)).toEqual([2_000, 2_000, null, '2026-11-01', true]);
  });

  test('is not exceeded by use where overage is off', () => {
    const one = ana(
      FIFTY,
      '0',
      Array.from({ length: 10 }, () => 50),
      false,
    );
    expect(judged(one, 21)).toEqual([2_000, 2_000, 2_000, null, false]);
  });

  test('knows nothing without live state', () => {
    expect(judged(ana(FIFTY, '0', null), 1, false)).toEqual([null, null, null, null, null]);
  });
});

describe('overage by the end of the month', () => {
  const standing: Standing = {
    tiers: configuration(BASE).tiers,
    asOf: new Date('2026-11-21T00:00:00.000Z'),
    closed: false,
    idleAfterDays: 30,
    hasLive: false,
    facts: { ...FACTS, historyFrom: '2026-10-01' },
  };
  const daily = Array.from({ length: 51 }, () => 45);
  const of = (used: string, overage: string, on: boolean | null) => {
    const usage = use('ana', { used, overage, daily });
    const known = { userId: 'x', userName: null, profile: 'eng', seat: null, wanted: null, desired: null, overage: on, usage };
    return assess(known, standing);
  };

  test('is what is expected beyond the allowance, and what there is already', () => {
    const below = of('900', '0', true);
    const { expected } = below.forecast ?? { expected: 0n };
    expect(expected > parseCredit('1100')).toBe(true);
    expect(below.expectedOverage).toBe(expected - parseCredit('1000'));
    const beyond = of('1200', '200', true);
    expect(beyond.expectedOverage).toBe(parseCredit('200') + (beyond.forecast?.expected ?? 0n) - parseCredit('1200'));
  });

  test('grows no more where overage is off; the forecast stops at the allowance', () => {
    const off = of('900', '0', false);
    expect([off.expectedOverage, off.forecast?.expected]).toEqual([0n, parseCredit('1000')]);
    // The reports show overage all the same: then it is not off.
    const shown = of('1200', '200', false);
    expect(shown.expectedOverage).toBe(parseCredit('200') + (shown.forecast?.expected ?? 0n) - parseCredit('1200'));
  });
});
