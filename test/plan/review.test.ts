import { describe, expect, test } from 'vitest';
import { changesOf, type Plan } from '../../src/model/plan.ts';
import { identity } from '../../src/plan/hash.ts';
import { plan } from '../../src/plan/plan.ts';
import { stalePlan } from '../../src/plan/stale.ts';
import { BASE, changes, configuration, live, NOW, OPERATOR, planOf, type World } from '../support/world.ts';

const EMPTY = { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] };
const world = (groups: Record<string, readonly string[]>, more: Partial<World> = {}): World => ({
  ...more,
  groups: { ...EMPTY, ...groups },
});
const people = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `p${i + from}@example.com`);
const doc = (value: object) => `---\n${JSON.stringify(value)}\n`;
const grant = (more: object) => doc({ kind: 'Assignment', name: 'a', profile: 'eng', tier: 'pro', ...more });
const keysOf = (all: readonly { readonly key: string }[]) => new Set(all.map((one) => one.key));
const rules = (made: Plan) => made.violations.map((violation) => violation.rule);

describe('who may write what', () => {
  test('a glob that begins with ! allows nothing', () => {
    const text = BASE.replace('kiro-eng-pro,', 'interns,');
    const operator = { ...OPERATOR, seatGroups: ['kiro-*', '!kiro-secret-*'] };
    const groups = { interns: [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] };
    const policy = grant({ users: ['ana@example.com'] });
    const made = planOf(policy, { users: ['ana@example.com'], groups }, { configuration: configuration(text, policy), operator });
    expect(made.violations.map((one) => one.message).join()).toContain('interns, the seat group of eng/pro');
  });

  test('a profile without its application is held; its own application is no other one', () => {
    const text = BASE.replace('region: eu-central-1', 'region: eu-central-1\napplication: KiroProfile-eu-central-2');
    const policy = grant({ users: ['ana@example.com'] }) + grant({ name: 'b', profile: 'lab', users: ['bob@example.com'] });
    const made = planOf(policy, world({}, { users: ['ana@example.com', 'bob@example.com'] }), {
      configuration: configuration(text, policy),
    });
    expect(rules(made)).toEqual([]);
    expect(changes(made)).toEqual(['+membership/kiro-eng-pro/ana@example.com']);
    expect(made.held.map((held) => held.key)).toEqual(['membership/kiro-lab-pro/bob@example.com']);
    expect(made.manual.map((step) => step.text).join()).toContain('did you mean "KiroProfile-eu-central-1"?');
  });
});

describe('external seats beside managed ones', () => {
  const everybody = people(12);
  test('do not hide removals', () => {
    const keep = grant({ users: ['keep@example.com'] });
    const made = planOf(keep, world({ 'kiro-eng-pro': ['keep@example.com'], 'kiro-lab-pro': everybody, 'data-platform': everybody }));
    expect(rules(made).sort()).toEqual(['empties-group', 'too-many-removals']);
  });

  test('are judged side by side with them', () => {
    const policy =
      grant({ profile: 'lab', users: ['p0@example.com'] }) +
      doc({
        kind: 'Policy',
        expect: [
          { user: 'p0@example.com', profile: 'lab', tier: 'pro' },
          { profile: 'lab', tier: 'pro', maxSeats: 0 },
        ],
      });
    const made = planOf(policy, world({ 'kiro-lab-pro': ['p0@example.com'], 'data-platform': ['p0@example.com'] }));
    expect(made.violations.map((one) => one.limit)).toEqual([0]);
  });
});

