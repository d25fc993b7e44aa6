import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/config/expect.ts';
import { configurationOf, loadBeside, TODAY } from './source.ts';

const named = (name: string, tier: string, rest: string): string =>
  `kind: Assignment\nname: ${name}\nprofile: engineering\ntier: ${tier}\n${rest}\n---\n`;
const PEOPLE = named('pro', 'pro', 'users: [ana, bob]') + named('power', 'power', 'users: [cto]');

function result(assignments: string, expectation: string): string | undefined {
  const configuration = configurationOf(loadBeside(`${assignments}kind: Policy\nexpect: [${expectation}]\n`));
  return evaluate(configuration, TODAY)[0]?.result;
}

describe('a person has a tier', () => {
  test.each([
    ['granted by name', PEOPLE, '{ user: ana, profile: engineering, tier: pro }', 'holds'],
    ['granted by name, without a profile', PEOPLE, '{ user: ANA, tier: pro }', 'holds'],
    ['granted to somebody else', PEOPLE, '{ user: eli, tier: pro }', 'not-evaluated'],
    ['granted to nobody', named('pro', 'pro', 'users: [ana]'), '{ user: ana, tier: power }', 'fails'],
    ['granted through a group', named('pro', 'pro', 'groups: [sre]'), '{ user: ana, tier: pro }', 'not-evaluated'],
    ['a higher tier through a group', PEOPLE + named('sre', 'power', 'groups: [sre]'), '{ user: ana, tier: pro }', 'not-evaluated'],
    ['a lower tier through a group', PEOPLE + named('sre', 'pro', 'groups: [sre]'), '{ user: cto, tier: power }', 'holds'],
    ['a higher tier by name', PEOPLE + named('up', 'power', 'users: [ana]'), '{ user: ana, tier: pro }', 'not-evaluated'],
    ['an exclude', named('pro', 'pro', 'users: [ana]\nexclude: { groups: [interns] }'), '{ user: ana, tier: pro }', 'not-evaluated'],
    ['an external seat of the tier', PEOPLE, '{ user: ana, tier: pro-max }', 'not-evaluated'],
    ['a grant that begins tomorrow', named('pro', 'pro', 'users: [ana]\nfrom: 2026-11-24'), '{ user: ana, tier: pro }', 'fails'],
    ['a grant that ends today', named('pro', 'pro', 'users: [ana]\nuntil: 2026-11-23'), '{ user: ana, tier: pro }', 'holds'],
    ['a grant that ended yesterday', named('pro', 'pro', 'users: [ana]\nuntil: 2026-11-22'), '{ user: ana, tier: pro }', 'fails'],
  ])('%s', (_, assignments, expectation, wanted) => {
    expect(result(assignments, expectation)).toBe(wanted);
  });
});

describe('nobody has a tier', () => {
  test.each([
    ['granted to nobody', named('pro', 'pro', 'groups: [sre]'), '{ group: interns, never: power }', 'holds'],
    ['granted to somebody', PEOPLE, '{ group: interns, never: power }', 'not-evaluated'],
    ['an external seat', PEOPLE, '{ group: interns, never: pro-max }', 'not-evaluated'],
    ['granted by name', PEOPLE, '{ user: cto, never: power }', 'fails'],
    ['granted to others', PEOPLE, '{ user: ana, never: power, profile: engineering }', 'not-evaluated'],
  ])('%s', (_, assignments, expectation, wanted) => {
    expect(result(assignments, expectation)).toBe(wanted);
  });
});

describe('at most so many seats', () => {
  test.each([
    ['as many as allowed', PEOPLE, '{ profile: engineering, tier: pro, maxSeats: 2 }', 'holds'],
    ['one more', PEOPLE, '{ profile: engineering, tier: pro, maxSeats: 1 }', 'fails'],
    ['of any profile', PEOPLE, '{ tier: power, maxSeats: 1 }', 'holds'],
    ['the same person twice', PEOPLE + named('again', 'pro', 'users: [ANA]'), '{ tier: pro, maxSeats: 2 }', 'holds'],
    ['a group', PEOPLE + named('sre', 'pro', 'groups: [sre]'), '{ tier: pro, maxSeats: 99 }', 'not-evaluated'],
    ['too many even without the group', PEOPLE + named('sre', 'pro', 'groups: [sre]'), '{ tier: pro, maxSeats: 1 }', 'fails'],
    [
      'some of whom a higher tier may shadow',
      PEOPLE + named('sre', 'power', 'groups: [sre]'),
      '{ tier: pro, maxSeats: 1 }',
      'not-evaluated',
    ],
    ['an external seat', PEOPLE, '{ tier: pro-max, maxSeats: 50 }', 'not-evaluated'],
    ['all seats, with an external one', PEOPLE, '{ maxSeats: 50 }', 'not-evaluated'],
    ['all seats, too many already', PEOPLE, '{ maxSeats: 2 }', 'fails'],
  ])('%s', (_, assignments, expectation, wanted) => {
    expect(result(assignments, expectation)).toBe(wanted);
  });
});
