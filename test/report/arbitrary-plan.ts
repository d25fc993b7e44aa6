import fc from 'fast-check';
import { applicationAssignmentKey, groupKey, membershipKey } from '../../src/model/key.ts';
import type { Change, Plan, Stage, StageName } from '../../src/model/plan.ts';
import { hashOf } from '../../src/plan/hash.ts';

/** Characters that have hurt somebody: terminal escapes, direction changes, invisible ones, markup, halves of pairs. */
const NASTY = [
  '\u001b[31m',
  '\u0007',
  '\n',
  '\r',
  '\u202e',
  '\u200b',
  '\u2066',
  '\ufeff',
  '\u00ad',
  '\ud800',
  '\u{e0041}',
  '|',
  '`',
  '<b>',
  '](',
  '@all',
  '#1',
  '**',
  '\\',
  '%',
  '/',
  '漢',
  'e\u0301',
  '😀',
];

/** Names as an attacker or an old directory would have them. */
export const name: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...NASTY) }, { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) }),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(''));

const cents = fc.integer({ min: 0, max: 5_000_000 });
const id = fc.uuid();
const day = fc.constantFrom('2026-11-10', '2026-12-01');
const row = fc.record({ name, before: cents, after: cents });
const place = fc.record({ file: name, line: fc.integer({ min: 1, max: 900 }), column: fc.integer({ min: 1, max: 200 }) });

const change: fc.Arbitrary<Change> = fc
  .record({
    which: fc.integer({ min: 0, max: 3 }),
    profile: name,
    group: name,
    reason: name,
    user: name,
    userId: id,
    groupId: id,
    membershipId: id,
    made: fc.boolean(),
  })
  .map(({ which, profile, group, reason, user, userId, groupId, membershipId, made }): Change => {
    const common = { profile, group, reason };
    if (which === 0) return { ...common, action: 'create', kind: 'group', key: groupKey(group) };
    const later = made ? null : groupId;
    const key = membershipKey(group, user);
    if (which === 1) {
      const arn = 'arn:aws:sso::999988887777:application/ssoins-0123456789abcdef/apl-1';
      return {
        ...common,
        action: 'create',
        kind: 'application-assignment',
        key: applicationAssignmentKey(profile, group),
        groupId: later,
        applicationArn: arn,
      };
    }
    if (which === 2) return { ...common, action: 'create', kind: 'membership', key, groupId: later, userId, user };
    return { ...common, action: 'delete', kind: 'membership', key, groupId, userId, user, membershipId };
  });

function stagesOf(changes: readonly Change[]): readonly Stage[] {
  const stage = (stageName: StageName, belongs: (one: Change) => boolean): Stage => ({ name: stageName, changes: changes.filter(belongs) });
  return [
    stage('groups', (one) => one.kind === 'group'),
    stage('application-assignments', (one) => one.kind === 'application-assignment'),
    stage('memberships-to-add', (one) => one.kind === 'membership' && one.action === 'create'),
    stage('memberships-to-remove', (one) => one.action === 'delete'),
  ];
}

const tier = fc.option(fc.constantFrom('pro', 'power'), { nil: null });
const held = fc.record({
  key: name,
  action: fc.constantFrom('create' as const, 'delete' as const),
  profile: name,
  userId: fc.option(id, { nil: null }),
  reason: name,
  until: fc.constantFrom(null, '2026-11-29T00:00:00.000Z'),
});
const person = fc.record({
  userId: id,
  user: name,
  profile: name,
  from: tier,
  to: tier,
  why: name,
  effective: fc.option(day, { nil: null }),
});