describe('guards count exactly', () => {
  test('empties-group names the leavers of its own group', () => {
    const powers = people(20, 10);
    const policy = grant({ tier: 'power', users: powers.slice(1) });
    const made = planOf(policy, world({ 'kiro-eng-pro': people(4), 'kiro-eng-power': powers }));
    const found = made.violations.filter((one) => one.rule === 'empties-group');
    expect(found).toMatchObject([{ actual: 4, limit: 2, keys: people(4).map((name) => `membership/kiro-eng-pro/${name}`) }]);
  });

  test('maxKeys bounds all Exceptions for a rule together', () => {
    const exceptions = people(4).map((name) =>
      doc({ kind: 'Exception', rule: 'too-many-removals', keys: [`membership/kiro-eng-pro/${name}`], until: '2026-12-01', reason: 'r' }),
    );
    const policy = grant({ users: people(6, 4) }) + exceptions.join('');
    const at = (maxKeys: number) =>
      rules(
        planOf(policy, world({ 'kiro-eng-pro': people(10) }), {
          operator: { ...OPERATOR, exceptions: { ...OPERATOR.exceptions, maxKeys } },
        }),
      );
    expect(at(4)).toEqual([]);
    expect(at(3)).toEqual(['too-many-removals']);
  });

  test('over-budget does not count keys that an Exception lists', () => {
    const policy =
      grant({ users: people(6), costCenter: 'RND' }) +
      doc({ kind: 'Policy', budgets: [{ name: 'rnd', costCenter: 'RND', monthlyUsd: 100 }] }) +
      doc({ kind: 'Exception', rule: 'over-budget', keys: ['membership/kiro-eng-pro/p4@example.com'], until: '2026-12-01', reason: 'r' });
    expect(rules(planOf(policy, world({ 'kiro-eng-pro': people(4) }, { users: people(6) })))).toEqual([]);
    expect(rules(planOf(policy, world({ 'kiro-eng-pro': people(3) }, { users: people(6) })))).toEqual([]);
    const without = policy.replace(/---\n\{"kind":"Exception".*/, '');
    expect(rules(planOf(without, world({ 'kiro-eng-pro': people(4) }, { users: people(6) })))).toEqual(['over-budget']);
  });
});

describe('names and dates', () => {
  test('every name that differs in case is told, also of seat groups and expectations', () => {
    const text = BASE.replace('group: kiro-eng-pro,', 'group: Kiro-Eng-Pro,');
    const policy =
      grant({ users: ['a@example.com'] }) + doc({ kind: 'Policy', expect: [{ user: 'A@example.com', profile: 'eng', tier: 'pro' }] });
    const made = planOf(policy, world({}, { users: ['a@example.com'] }), { configuration: configuration(text, policy) });
    expect(made.warnings.map((one) => one.message)).toEqual([
      'The seat group "Kiro-Eng-Pro" is written "kiro-eng-pro" in the directory; write it that way.',
      'The user "A@example.com" is written "a@example.com" in the directory; write it that way.',
    ]);
    expect(changes(made)).toEqual(['+membership/kiro-eng-pro/a@example.com']);
  });

  test('two names for one person are told across assignments', () => {
    const users = [{ userName: 'ana', emails: ['ana@example.com'] }];
    const made = planOf(grant({ users: ['ana'] }) + grant({ name: 'b', users: ['ana@example.com'] }), world({}, { users }));
    expect(made.warnings.map((one) => one.rule)).toEqual(['same-person-twice']);
  });

  test('a leaver in a `never` expectation blocks nothing', () => {
    const policy = grant({ users: ['keep@example.com'] }) + doc({ kind: 'Policy', expect: [{ user: 'gone@example.com', never: 'power' }] });
    expect(rules(planOf(policy, world({ 'kiro-eng-pro': ['keep@example.com'] })))).toEqual([]);
  });

  test('a month-end removal whose overlap ends after the window waits for the next one', () => {
    const text = BASE.replace('removals: immediate', 'removals: month-end');
    const policy = grant({ users: ['ana@example.com'] });
    const state = world({ 'kiro-eng-power': ['ana@example.com'], 'kiro-eng-pro': ['ana@example.com@2026-11-30T17:00:00.000Z'] });
    const made = planOf(policy, state, { configuration: configuration(text, policy), now: new Date('2026-11-30T18:00:00Z') });
    expect(made.held).toMatchObject([{ until: '2026-12-30T00:00:00.000Z' }]);
    expect(made.people).toMatchObject([{ effective: '2027-01-01' }]);
  });

  test('warnings are ordered by what they say, not by where it stands', () => {
    const both = [grant({ users: ['ANA@example.com'] }), grant({ name: 'b', users: ['BOB@example.com'] })];
    const state = world({}, { users: ['ana@example.com', 'bob@example.com'] });
    const said = (texts: readonly string[]) =>
      plan({ configuration: configuration(BASE, ...texts), live: live(state), now: NOW, operator: OPERATOR, revision: null }).warnings.map(
        (one) => one.message,
      );
    expect(said(both)).toEqual(said([...both].reverse()));
  });
});

describe('reviewed plans and recordings', () => {
  test('a reviewed delete is stale when its person needs a create that was not reviewed', () => {
    const operator = { ...OPERATOR, overlapHours: 0 };
    const policy = grant({ tier: 'pro-plus', users: ['ana@example.com'] });
    const before = planOf(policy, world({ 'kiro-eng-pro': ['ana@example.com'], 'kiro-eng-pro-plus': ['ana@example.com'] }), { operator });
    const reviewed = changesOf(before).map(identity);
    expect(reviewed.map((one) => one.action)).toEqual(['delete']);
    const moved = world({ 'kiro-eng-pro': ['ana@example.com'] });
    expect(stalePlan(reviewed, planOf(policy, moved, { operator, only: keysOf(reviewed) }))).toMatchObject({ rule: 'stale-plan' });
    const whole = changesOf(planOf(policy, moved, { operator })).map(identity);
    expect(stalePlan(whole, planOf(policy, moved, { operator, only: keysOf(whole) }))).toBeNull();
  });

  test.each([0, 24])('a reviewed delete holds whatever its person gets in another profile meanwhile (overlap %s h)', (overlapHours) => {
    const operator = { ...OPERATOR, overlapHours };
    const policy = grant({ tier: 'pro-plus', users: ['ana@example.com'] });
    const settled = world({ 'kiro-eng-pro': ['ana@example.com'], 'kiro-eng-pro-plus': ['ana@example.com'] });
    const reviewed = changesOf(planOf(policy, settled, { operator })).map(identity);
    expect(reviewed.map((one) => one.action)).toEqual(['delete']);
    const also = policy + grant({ name: 'b', profile: 'lab', users: ['ana@example.com'] });
    const fresh = planOf(also, settled, { operator, only: keysOf(reviewed) });
    expect(stalePlan(reviewed, fresh)).toBeNull();
    expect(changes(fresh)).toEqual(['-membership/kiro-eng-pro/ana@example.com']);
  });

  test('a recording that was not asked for a name does not make it absent', () => {
    const state = { ...live(world({ sre: ['ana@example.com'] })), asked: { users: ['ana@example.com'], groups: Object.keys(EMPTY) } };
    const at = (policy: string) =>
      plan({ configuration: configuration(BASE, policy), live: state, now: NOW, operator: OPERATOR, revision: null });
    expect(rules(at(grant({ users: ['ana@example.com'] })))).toEqual([]);
    expect(rules(at(grant({ users: ['cto@example.com'] })))).toEqual(['incomplete-read']);
    expect(rules(at(grant({ groups: ['qa'] })))).toEqual(['incomplete-read']);
  });
});

test('the removals of the last 24 hours are told for the profile they were in', () => {
  const keep = grant({ users: ['keep@example.com'] });
  const recentRemovals = people(3, 50).map((name) => ({ profile: 'eng', userId: `id-${name}`, key: `membership/kiro-eng-pro/${name}` }));
  const made = planOf(keep, world({ 'kiro-eng-pro': ['keep@example.com'], 'kiro-lab-pro': people(12) }), { recentRemovals });
  const told = made.violations.find((one) => one.rule === 'too-many-removals')?.message;
  expect(told).toMatch(/^12 of 12 people would lose their seat in profile lab; the limit/);
});
