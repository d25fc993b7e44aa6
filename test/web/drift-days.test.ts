import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/model/journal.ts';
import { compact } from '../../src/model/journal-compact.ts';
import { openDrift } from '../../src/model/journal-state.ts';
import { driftFigure } from '../../src/web/drift-chart.ts';
import { DRIFT_DAYS, driftDays } from '../../src/web/drift-days.ts';
import { ago, span } from '../../src/web/moment.ts';
import { cut } from '../../src/web/paging.ts';
import { NOW } from '../support/world.ts';

const opened = (day: number, key: string): JournalEntry => ({
  type: 'drift-opened',
  at: new Date(NOW.getTime() - day * 86_400_000).toISOString(),
  key,
  kind: 'missing',
  profile: 'eng',
  person: null,
});
const closed = (day: number, key: string): JournalEntry => ({
  type: 'drift-closed',
  at: new Date(NOW.getTime() - day * 86_400_000).toISOString(),
  key,
  kind: 'missing',
});

describe('drift of the last days', () => {
  it('counts what began and ended on each day, and what is open at its end', () => {
    const { days, from } = driftDays([opened(100, 'old'), opened(3, 'a'), opened(3, 'b'), closed(2, 'a'), closed(0, 'old')], NOW, 5);
    expect(days.map(({ opened: o, closed: c, open }) => [o, c, open])).toEqual([
      [0, 0, 1],
      [2, 0, 3],
      [0, 1, 2],
      [0, 0, 2],
      [0, 1, 1],
    ]);
    expect(days.at(-1)?.day).toBe('2026-11-10');
    expect(from).toBe('2026-08-02');
  });

  it('what ended, and of whose beginning the journal kept nothing, was open before', () => {
    const { days } = driftDays([closed(1, 'a'), closed(0, 'a')], NOW, 3);
    expect(days.map((day) => [day.opened, day.closed, day.open])).toEqual([
      [0, 0, 1],
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });

  it('ends with what the journal says is open, and every change is on one day', () => {
    const step = fc.record({ day: fc.integer({ min: 0, max: 120 }), key: fc.constantFrom('a', 'b', 'c', 'd'), ends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const entries = steps.toSorted((a, b) => b.day - a.day).map(({ day, key, ends }) => (ends ? closed(day, key) : opened(day, key)));
        const { days } = driftDays(entries, NOW);
        expect(days).toHaveLength(DRIFT_DAYS);
        expect(days.at(-1)?.open).toBe(openDrift(entries).size);
        for (const [i, day] of days.entries()) {
          const before = i === 0 ? day.open - day.opened + day.closed : (days[i - 1]?.open ?? 0);
          expect(day.open).toBe(before + day.opened - day.closed);
        }
      }),
      { seed: 20261110, numRuns: 200 },
    );
  });

  it('is drawn with its numbers in a table, also when nothing happened', () => {
    const full = driftFigure(driftDays([opened(3, 'a'), closed(1, 'a')], NOW)).html;
    expect(full).toContain('In 90 days 1 began and 1 ended; 0 are open.');
    expect(full.match(/<rect/g)).toHaveLength(2);
    expect(full).toContain('<th scope="row">2026-11-07</th>');
    const empty = driftFigure(driftDays([], NOW)).html;
    expect(empty).not.toMatch(/NaN|Infinity|<rect/);
    expect(empty).toContain('role="img"');
  });
});

it('says a length of time as people do', () => {
  expect([0, 59_999, 60_000, 3_599_999, 3_600_000, 172_799_999, 172_800_000].map(span)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '59 min',
    '1 h',
    '47 h',
    '2 days',
  ]);
  expect(ago('2026-11-10T12:00:00Z', '2026-11-10T12:00:03Z')).toBe('now');
  expect(ago('2026-11-10T13:00:00Z', '2026-11-10T12:00:00Z')).toBe('in 1 h');
  expect(ago('soon', '2026-11-10T12:00:00Z')).toBe('');
});

it('every row of a list is on exactly one page', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 120 }), (length, size) => {
      const list = Array.from({ length }, (_, i) => i);
      const { last } = cut(list, undefined, size);
      expect(Array.from({ length: last }, (_, i) => cut(list, String(i + 1), size).rows).flat()).toEqual(list);
    }),
    { seed: 20261110, numRuns: 100 },
  );
});

it('the journal keeps the drift of 90 days through a rewrite, and a bounded number of entries of it', () => {
  const keep = { passes: 10, effects: 10 };
  const history = [opened(95, 'old'), closed(94, 'old'), opened(60, 'a'), closed(50, 'a'), opened(20, 'b')];
  const after = driftDays(compact(history, NOW, keep), NOW).days;
  expect(after).toEqual(driftDays(history, NOW).days);
  expect(compact(history, NOW, keep)).toHaveLength(3);
  const much = Array.from({ length: 4000 }, (_, i) => [opened(50, `k${i}`), closed(40, `k${i}`)]).flat();
  const kept = compact(much, NOW, keep);
  expect(kept).toHaveLength(3000);
  expect(openDrift(kept).size).toBe(0);
});
