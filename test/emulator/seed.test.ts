import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problems } from '../../src/emulator/control-schema.ts';
import { demoSeed, emptySeed } from '../../src/emulator/seed-demo.ts';

const NOW = new Date('2026-11-10T12:00:00Z');
const seed = demoSeed(NOW);
const names = new Map(seed.groups.map((g) => [g.GroupId, g.DisplayName ?? '']));
const members = (group: string) => seed.memberships.filter((m) => names.get(m.GroupId) === group).map((m) => m.MemberId.UserId);
const count = (test: (user: (typeof seed.users)[number]) => boolean) => seed.users.filter(test).length;

describe('the demo seed', () => {
  it('keeps its own schema, and so does the empty one', () => {
    expect(problems('state', seed)).toEqual([]);
    expect(problems('state', emptySeed(NOW))).toEqual([]);
  });

  it('is the same directory at any time, as old as before', () => {
    const later = demoSeed(new Date('2027-03-31T23:59:59Z'));
    const ids = (s: typeof seed) =>
      [s.users, s.memberships.map((m) => m.MembershipId), s.groups.map((g) => g.GroupId)].map((l) =>
        JSON.stringify(l, (k, v) => (k === 'CreatedAt' ? null : v)),
      );
    expect(ids(later)).toEqual(ids(seed));
    const age = (s: typeof seed, now: string) => Date.parse(now) - Date.parse(s.memberships[0]?.CreatedAt ?? '');
    expect(age(later, '2027-03-31T23:59:59Z')).toBe(age(seed, '2026-11-10T12:00:00Z'));
  });

  it('has people of every kind', () => {
    expect(seed.users).toHaveLength(266);
    expect(new Set(seed.users.map((u) => u.UserId)).size).toBe(266);
    expect(new Set(seed.users.map((u) => u.UserName)).size).toBe(266);
    expect(count((u) => u.UserStatus === 'DISABLED')).toBe(7);
    expect(count((u) => u.UserStatus === undefined)).toBeGreaterThan(5);
    expect(count((u) => u.UserId.startsWith('0123456789-'))).toBeGreaterThan(50);
    expect(count((u) => u.UserName !== u.UserName?.toLowerCase())).toBe(3);
    expect(count((u) => u.UserName?.includes('@') === false)).toBe(3);
    expect(count((u) => u.Emails?.[0]?.Value?.endsWith('@example.com') === true)).toBe(266);
  });

  it('is what the documentation says', () => {
    const doc = readFileSync(new URL('../../docs/emulator.md', import.meta.url), 'utf8');
    const rows = [...doc.matchAll(/^\| ([a-zA-Z-]+(?:, [a-zA-Z-]+)*) \| (\d{1,3}(?:, \d{1,3})*) \|/gmu)];
    const documented = new Map(
      rows.flatMap(([, group = '', size = '']) => group.split(', ').map((g, i) => [g, Number(size.split(', ')[i])] as const)),
    );
    expect(documented).toEqual(new Map([...names.values()].map((name) => [name, members(name).length])));
    expect(seed.groups).toHaveLength(27);
    expect(names.has('kiro-engineering-power')).toBe(false);
  });

  it('lets a first pass remove exactly two: one disabled, one in no source group', () => {
    const sources = ['platform-engineers', 'backend-engineers', 'frontend-engineers'].flatMap(members);
    const live = members('kiro-engineering-pro').map((id) => seed.users.find((u) => u.UserId === id));
    const leaving = live.filter((u) => u?.UserStatus === 'DISABLED' || !sources.includes(u?.UserId ?? ''));
    expect(leaving.map((u) => u?.UserName)).toEqual(['umber.archway@example.com', 'pearl.furrow@example.com']);
  });
});
