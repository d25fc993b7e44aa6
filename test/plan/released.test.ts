/** Dropping a seat must not make its people invisible to the guards: whoever sits in a released group is billed all the same. */
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';
import { BASE, configuration, live, NOW, OPERATOR, planOf, type World } from '../support/world.ts';

const people = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `p${String(i + from).padStart(2, '0')}@example.com`);
const doc = (value: object) => `---\n${JSON.stringify(value)}\n`;
const grant = (more: object) => doc({ kind: 'Assignment', name: 'a', profile: 'eng', tier: 'power', ...more });
const DROPPED = BASE.replace(/ {2}pro: \{ group: kiro-eng-pro, .*\n/, '');
const world = (groups: World['groups'], more: Partial<World> = {}): World => ({
  ...more,
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [], ...groups },
});
const made = (policy: string, state: World, base = DROPPED) =>
  plan({ configuration: configuration(base, policy), live: live(state), now: NOW, operator: OPERATOR, revision: null });
const refusals = (one: Plan) => one.violations.map(({ rule, message, limit, actual }) => ({ rule, message, limit, actual }));

describe('people in a released group', () => {
  test('are movers of their profile when they get a seat there, and count at the cheapest list price', () => {
    expect(refusals(made(grant({ users: people(60) }), world({ 'kiro-eng-pro': people(60) })))).toEqual([
      {
        rule: 'too-many-moves',
        message: expect.stringContaining(
          '60 of 60 people of profile eng would change tier, counting 60 in released groups; the limit is 30 %. They are: p00@example.com,',
        ),
        limit: 18,
        actual: 60,
      },
      {
        rule: 'monthly-increase',
        message: expect.stringContaining(
          'The monthly run-rate would go from $1,200.00 to $12,000.00 (+$10,800.00), counting 60 people in released groups at 20 USD; the limits are 25 % and $500.00. 60 seats cost more: ',
        ),
        limit: 500,
        actual: 10_800,
      },
    ]);
  });

  test('the money of the plan and the list of released groups stay as they are', () => {
    const one = made(grant({ users: people(60) }), world({ 'kiro-eng-pro': people(60) }));
    expect(one.money.monthly).toEqual({ before: 0, after: 1_200_000 });
    expect(one.released).toEqual([{ profile: 'eng', group: 'kiro-eng-pro', members: 60, monthly: null }]);
  });

  test.each([
    [9, 9, []],
    [10, 3, []],
    [10, 4, ['too-many-moves']],
  ])('of %i, %i get a seat: %j', (live, movers, expected) => {
    const one = made(grant({ users: people(movers) }), world({ 'kiro-eng-pro': people(live) }));
    expect(one.violations.map(({ rule }) => rule)).toEqual(expected);
  });

  test('who sits in a named group too is counted once, at the price of that one', () => {
    const groups = { 'kiro-eng-pro': people(8), 'kiro-eng-pro-plus': people(30, 6) };
    const [refusal, ...others] = refusals(made(grant({ tier: 'pro-plus', users: people(90, 6) }), world(groups, { users: people(96) })));
    expect(others).toEqual([]);
    // 30 people in pro-plus, and six more (p00 to p05) who are only in the released group.
    expect(refusal?.message).toContain('from $1,320.00 to $3,720.00 (+$2,400.00), counting 6 people in released groups at 20 USD;');
  });

  test('new people beside them are judged against the whole: nothing is refused that was not before', () => {
    const state = world({ 'kiro-eng-pro': people(60) }, { users: people(61) });
    expect(refusals(made(grant({ tier: 'pro-plus', users: people(1, 60) }), state))).toEqual([]);
  });

  test('a group outside the globs or off the application is nobody to count', () => {
    const attached = { eng: ['kiro-eng-pro-plus', 'kiro-eng-power', 'interns'], lab: ['kiro-lab-pro', 'data-platform'] };
    const state = world({ 'kiro-eng-pro': people(60), interns: people(60) }, { attached });
    expect(refusals(made(grant({ users: people(12) }), state))).toEqual([]);
  });

  test('without a dropped seat the messages say nothing of released groups', () => {
    const [moves, money] = refusals(made(grant({ users: people(60) }), world({ 'kiro-eng-pro': people(60) }), BASE));
    expect(moves?.message).toMatch(/^60 of 60 people of profile eng would change tier; the limit/);
    expect(money?.message).toMatch(/^The monthly run-rate would go from \$1,200\.00 to \$12,000\.00 \(\+\$10,800\.00\); the limits/);
  });
});

describe('an invented tier', () => {
  const tier = (credits: number, monthlyUsd = 0.01) => doc({ kind: 'Tier', name: 'lite', monthlyUsd, credits, rank: 99 });
  const lite = BASE.replace('  power: {', '  lite: { group: kiro-eng-lite }\n  power: {');
  const rising = (credits: number, monthlyUsd?: number) =>
    made(
      tier(credits, monthlyUsd) + grant({ tier: 'lite', users: people(50) }) + grant({ name: 'b', tier: 'pro', users: people(9, 50) }),
      world({ 'kiro-eng-pro': people(59), 'kiro-eng-lite': [] }),
      lite,
    ).violations.find(({ rule }) => rule === 'monthly-increase')?.actual;

  test.each([
    [1, undefined],
    [1_000, undefined],
    [1_001, 50 * 20],
    [2_000, 50 * 20],
    [5_000, 50 * 80],
    [10_000, 50 * 180],
    [1_000_000, 50 * 180],
  ])('of %i credits counts at the list price of the built-in tier that covers them: %j', (credits, usd) => {
    expect(rising(credits)).toBe(usd);
  });

  test('counts at its own price where that is higher', () => {
    expect(rising(1_000, 70)).toBe(50 * 50);
  });
});

describe('a Kiro application that no profile is', () => {
  const app = (n: number, name: string, account: string) => ({
    arn: `arn:aws:sso::${account}:application/ssoins-0123456789abcdef/apl-${String(n).repeat(16)}`,
    name,
    account,
    principals: [],
  });
  const own = [app(1, 'KiroProfile-us-east-1', '111122223333'), app(2, 'KiroProfile-eu-central-1', '444455556666')];
  const told = (...more: ReturnType<typeof app>[]) =>
    planOf(grant({ users: people(1) }), world({}, { users: people(1), applications: [...own, ...more] }))
      .warnings.filter(({ rule }) => rule === 'application-without-profile')
      .map(({ message }) => message);

  test('is told, in another account and in one of ours; the sign-in is none', () => {
    expect(told()).toEqual([]);
    expect(told(app(3, 'Kiro Sign-In', '111122223333'))).toEqual([]);
    expect(told(app(3, 'KiroProfile-us-east-1', '777788889999'))).toEqual([
      expect.stringContaining('KiroProfile-us-east-1 of account 777788889999'),
    ]);
    expect(told(app(3, 'KiroProfile-eu-central-1', '111122223333'), app(4, 'QDevProfile-us-west-2', '111122223333'))).toHaveLength(2);
  });

  test('is not told of one that is ambiguous for its profile: that is said already', () => {
    expect(told(app(3, 'QDevProfile-us-east-1', '111122223333'))).toEqual([]);
  });
});
