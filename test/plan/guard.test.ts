import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';
import { BASE, changes, configuration, live, NOW, OPERATOR, planOf, type World } from '../support/world.ts';

const names = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `p${i + from}@example.com`);
const EMPTY = { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] };
const world = (groups: Record<string, readonly string[]>, more: Partial<World> = {}): World => ({
  ...more,
  groups: { ...EMPTY, ...groups },
});

type Grant = { name?: string; profile?: string; tier?: string; users?: readonly string[]; groups?: readonly string[]; costCenter?: string };
const grant = (one: Grant) => JSON.stringify({ kind: 'Assignment', name: 'a', profile: 'eng', tier: 'pro', ...one });
const docs = (...documents: readonly string[]) => documents.map((text) => `---\n${text}\n`).join('');
const rules = (made: Plan) => made.violations.map((violation) => violation.rule);

/** Of `live` people in pro, `gone` lose their seat; the others keep it. */
const leaving = (live: number, gone: number, more = '') =>
  planOf(docs(grant({ users: names(live - gone, gone) })) + more, world({ 'kiro-eng-pro': names(live) }));

describe('too-many-removals', () => {
  test.each([
    [9, 4, []],
    [10, 2, []],
    [10, 3, ['too-many-removals']],
    [20, 5, []],
    [20, 6, ['too-many-removals']],
    [210, 50, []],
    [210, 51, ['too-many-removals']],
  ])('%i people, %i would leave: %j', (live, gone, expected) => {
    expect(rules(leaving(live, gone))).toEqual(expected);
  });

  test('says the numbers, the limit and who', () => {
    const [violation] = leaving(10, 3).violations;
    expect(violation).toMatchObject({ limit: 2, actual: 3 });
    const facts =
      '3 of 10 people would lose their seat in profile eng; the limit is 25 %. They are: p0@example.com, p1@example.com, p2@example.com. ';
    expect(violation?.message.slice(0, facts.length)).toBe(facts);
    expect(violation?.keys).toEqual(names(3).map((name) => `membership/kiro-eng-pro/${name}`));
  });

  test('an Exception lifts exactly the keys it lists, until its day', () => {
    const exception = (keys: readonly string[], until: string) =>
      docs(
        JSON.stringify({
          kind: 'Exception',
          rule: 'too-many-removals',
          keys: keys.map((name) => `membership/kiro-eng-pro/${name}`),
          until,
          reason: 'r',
        }),
      );
    expect(rules(leaving(10, 4, exception(names(2), '2026-11-10')))).toEqual([]);
    expect(rules(leaving(10, 4, exception(names(1), '2026-11-10')))).toEqual(['too-many-removals']);
    const ended = leaving(10, 4, exception(names(4), '2026-11-09'));
    expect(rules(ended)).toEqual(['too-many-removals']);
    expect(ended.warnings.map((one) => one.rule)).toContain('exception-without-effect');
  });

  test('the operator bounds what an Exception may lift', () => {
    const all = docs(
      JSON.stringify({
        kind: 'Exception',
        rule: 'too-many-removals',
        keys: names(4).map((name) => `membership/kiro-eng-pro/${name}`),
        until: '2026-11-10',
        reason: 'r',
      }),
    );
    const policy = docs(grant({ users: names(6, 4) })) + all;
    const at = (exceptions: { rules: string[]; maxKeys: number }) =>
      rules(planOf(policy, world({ 'kiro-eng-pro': names(10) }), { operator: { ...OPERATOR, exceptions } }));
    expect(at({ rules: ['too-many-removals'], maxKeys: 4 })).toEqual([]);
    expect(at({ rules: ['too-many-removals'], maxKeys: 3 })).toEqual(['too-many-removals']);
    expect(at({ rules: ['too-many-moves'], maxKeys: 4 })).toEqual(['too-many-removals']);
  });

  test('removals of the last 24 hours count on both sides', () => {
    const recentRemovals = names(2, 50).map((name) => ({ profile: 'eng', userId: `id-${name}`, key: `membership/kiro-eng-pro/${name}` }));
    const policy = docs(grant({ users: names(8, 2) }));
    expect(rules(planOf(policy, world({ 'kiro-eng-pro': names(10) })))).toEqual([]);
    expect(rules(planOf(policy, world({ 'kiro-eng-pro': names(10) }), { recentRemovals }))).toEqual(['too-many-removals']);
    const nobody = planOf(docs(grant({ users: names(10) })), world({ 'kiro-eng-pro': names(10) }), {
      recentRemovals: [...recentRemovals, ...recentRemovals],
    });
    expect(rules(nobody)).toEqual([]);
  });

  test('a Policy may tighten the limit and never loosen it; the operator may do both', () => {
    const policy = (percent: number) =>
      docs(grant({ users: names(8, 2) }), JSON.stringify({ kind: 'Policy', limits: { removals: { percent } } }));
    const at = (percent: number, operator = OPERATOR) => rules(planOf(policy(percent), world({ 'kiro-eng-pro': names(10) }), { operator }));
    expect(at(90)).toEqual([]);
    expect(at(10)).toEqual(['too-many-removals']);
    const strict = { ...OPERATOR, limits: { removals: { percent: 5 } } };
    expect(at(90, strict)).toEqual(['too-many-removals']);
  });

  test('--force lifts it for a human', () => {
    const policy = docs(grant({ users: names(6, 4) }));
    expect(rules(planOf(policy, world({ 'kiro-eng-pro': names(10) }), { force: ['too-many-removals'] }))).toEqual([]);
  });

  test('a person who moves to another tier is not leaving', () => {
    const moved = world({ 'kiro-eng-pro': names(10), 'kiro-eng-power': names(10) });
    expect(rules(planOf(docs(grant({ tier: 'power', users: names(10) })), moved))).toEqual([]);
    expect(changes(planOf(docs(grant({ tier: 'power', users: names(10) })), moved))).toHaveLength(10);
  });
});

