import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quarantined, retryAt } from '../../src/daemon/quarantine.ts';

const LAST = '2026-11-10T12:00:00.000Z';
const delay = (count: number) => (retryAt({ count, last: LAST }).getTime() - Date.parse(LAST)) / 60_000;

describe('quarantine', () => {
  it('waits nothing after one failure, then 15 minutes, doubling up to a day', () => {
    expect([1, 2, 3, 4, 8, 9, 10, 500].map(delay)).toEqual([0, 15, 30, 60, 960, 1440, 1440, 1440]);
  });

  it('holds a key exactly until its next try', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: -5, max: 5 }), (count, offset) => {
        const failing = new Map([['k', { count, since: LAST, last: LAST, error: null }]]);
        const now = new Date(Date.parse(LAST) + delay(count) * 60_000 + offset);
        expect(quarantined(failing, now).has('k')).toBe(offset < 0);
      }),
    );
  });
});
