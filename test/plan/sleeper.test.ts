/** Exceptions that lie ready for a change nobody wrote yet. */
import { describe, expect, test } from 'vitest';
import { OPERATOR, planOf, type World } from '../support/world.ts';

const people = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `p${i + from}@example.com`);
const keys = (names: readonly string[]) => names.map((name) => `membership/kiro-eng-pro/${name}`);
const doc = (value: object) => `---\n${JSON.stringify(value)}\n`;
const grant = (users: readonly string[]) => doc({ kind: 'Assignment', name: 'a', profile: 'eng', tier: 'pro', users });
const exception = (listed: readonly string[], more: object = {}) =>
  doc({ kind: 'Exception', rule: 'too-many-removals', keys: keys(listed), until: '2026-11-20', reason: 'r', ...more });
const EMPTY = { 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] };
const world: World = { groups: { ...EMPTY, 'kiro-eng-pro': people(10) } };
const told = (policy: string, more: Parameters<typeof planOf>[2] = {}) =>
  planOf(policy, world, more)
    .warnings.filter(({ rule }) => rule.startsWith('exception-'))
    .map(({ rule, message }) => `${rule}: ${message}`);

describe('exception-lists-too-much', () => {
  test('an Exception for this plan is quiet, also when only a part of the plan is applied', () => {
    const policy = grant(people(6, 4)) + exception(people(4));
    expect(told(policy)).toEqual([]);
    expect(told(policy, { only: new Set(keys(people(1))) })).toEqual([]);
  });

  test('keys that this plan does not change are named, once the change is applied all of them', () => {
    expect(told(grant(people(8, 2)) + exception(people(9)))).toEqual([
      'exception-lists-too-much: 7 of the 9 keys of this Exception for too-many-removals are nothing that this plan changes or holds, and would lift the guard for a later change: membership/kiro-eng-pro/p2@example.com, membership/kiro-eng-pro/p3@example.com, membership/kiro-eng-pro/p4@example.com, membership/kiro-eng-pro/p5@example.com, membership/kiro-eng-pro/p6@example.com and 2 more. Remove it or make it again with `plan --write-exception`.',
    ]);
    expect(told(grant(people(10)) + exception(people(1)))).toEqual([expect.stringContaining('1 of the 1 keys of this Exception')]);
  });

  test('changes that are held are of this plan', () => {
    const operator = { ...OPERATOR, protected: { users: people(1) } };
    expect(told(grant(people(9, 1)) + exception(people(1)), { operator })).toEqual([]);
  });

  test('of one that lifts nothing only that is told', () => {
    const ended = exception(people(9), { until: '2026-11-09' });
    expect(told(grant(people(10)) + ended)).toEqual([expect.stringContaining('exception-without-effect: This Exception ended')]);
  });
});

test.each([
  ['2027-02-10', []],
  ['2027-02-11', [expect.stringContaining('exception-long: This Exception for too-many-removals is in force until 2027-02-11')]],
])('exception-long: until %s', (until, expected) => {
  expect(told(grant(people(6, 4)) + exception(people(4), { until }))).toEqual(expected);
});