/** Any plan: well-formed, its hash right, every name hostile. */
export const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    revision: fc.option(name, { nil: null }),
    changes: fc.uniqueArray(change, { maxLength: 12, selector: (one) => one.key }),
    people: fc.array(person, { maxLength: 6 }),
    rows: fc.array(row, { maxLength: 3 }),
    duplicates: fc.array(
      fc.record({ userId: id, user: name, profiles: fc.array(name, { maxLength: 3 }), yearly: cents, held: fc.boolean() }),
      { maxLength: 3 },
    ),
    rate: fc.record({ before: cents, after: cents }),
    thisMonth: cents,
    manual: fc.array(fc.record({ profile: name, key: name, text: name }), { maxLength: 3 }),
    held: fc.array(held, { maxLength: 4 }),
    released: fc.array(fc.record({ profile: name, group: name, members: fc.nat(500), monthly: fc.option(cents, { nil: null }) }), {
      maxLength: 3,
    }),
    unresolved: fc.array(fc.record({ kind: fc.constantFrom('user' as const, 'group' as const), name, at: place }), { maxLength: 3 }),
    warnings: fc.array(fc.record({ rule: name, message: name, at: fc.option(place, { nil: null }) }), { maxLength: 3 }),
    violations: fc.array(
      fc.record({
        rule: fc.oneof(name, fc.constant('too-many-removals')),
        message: name,
        limit: fc.option(fc.nat(), { nil: null }),
        actual: fc.option(fc.nat(), { nil: null }),
        keys: fc.array(name, { maxLength: 4 }),
      }),
      { maxLength: 3 },
    ),
  })
  .map((p): Plan => {
    const stages = stagesOf(p.changes);
    return {
      revision: p.revision,
      now: '2026-11-10T09:00:00.000Z',
      hash: hashOf(stages.flatMap((stage) => stage.changes)),
      stages,
      people: p.people,
      money: { monthly: p.rate, thisMonth: p.thisMonth, byProfile: p.rows, byTier: p.rows, byCostCenter: p.rows, duplicates: p.duplicates },
      manual: p.manual,
      held: p.held,
      released: p.released,
      unresolved: p.unresolved.map(({ kind, name: text, at }) => ({ kind, name: text, ...at })),
      warnings: p.warnings.map(({ rule, message, at }) => ({ severity: 'warning', rule, message, ...at })),
      violations: p.violations,
      calls: { total: p.changes.length, seconds: p.changes.length / 15, byOperation: { 'identitystore:CreateGroup': p.changes.length } },
    };
  });

/** A plan that adds and removes so many people. */
export function bigPlan(adds: number, removals: number): Plan {
  const make = (action: 'create' | 'delete', i: number): Change => {
    const user = `${action}${String(i).padStart(5, '0')}@example.com`;
    const common = {
      key: membershipKey('kiro-pro', user),
      reason: 'assignment platform, by name',
      profile: 'engineering',
      group: 'kiro-pro',
      userId: `u-${action}-${i}`,
      user,
    };
    return action === 'create'
      ? { ...common, action, kind: 'membership', groupId: 'g-1' }
      : { ...common, action, kind: 'membership', groupId: 'g-1', membershipId: `m-${i}` };
  };
  const changes = [
    ...Array.from({ length: adds }, (_, i) => make('create', i)),
    ...Array.from({ length: removals }, (_, i) => make('delete', i)),
  ];
  const stages = stagesOf(changes);
  const nothing = { manual: [], held: [], released: [], unresolved: [], warnings: [], violations: [] };
  return {
    ...nothing,
    revision: null,
    now: '2026-11-10T09:00:00.000Z',
    hash: hashOf(changes),
    stages,
    people: changes.flatMap((one) =>
      one.kind !== 'membership'
        ? []
        : [
            {
              userId: one.userId,
              user: one.user,
              profile: one.profile,
              from: one.action === 'create' ? null : 'pro',
              to: one.action === 'create' ? 'pro' : null,
              why: one.reason,
              effective: '2026-12-01',
            },
          ],
    ),
    money: {
      monthly: { before: removals * 2000, after: adds * 2000 },
      thisMonth: adds * 1400,
      byProfile: [],
      byTier: [],
      byCostCenter: [],
      duplicates: [],
    },
    calls: { total: changes.length, seconds: changes.length / 15, byOperation: {} },
  };
}
