import { describe, expect, test } from 'vitest';
import { BASE, changes, configuration, planOf } from '../support/world.ts';

/** BASE with month-end removals. */
function monthEnd(policy: string) {
  return configuration(BASE.replace('removals: immediate', 'removals: month-end'), policy);
}

const GRANT = (tier: string, users: readonly string[], extra = '', name = tier, profile = 'eng') =>
  `---\nkind: Assignment\nname: ${name}\nprofile: ${profile}\ntier: ${tier}\nusers: [${users.join(', ')}]\n${extra}\n`;

describe('plan', () => {
  test('a person without a seat gets one, prorated this month', () => {
    const made = planOf(GRANT('pro', ['ana@example.com']), {
      users: ['ana@example.com'],
      groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
    });
    expect(changes(made)).toEqual(['+membership/kiro-eng-pro/ana@example.com']);
    expect(made.violations).toEqual([]);
    // 10 November: 21 of 30 days left, 20 USD x 21/30 = 14 USD.
    expect(made.money).toMatchObject({ monthly: { before: 0, after: 2000 }, thisMonth: 1400 });
    expect(made.people).toEqual([
      {
        userId: 'id-ana@example.com',
        user: 'ana@example.com',
        profile: 'eng',
        from: null,
        to: 'pro',
        why: 'assignment pro, by name',
        effective: '2026-11-10',
      },
    ]);
  });

  const groups = (members: Record<string, readonly string[]>) => ({
    'kiro-eng-pro': [],
    'kiro-eng-pro-plus': [],
    'kiro-eng-power': [],
    'kiro-lab-pro': [],
    'data-platform': [],
    ...members,
  });

  test('an upgrade adds now, charges the difference, and keeps the old seat for 24 hours', () => {
    const made = planOf(GRANT('power', ['ana@example.com']), { groups: groups({ 'kiro-eng-pro': ['ana@example.com'] }) });
    expect(changes(made)).toEqual(['+membership/kiro-eng-power/ana@example.com']);
    expect(made.held).toMatchObject([{ key: 'membership/kiro-eng-pro/ana@example.com', until: '2026-11-11T12:00:00.000Z' }]);
    expect(made.money).toMatchObject({ monthly: { before: 2000, after: 20000 }, thisMonth: 18000 });
    expect(made.people[0]).toMatchObject({ from: 'pro', to: 'power', effective: '2026-11-10' });
  });

  test('a downgrade saves from the 1st on, and the old seat stays until the new one has settled', () => {
    const young = planOf(GRANT('pro', ['ana@example.com']), {
      groups: groups({ 'kiro-eng-power': ['ana@example.com'], 'kiro-eng-pro': ['ana@example.com@2026-11-09T12:00:00.001Z'] }),
    });
    expect(changes(young)).toEqual([]);
    expect(young.held).toMatchObject([{ key: 'membership/kiro-eng-power/ana@example.com', until: '2026-11-10T12:00:00.001Z' }]);
    const old = planOf(GRANT('pro', ['ana@example.com']), {
      groups: groups({ 'kiro-eng-power': ['ana@example.com'], 'kiro-eng-pro': ['ana@example.com@2026-11-09T12:00:00.000Z'] }),
    });
    expect(changes(old)).toEqual(['-membership/kiro-eng-power/ana@example.com']);
    expect(old.people[0]).toMatchObject({ from: 'power', to: 'pro', effective: '2026-12-01' });
    expect(old.money.thisMonth).toBe(0);
  });

  test('no CreatedAt and no attached group keep the old seat without a date', () => {
    const unknown = planOf(GRANT('pro', ['ana@example.com']), {
      groups: groups({ 'kiro-eng-power': ['ana@example.com'], 'kiro-eng-pro': ['ana@example.com@-'] }),
    });
    expect(unknown.held).toMatchObject([{ until: null }]);
    expect(unknown.people[0]).toMatchObject({ effective: null });
    const loose = planOf(GRANT('pro', ['ana@example.com']), {
      groups: groups({ 'kiro-eng-power': ['ana@example.com'], 'kiro-eng-pro': ['ana@example.com'] }),
      attached: { eng: ['kiro-eng-power'], lab: [] },
    });
    expect(loose.held[0]?.reason).toContain('not attached');
  });

  test.each([
    ['2026-11-28T23:59:59.999Z', 'held'],
    ['2026-11-29T00:00:00.000Z', 'now'],
    ['2026-11-30T23:59:59.999Z', 'now'],
    ['2026-12-01T00:00:00.000Z', 'held'],
    ['2028-02-27T23:59:59.999Z', 'held'],
    ['2028-02-28T00:00:00.000Z', 'now'],
  ])('month-end at %s: %s', (at, expected) => {
    const world = { groups: groups({ 'kiro-eng-power': ['ana@example.com'], 'kiro-eng-pro': ['bob@example.com'] }) };
    const policy = GRANT('pro', ['bob@example.com']);
    const made = planOf(policy, world, { now: new Date(at), configuration: monthEnd(policy) });
    expect(changes(made)).toEqual(expected === 'now' ? ['-membership/kiro-eng-power/ana@example.com'] : []);
  });

  test('a source group without members holds every removal of its profile', () => {
    const policy = `---\nkind: Assignment\nname: team\nprofile: eng\ntier: pro\ngroups: [platform]\nALLOW`;
    const world = { groups: groups({ 'kiro-eng-power': ['ana@example.com'], platform: [] }) };
    expect(planOf(policy.replace('ALLOW', ''), world).held).toHaveLength(1);
    expect(changes(planOf(policy.replace('ALLOW', 'allowEmpty: true'), world))).toEqual(['-membership/kiro-eng-power/ana@example.com']);
  });
});

describe('the order of a plan', () => {
  test('is by key within a stage, and by key for what is held, whatever the ids', () => {
    const names = ['zoe', 'ana', 'mia', 'bob', 'kim'].map((name) => `${name}@example.com`);
    const users = names.map((userName, i) => ({ userName, id: `id-${i}` }));
    const keep = names.slice(0, 1);
    const made = planOf(GRANT('power', names.slice(2)) + GRANT('pro', keep), {
      users,
      groups: {
        'kiro-eng-pro': names,
        'kiro-eng-pro-plus': names.slice(0, 2),
        'kiro-eng-power': [],
        'kiro-lab-pro': [],
        'data-platform': [],
      },
    });
    for (const stage of made.stages)
      expect(stage.changes.map((change) => change.key)).toEqual(stage.changes.map((change) => change.key).sort());
    expect(made.stages.map((stage) => stage.changes.length)).toEqual([0, 0, 3, 3]);
    const held = made.held.map((one) => one.key);
    expect(held).toHaveLength(3);
    expect(held).toEqual([...held].sort());
  });
});