describe('empties-group', () => {
  test.each([
    [2, 1, []],
    [3, 2, ['empties-group']],
    [4, 2, []],
    [5, 3, ['empties-group']],
  ])('%i members, %i leave: %j', (live, gone, expected) => {
    expect(rules(leaving(live, gone))).toEqual(expected);
  });

  test('points at import', () => {
    expect(leaving(5, 3).violations[0]?.message).toContain('kirosync import');
  });
});

describe('too-many-moves', () => {
  const moving = (people: number, movers: number) =>
    planOf(
      docs(grant({ users: names(people - movers, movers) }), grant({ name: 'b', tier: 'pro-plus', users: names(movers) })),
      world({ 'kiro-eng-pro': names(people) }),
    );
  test.each([
    [9, 4, []],
    [10, 3, []],
    [10, 4, ['too-many-moves']],
  ])('%i people, %i change tier: %j', (people, movers, expected) => {
    expect(rules(moving(people, movers)).filter((rule) => rule === 'too-many-moves')).toEqual(expected);
  });
});

describe('money guards', () => {
  const rising = (before: number, more: number) =>
    planOf(docs(grant({ users: names(before + more) })), world({ 'kiro-eng-pro': names(before) }, { users: names(before + more) }));
  test.each([
    [49, 40, []],
    [50, 25, []],
    [50, 26, ['monthly-increase']],
    [200, 50, []],
    [200, 51, ['monthly-increase']],
  ])('%i seats of 20 USD, %i more: %j', (before, more, expected) => {
    expect(rules(rising(before, more))).toEqual(expected);
  });

  const budget = (monthlyUsd: number) => JSON.stringify({ kind: 'Policy', budgets: [{ name: 'rnd', costCenter: 'RND', monthlyUsd }] });
  const spending = (monthlyUsd: number, live: readonly string[], users: readonly string[]) =>
    planOf(docs(grant({ users, costCenter: 'RND' }), budget(monthlyUsd)), world({ 'kiro-eng-pro': live }, { users: names(5) }));
  test('over-budget: only a plan that raises the spend of that budget is refused', () => {
    expect(rules(spending(60, names(1), names(3)))).toEqual([]);
    expect(rules(spending(59.99, names(1), names(3)))).toEqual(['over-budget']);
    expect(rules(spending(10, names(3), names(3)))).toEqual([]);
  });

  test('duplicate-billing: only under deny, and only when this plan adds one', () => {
    const policy = docs(grant({ users: names(1) }), grant({ name: 'b', profile: 'lab', users: names(1) }));
    const deny = (live: Record<string, readonly string[]>) =>
      planOf(policy, world(live, { users: names(1) }), { configuration: denying(policy) });
    expect(rules(deny({ 'kiro-eng-pro': names(1) }))).toEqual(['duplicate-billing']);
    expect(rules(deny({ 'kiro-eng-pro': names(1), 'kiro-lab-pro': names(1) }))).toEqual([]);
    const warned = planOf(policy, world({ 'kiro-eng-pro': names(1) }, { users: names(1) }));
    expect(warned.money.duplicates).toMatchObject([{ user: 'p0@example.com', profiles: ['eng', 'lab'], yearly: 24000 }]);
    expect(warned.warnings.map((one) => one.rule)).toContain('duplicate-billing');
  });
});

