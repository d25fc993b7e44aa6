import { describe, expect, test } from 'vitest';
import { resolve } from '../../src/resolve/resolve.ts';
import { BASE, configuration, live, NOW, OPERATOR, type World } from '../support/world.ts';

const PEOPLE = ['ana@example.com', 'bob@example.com', 'dana@example.com'];
const WORLD: World = { users: PEOPLE, groups: { platform: PEOPLE, contractors: ['bob@example.com'] } };

function seated(more: object, now: Date = NOW, world: World = WORLD): readonly string[] {
  const text = JSON.stringify({ kind: 'Assignment', name: 'a', profile: 'eng', tier: 'pro', ...more });
  return resolve(configuration(BASE, text), live(world), now, OPERATOR).seats.map((seat) => seat.user);
}

describe('an assignment', () => {
  test.each([
    ['2026-11-09T23:59:59.999Z', []],
    ['2026-11-10T00:00:00.000Z', ['ana@example.com']],
    ['2026-11-20T23:59:59.999Z', ['ana@example.com']],
    ['2026-11-21T00:00:00.000Z', []],
  ])('from 10 until 20 November, both included, in UTC whatever the local time zone: at %s %j', (at, expected) => {
    expect(seated({ users: ['ana@example.com'], from: '2026-11-10', until: '2026-11-20' }, new Date(at))).toEqual(expected);
  });

  test('reaches members of its groups and its users, less its excludes', () => {
    expect(seated({ groups: ['platform'] })).toEqual(PEOPLE);
    expect(seated({ groups: ['platform'], exclude: { groups: ['contractors'] } })).toEqual(['ana@example.com', 'dana@example.com']);
    expect(seated({ groups: ['platform'], exclude: { users: ['dana@example.com'], groups: ['contractors'] } })).toEqual([
      'ana@example.com',
    ]);
    expect(seated({ users: ['bob@example.com', 'ana@example.com'], exclude: { groups: ['contractors'] } })).toEqual(['ana@example.com']);
  });

  test('an exclude takes nobody out of another assignment', () => {
    const other = JSON.stringify({ kind: 'Assignment', name: 'b', profile: 'eng', tier: 'pro', users: ['bob@example.com'] });
    const text = JSON.stringify({
      kind: 'Assignment',
      name: 'a',
      profile: 'eng',
      tier: 'pro',
      groups: ['platform'],
      exclude: { groups: ['contractors'] },
    });
    const seats = resolve(configuration(BASE, other, text), live(WORLD), NOW, OPERATOR).seats;
    expect(seats.map((seat) => [seat.user, seat.why])).toEqual([
      ['ana@example.com', 'assignment a, group platform'],
      ['bob@example.com', 'assignment b, by name'],
      ['dana@example.com', 'assignment a, group platform'],
    ]);
  });

  test('a disabled person gets no seat; no UserStatus means enabled', () => {
    const users = [{ userName: 'ana@example.com', enabled: false }, 'bob@example.com'];
    expect(seated({ users: ['ana@example.com', 'bob@example.com'] }, NOW, { users })).toEqual(['bob@example.com']);
  });
});

test('members of an external group have a seat, disabled or not, whatever is granted', () => {
  const world: World = { users: [{ userName: 'eli@example.com', enabled: false }], groups: { 'data-platform': ['eli@example.com'] } };
  const seats = resolve(configuration(BASE), live(world), NOW, OPERATOR).seats;
  expect(seats).toMatchObject([{ user: 'eli@example.com', profile: 'lab', tier: 'pro-max', external: true, assignment: null }]);
});
