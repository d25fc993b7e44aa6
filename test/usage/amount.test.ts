import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { creditOf, decimal, parseCredit, priceOf, ratio, rounded } from '../../src/usage/amount.ts';

const amount = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

describe('exact credits', () => {
  test('what is written reads back, and is a JSON number', () => {
    fc.assert(
      fc.property(amount, (value) => {
        expect(parseCredit(decimal(value))).toBe(value);
        expect(() => JSON.parse(decimal(value))).not.toThrow();
      }),
    );
  });

  test('ten times a tenth is one', () => {
    expect(decimal(Array.from({ length: 10 }, () => parseCredit('0.1')).reduce((a, b) => a + b))).toBe('1');
  });

  test('catalogue numbers', () => {
    expect([creditOf(1000), creditOf(0.5), creditOf(0)].map(decimal)).toEqual(['1000', '0.5', '0']);
  });

  test('anything else is a bug, and says so', () => {
    for (const text of ['', '1e3', 'NaN', '+1', '.5', '1.', '1.0000000000000000001']) expect(() => parseCredit(text)).toThrow(RangeError);
  });

  test('two decimals for people, half up', () => {
    expect(['0.005', '0.004999', '1234567.891', '999.999'].map((text) => rounded(parseCredit(text)))).toEqual([
      '0.01',
      '0.00',
      '1,234,567.89',
      '1,000.00',
    ]);
  });

  test('overage in whole cents, half up: 12.5 credits at 0.04 are 0.50 USD, 0.125 are 0.5 cents', () => {
    expect(priceOf(parseCredit('12.5'), 0.04)).toBe(50);
    expect(priceOf(parseCredit('0.125'), 0.04)).toBe(1);
    expect(priceOf(parseCredit('0.1249'), 0.04)).toBe(0);
  });

  test('a share is 1 only when the plan is used up', () => {
    expect(ratio(parseCredit('999.9999'), creditOf(1000))).toBe(0.9999);
    expect(ratio(parseCredit('1000'), creditOf(1000))).toBe(1);
    expect(ratio(1n, null)).toBeNull();
    expect(ratio(1n, 0n)).toBeNull();
  });
});
