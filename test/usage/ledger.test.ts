import { expect, test } from 'vitest';
import { add, amounts, putAmount, sum, total } from '../../src/usage/amount-column.ts';
import { columns, ledger } from '../../src/usage/ledger.ts';

test('rows that differ in one part of their key are kept apart, however full the table; equal ones replace each other', () => {
  for (const part of ['person', 'day', 'client'] as const) {
    const kept = ledger();
    const rows = columns(20_000);
    rows[part].set(rows[part].map((_, i) => i));
    for (const rank of [1, 2, 0]) for (let row = 0; row < 20_000; row += 1) kept.put(rows, row, rank);
    expect([part, kept.rows().count, kept.superseded()]).toEqual([part, 20_000, 40_000]);
    expect(
      kept
        .rows()
        .rank.subarray(0, 20_000)
        .every((rank) => rank === 2),
    ).toBe(true);
  }
});

test('a sum beyond what floats hold is exact', () => {
  const value = 999_999_999_999_999_999_999_999_999_999n;
  const one = amounts(1);
  putAmount(value, one, 0);
  const all = sum();
  for (let i = 0; i < 20_000; i += 1) add(all, one, 0);
  expect(total(all)).toBe(value * 20_000n);
});
