import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal, parseCredit } from '../../src/usage/amount.ts';
import type { Facts, UsagePerson } from '../../src/usage/facts.ts';
import { forecastOf, outlookOf, type PersonForecast, sumForecasts } from '../../src/usage/forecast.ts';
import { usageHistory } from '../support/usage-history.ts';

const NOTHING = { read: 0, used: 0, superseded: 0, rejected: 0, inMonth: 0 };

/** Facts of October 2026 whose history goes from 1 July to `through`. */
function factsThrough(through: string, month = '2026-10', from = '2026-07-01'): Facts {
  return {
    month,
    from,
    through,
    rows: NOTHING,
    files: { reports: 0, legacy: 0, markers: 0, other: 0 },
    rejected: [],
    people: [],
    days: [],
    pastMonths: ['2026-07', '2026-08', '2026-09'],
    places: [],
    historyFrom: from,
    historyThrough: through,
  };
}

function span(facts: Facts): number {
  return Math.round((Date.parse(facts.historyThrough ?? '') - Date.parse(facts.historyFrom ?? '')) / 86_400_000) + 1;
}

/** Somebody with these daily credits from 1 July 2026, a Wednesday; `used` is that of October. */
function person(of: (day: number, weekday: number) => number, facts: Facts): UsagePerson {
  const daily = Float64Array.from({ length: span(facts) }, (_, day) => of(day, (3 + day) % 7));
  const used = daily.subarray(92).reduce((sum, value) => sum + value, 0);
  const base = { account: '111122223333', region: 'us-east-1', userId: 'u1', overageCredits: 0n, activeDays: 1, pastUsed: [] };
  return { ...base, used: parseCredit(used.toFixed(2)), lastActive: '2026-10-01', monthTier: 'PRO', latestTier: 'PRO', daily };
}

const worker =
  (level: number) =>
  (_day: number, weekday: number): number =>
    weekday === 0 || weekday === 6 ? 0 : level;

function numbers({ expected, low, high }: { expected: bigint; low: bigint; high: bigint }): readonly number[] {
  return [expected, low, high].map((credit) => Number(decimal(credit)));
}

function forecast(of: (day: number, weekday: number) => number, through = '2026-10-15', cap: bigint | null = null): PersonForecast {
  const facts = factsThrough(through);
  const found = forecastOf(person(of, facts), facts, { cap });
  if (found === null) throw new Error('no forecast');
  return found;
}

describe('one person', () => {
  // 1 to 15 October 2026 has 11 working days, the rest of the month 11 more.
  test('who uses 10 credits each working day is expected to go on', () => {
    const found = forecast(worker(10));
    const [expected = 0, low = 0, high = 0] = numbers(found);
    expect(expected).toBeGreaterThan(208);
    expect(expected).toBeLessThan(226);
    expect(low).toBeGreaterThan(170);
    expect(high).toBeLessThan(270);
    expect(found.days).toHaveLength(16);
    // 16 October is a Friday.
    expect(found.days[0]).toBeGreaterThan(8);
    expect(found.days[1]).toBeLessThan(1);
    expect(found.days.reduce((sum, day) => sum + day, 0)).toBeCloseTo(expected - 110, 1);
  });

  test('a step to three times the level is followed within two weeks', () => {
    const [expected = 0] = numbers(forecast((day, weekday) => worker(day >= 92 ? 30 : 10)(day, weekday)));
    expect(expected).toBeGreaterThan(600);
    expect(expected).toBeLessThan(690);
  });

  test('after one week of it a step from 10 to 30 is believed; 360 were expected without', () => {
    const noisy = (day: number): number => 1 + 0.3 * Math.sin(day * 7.3);
    const [expected = 0] = numbers(forecast((day, weekday) => worker(day >= 92 ? 30 : 10)(day, weekday) * noisy(day), '2026-10-07'));
    expect(expected).toBeGreaterThan(500);
  });

  test('a holiday that ended months ago does not lower what is expected', () => {
    const away = forecast((day, weekday) => (day >= 40 && day < 58 ? 0 : worker(10)(day, weekday)));
    expect(numbers(away)[0]).toBeGreaterThan(205);
  });

  test('who fell silent weeks ago is expected to have left: hardly anything, and nothing in the low end', () => {
    const [expected = 0, low = 0] = numbers(forecast((day, weekday) => (day < 70 ? worker(10)(day, weekday) : 0)));
    expect(expected).toBeLessThan(12);
    expect(low).toBe(0);
  });

  test('after a week of silence both a return and a departure lie in the range', () => {
    const [expected = 0, low = 0, high = 0] = numbers(forecast((day, weekday) => (day < 100 ? worker(10)(day, weekday) : 0)));
    expect(low).toBe(60);
    expect(expected).toBeGreaterThan(65);
    expect(high).toBeGreaterThan(expected);
  });

  test('days before the first use of a joiner are no days of rest', () => {
    const [expected = 0] = numbers(forecast((day, weekday) => (day < 95 ? 0 : worker(10)(day, weekday))));
    expect(expected).toBeGreaterThan(190);
    expect(expected).toBeLessThan(260);
  });

  test('who never used anything is expected to use nothing', () => {
    expect(numbers(forecast(() => 0))).toEqual([0, 0, 0]);
  });

  test('where overage is off nobody passes the cap, and who is at it stays there', () => {
    const capped = forecast(worker(10), '2026-10-15', parseCredit('150'));
    expect(numbers(capped)[0]).toBe(150);
    expect(numbers(capped)[2]).toBe(150);
    expect(capped.days.reduce((sum, day) => sum + day, 0)).toBeCloseTo(40, 6);
    expect(numbers(forecast(worker(10), '2026-10-15', parseCredit('100')))).toEqual([110, 110, 110]);
  });

  test('no forecast when the history ends with the month, or there is none', () => {
    const facts = factsThrough('2026-10-31');
    expect(forecastOf(person(worker(10), facts), facts)).toBeNull();
    const none: Facts = { ...factsThrough('2026-10-15'), historyFrom: null, historyThrough: null };
    expect(forecastOf(person(worker(10), factsThrough('2026-10-15')), none)).toBeNull();
  });

  test('a history that ends before the month foretells the whole month and no day of the one before', () => {
    const facts = factsThrough('2026-09-27');
    const found = forecastOf({ ...person(worker(10), facts), used: 0n }, facts);
    expect(found?.days).toHaveLength(3 + 31);
    // October 2026 has 22 working days.
    const [expected = 0] = found === null ? [] : numbers(found);
    expect(expected).toBeGreaterThan(200);
    expect(expected).toBeLessThan(232);
  });
});