function denying(policy: string) {
  return configuration(BASE.replace('duplicates: warn', 'duplicates: deny'), policy);
}

describe('guards that nothing lifts', () => {
  test('empty-configuration needs an Exception for every live seat, and --force does not help', () => {
    const policy = docs(JSON.stringify({ kind: 'Policy', protected: { users: [] } }));
    const made = planOf(policy, world({ 'kiro-eng-pro': names(1) }), { force: ['empty-configuration'] });
    expect(rules(made)).toEqual(['empty-configuration']);
    const listed = docs(
      JSON.stringify({
        kind: 'Exception',
        rule: 'empty-configuration',
        keys: ['membership/kiro-eng-pro/p0@example.com'],
        until: '2026-12-01',
        reason: 'r',
      }),
    );
    expect(rules(planOf(listed, world({ 'kiro-eng-pro': names(1) })))).toEqual([]);
    expect(rules(planOf(policy, world({})))).toEqual([]);
  });

  test.each<[string, Partial<World>, string]>([
    ['SCIM owns it', { provisioned: ['kiro-eng-pro'] }, 'ExternalIds'],
    ['it opens an account', { access: { 'kiro-eng-pro': { accounts: ['999900001111'] } } }, '999900001111'],
    ['another application', { access: { 'kiro-eng-pro': { applications: ['arn:other'] } } }, 'arn:other'],
  ])('foreign-group: %s', (_, more, words) => {
    const made = planOf(docs(grant({ users: names(1) })), world({ 'kiro-eng-pro': [] }, { users: names(1), ...more }), {
      force: ['foreign-group'],
    });
    expect(rules(made)).toEqual(['foreign-group']);
    expect(made.violations[0]?.message).toContain(words);
  });

  test('foreign-group: a name the operator did not allow', () => {
    const made = planOf(docs(grant({ users: names(1) })), world({}, { users: names(1) }), {
      operator: { ...OPERATOR, seatGroups: ['kiro-lab-*'] },
    });
    expect(rules(made)).toEqual(['foreign-group', 'foreign-group', 'foreign-group']);
  });

  test('expectations that fail name their place and the people', () => {
    const expectations = JSON.stringify({
      kind: 'Policy',
      expect: [
        { user: 'p0@example.com', profile: 'eng', tier: 'power' },
        { profile: 'eng', tier: 'pro', maxSeats: 1 },
        { group: 'contractors', never: 'pro' },
      ],
    });
    const made = planOf(docs(grant({ users: names(2) }), expectations), world({ contractors: names(1) }, { users: names(2) }));
    expect(rules(made)).toEqual(['expectation-failed', 'expectation-failed', 'expectation-failed']);
    expect(made.violations.map(({ limit, actual }) => [limit, actual])).toContainEqual([1, 2]);
    const said = made.violations
      .map((violation) => violation.message.replace(/^\S+ /, '').replace(/ Change the configuration, .*/, ''))
      .sort();
    expect(said).toEqual([
      'at most 1 pro seats are expected in eng, but there would be 2.',
      'members of contractors must never have Kiro Pro, but p0@example.com would.',
      'p0@example.com should have power in eng, but would have pro.',
    ]);
  });

  test('incomplete-read: a recording without a part is never taken for an empty part', () => {
    const whole = live(world({ 'kiro-eng-pro': names(2) }));
    const wanted = configuration(BASE, docs(grant({ users: names(2) })));
    const at = (part: Partial<typeof whole>) =>
      rules(plan({ configuration: wanted, live: { ...whole, ...part }, now: NOW, operator: OPERATOR, revision: null }));
    expect(at({})).toEqual([]);
    expect(at({ membersRead: whole.membersRead.slice(1) })).toEqual(['incomplete-read']);
    expect(at({ access: [] })).toEqual(['incomplete-read']);
    expect(at({ users: whole.users.slice(1) })).toContain('incomplete-read');
    expect(at({ instance: { ...whole.instance, arn: 'arn:aws:sso:::instance/ssoins-other' } })).toEqual(['incomplete-read']);
  });
});
