import { describe, expect, test } from 'vitest';
import { BASE, changes, configuration, OPERATOR, planOf } from '../support/world.ts';

/**
 * An application assignment that kirosync itself may have made gives nobody a seat: under `manage` on both sides the old
 * seat of a move waits for the console step, which only `confirmed` tells of. Now is 2026-11-10T12:00Z.
 */
const MOVE = `---
kind: Assignment
name: team
profile: eng
tier: power
users: [ana@example.com]
`;
const OLD = 'membership/kiro-eng-pro/ana@example.com';
/** In both groups, in the new one for two days. */
const WORLD = {
  groups: {
    'kiro-eng-pro': ['ana@example.com'],
    'kiro-eng-pro-plus': [],
    'kiro-eng-power': ['ana@example.com@2026-11-08T12:00:00.000Z'],
    'kiro-lab-pro': [],
    'data-platform': [],
  },
};

function move(mode: { readonly profile: 'verify' | 'manage'; readonly operator: 'verify' | 'manage' }, confirmed: string | null) {
  const seat = `power: { group: kiro-eng-power${confirmed === null ? '' : `, confirmed: ${confirmed}`} }`;
  const text = BASE.replace('power: { group: kiro-eng-power, confirmed: 2026-11-01 }', seat).replace(
    'region: us-east-1',
    `region: us-east-1\napplicationAssignments: ${mode.profile}`,
  );
  const operator = { ...OPERATOR, applicationAssignments: mode.operator };
  const made = planOf(MOVE, WORLD, { configuration: configuration(text, MOVE), operator });
  return { gone: changes(made).includes(`-${OLD}`), held: made.held.find(({ key }) => key === OLD) };
}

describe('the old seat of a move into a group that kirosync may have attached itself', () => {
  const managed = { profile: 'manage', operator: 'manage' } as const;

  test('waits while nobody has confirmed the console step', () => {
    const { gone, held } = move(managed, null);
    expect(gone).toBe(false);
    expect(held).toMatchObject({ until: null });
    expect(held?.reason).toContain('nobody has confirmed yet that kiro-eng-power is on its tier');
  });

  test.each([
    ['2026-11-10', '2026-11-12T00:00:00.000Z'],
    ['2026-11-09', '2026-11-11T00:00:00.000Z'],
  ])('confirmed on %s it waits until %s: the day is known, not the hour', (day, until) => {
    const { gone, held } = move(managed, day);
    expect(gone).toBe(false);
    expect(held).toMatchObject({ until });
  });

  test('goes once the confirmed day and the overlap are over', () => {
    expect(move(managed, '2026-11-08')).toEqual({ gone: true, held: undefined });
  });

  test.each([
    { profile: 'verify', operator: 'manage' },
    { profile: 'manage', operator: 'verify' },
    { profile: 'verify', operator: 'verify' },
  ] as const)('goes by its CreatedAt alone where nothing but the console attaches: %j', (mode) => {
    expect(move(mode, null)).toEqual({ gone: true, held: undefined });
  });
});