test('whatever the history: a finite range around what is expected, never below what was used, in hundredths', () => {
  const days = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.double({ min: 0, max: 5_000, noNaN: true })), {
    minLength: 107,
    maxLength: 107,
  });
  fc.assert(
    fc.property(days, (daily) => {
      const found = forecast((day) => Math.round((daily[day] ?? 0) * 100) / 100);
      expect(found.low).toBeLessThanOrEqual(found.expected);
      expect(found.high).toBeGreaterThanOrEqual(found.expected);
      expect(found.low).toBeGreaterThanOrEqual(found.used);
      expect(Number.isFinite(found.variance) && Number.isFinite(found.dayNoise)).toBe(true);
      expect(found.days.every((day) => day >= 0 && Number.isFinite(day))).toBe(true);
      // Hundredths of a credit: the model speaks them, no more.
      for (const credit of [found.expected, found.low, found.high]) expect((credit - found.used) % parseCredit('0.01')).toBe(0n);
    }),
    { seed: 4, numRuns: 60 },
  );
});

describe('several people', () => {
  const facts = factsThrough('2026-10-15');
  const history = usageHistory({ seed: 12, each: 20, from: '2026-07-01', months: 4 });
  const all = history.people.flatMap(
    ({ daily }) =>
      forecastOf(
        person((day) => daily[day] ?? 0, facts),
        facts,
      ) ?? [],
  );

  test('the sum is exact, its range narrower than the sum of ranges and no narrower than independent errors make it', () => {
    const sum = sumForecasts(all);
    expect(sum.expected).toBe(all.reduce((total, { expected }) => total + expected, 0n));
    expect(sum.low).toBeGreaterThan(all.reduce((total, { low }) => total + low, 0n));
    expect(sum.high).toBeLessThan(all.reduce((total, { high }) => total + high, 0n));
    expect(sum.low).toBeLessThan(sum.expected);
    expect(sum.high).toBeGreaterThan(sum.expected);
    const deviation = Math.sqrt(all.reduce((total, { variance }) => total + variance, 0));
    const [, low = 0, high = 0] = numbers(sum);
    expect((high - low) / 2).toBeGreaterThan(1.2 * deviation);
  });

  test('of one person it is that person, of nobody nothing', () => {
    const [one] = all;
    if (one === undefined) throw new Error('nobody');
    expect(sumForecasts([one])).toEqual({ expected: one.expected, low: one.low, high: one.high });
    expect(sumForecasts([])).toEqual({ expected: 0n, low: 0n, high: 0n });
  });

  test('the outlook has a line for each day to come, and its days add up to what is expected of the rest', () => {
    const outlook = outlookOf(all, facts);
    expect(outlook.map(({ date }) => date)).toEqual(Array.from({ length: 16 }, (_, day) => `2026-10-${16 + day}`));
    const rest = numbers(sumForecasts(all))[0]! - all.reduce((total, { used }) => total + Number(decimal(used)), 0);
    expect(outlook.reduce((total, day) => total + numbers(day)[0]!, 0) / rest).toBeCloseTo(1, 3);
    for (const { low, expected, high } of outlook) expect(low <= expected && expected <= high).toBe(true);
  });

  test('the outlook leaves out days before the month', () => {
    const late = factsThrough('2026-09-27');
    const found = forecastOf(person(worker(10), late), late);
    expect(outlookOf(found === null ? [] : [found], late).at(0)?.date).toBe('2026-10-01');
  });
});
