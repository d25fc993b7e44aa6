import { describe, expect, test } from 'vitest';
import type { Tier } from '../../src/model/tier.ts';
import { speaksOf } from '../../src/usage/evidence.ts';

const tier = (name: string, rank: number): Tier => ({ name, label: name, monthly: 0, credits: 0, overageUsd: 0, rank, place: null });
const PRO = tier('pro', 10);
const POWER = tier('power', 40);
const since = '2026-11-23T10:00:00.000Z';

describe('a usage row speaks of a seat', () => {
  test.each<[string, string, Tier | null, Tier, boolean]>([
    ['the day before an upgrade says nothing', '2026-11-22', PRO, POWER, false],
    ['the day Kiro may still be catching up says nothing', '2026-11-24', PRO, POWER, false],
    ['after that a lower tier is a mismatch', '2026-11-25', PRO, POWER, true],
    ['a downgrade shows the old tier until the 1st', '2026-11-30', POWER, PRO, false],
    ['from the 1st on it is a mismatch', '2026-12-01', POWER, PRO, true],
    ['an unrecognised tier is told once the seat has settled', '2026-11-25', null, PRO, true],
  ])('%s', (_, day, shown, held, expected) => {
    expect(speaksOf({ day, tier: shown }, { tier: held, since })).toBe(expected);
  });

  test('where nobody knows how old the seat is, every row does', () => {
    expect(speaksOf({ day: '2020-01-01', tier: PRO }, { tier: POWER, since: null })).toBe(true);
  });
});
