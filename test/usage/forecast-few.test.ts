import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { project } from '../../src/usage/project.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const AHEAD = 29;

describe('a single day of history', () => {
  // Sunday and Saturday usually hold an eighth of a day: divided by that, one row of 100 credits made a month of 4,388.
  test.each(WEEKDAYS.map((name, weekday) => [name, weekday] as const))(
    'of 100 credits on a %s is a month of about 22 such days',
    (_, at) => {
      const { mean, low, high, days } = project([100], 0, 1, AHEAD, at);
      expect(mean).toBeGreaterThan(1_500);
      expect(mean).toBeLessThan(2_300);
      expect(low).toBeLessThan(mean);
      expect(high).toBeGreaterThan(mean);
      expect(Math.max(...days)).toBeLessThanOrEqual(100);
    },
  );

  test.each(WEEKDAYS.map((name, weekday) => [name, weekday] as const))('after weeks without any, on a %s, is no more either', (_, at) => {
    const history = [...Array<number>(21).fill(0), 100];
    expect(project(history, 0, 22, AHEAD, at).mean).toBeLessThanOrEqual(2_300);
  });
});

test('a weekend and the day beside it are told by all their days', () => {
  const expected = (daily: readonly number[], weekday: number) => project(daily, 0, daily.length, AHEAD, weekday).mean;
  expect(expected([100, 100], 6)).toBeLessThan(2_300);
  expect(expected([10, 100], 5)).toBeLessThan(expected([100, 100], 5));
  expect(expected([100, 10], 0)).toBeLessThan(expected([100, 100], 0));
});

test('no day is expected to hold more than the largest that somebody ever had', () => {
  const history = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 500 })), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(history, fc.nat(6), (daily, weekday) => {
      const { mean, days } = project(daily, 0, daily.length, AHEAD, weekday);
      const largest = Math.max(...daily);
      expect(Math.max(...days)).toBeLessThanOrEqual(largest);
      expect(mean).toBeLessThanOrEqual(largest * AHEAD + 1e-6);
    }),
    { numRuns: 150, seed: 20261123 },
  );
});
