import { describe, expect, test } from 'vitest';
import { BASE, configuration, OPERATOR, planOf, type World } from '../support/world.ts';

/** Now is 2026-11-10T12:00Z. Everybody of a move is in the old group and, for two days, in the new one. */
const RULE = 'console-step-unknown';
const TEAM = ['ana', 'bob', 'cleo'].map((name) => `${name}@example.com`);

function assigned(tier: string, users: readonly string[], profile = 'eng'): string {
  return `---
kind: Assignment
name: ${profile}-${tier}
profile: ${profile}
tier: ${tier}
users: [${users.join(', ')}]
`;
}

function world(users: readonly string[], made = '2026-11-08T12:00:00.000Z'): World {
  return {
    groups: {
      'kiro-eng-pro': users,
      'kiro-eng-pro-plus': [],
      'kiro-eng-power': users.map((user) => `${user}@${made}`),
      'kiro-lab-pro': [],
      'data-platform': [],
    },
  };
}

/** BASE with another `confirmed` at the Power seat; null for none. */
function base(confirmed: string | null): string {
  return BASE.replace(
    'power: { group: kiro-eng-power, confirmed: 2026-11-01 }',
    `power: { group: kiro-eng-power${confirmed === null ? '' : `, confirmed: ${confirmed}`} }`,
  );
}

function warnings(confirmed: string | null, policy: string, live: World, overlapHours = 24) {
  const operator = { ...OPERATOR, overlapHours };
  const made = planOf(policy, live, { configuration: configuration(base(confirmed), policy), operator });
  return made.warnings.filter(({ rule }) => rule === RULE);
}

describe('a plan that ends old memberships of people who move', () => {
  test('says what nobody knows and what to do, once for each new seat group, with everybody it is about', () => {
    const found = warnings(null, assigned('power', TEAM), world(TEAM));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: 'warning', file: '00.yaml' });
    const text = found[0]?.message ?? '';
    expect(text).toContain('3 old memberships of 3 people who move to kiro-eng-power (ana@example.com, bob@example.com, cleo@example.com)');
    expect(text).toContain('membership/kiro-eng-pro/ana@example.com, membership/kiro-eng-pro/bob@example.com');
    expect(text).toMatch(/up to 24 h after .*AWS does not tell when that was.*no `confirmed`.*apply later.*suspend.*write `confirmed`/);
  });

  test.each([
    ['2026-11-10', true],
    ['2026-11-09', true],
    ['2026-11-08', false],
    ['2026-11-01', false],
  ])('confirmed on %s: warned %s', (confirmed, warned) => {
    const found = warnings(confirmed, assigned('power', ['ana@example.com']), world(['ana@example.com']));
    expect(found).toHaveLength(warned ? 1 : 0);
    if (warned) expect(found[0]?.message).toContain(`\`confirmed: ${confirmed}\` tells the day and not the hour`);
  });

  test('is silent about a plain removal, a move that is held, and where the operator wants no overlap', () => {
    const users = ['ana@example.com'];
    expect(warnings(null, assigned('pro', ['bob@example.com']), { groups: { ...world([]).groups, 'kiro-eng-pro': TEAM } })).toEqual([]);
    expect(warnings(null, assigned('power', users), world(users, '2026-11-10T11:00:00.000Z'))).toEqual([]);
    expect(warnings(null, assigned('power', users), world(users), 0)).toEqual([]);
  });

  test('speaks of the new profile of somebody who moves there', () => {
    const live: World = {
      groups: { ...world([]).groups, 'kiro-lab-pro': ['ana@example.com'], 'kiro-eng-power': ['ana@example.com@2026-11-08T12:00:00.000Z'] },
    };
    const [found] = warnings(null, assigned('power', ['ana@example.com']), live);
    expect(found?.message).toContain('membership/kiro-lab-pro/ana@example.com');
    expect(found?.message).toContain('move');
  });

  test('is silent where another new seat is old and confirmed, and not where that one is itself too young', () => {
    const policy = assigned('power', ['ana@example.com']) + assigned('pro', ['ana@example.com'], 'lab');
    const elsewhere = BASE.replace('name: lab', 'name: third').slice(BASE.indexOf('---\nkind: Profile\nname: lab'));
    const third = elsewhere
      .replace('444455556666', '777788889999')
      .replaceAll('kiro-lab-pro', 'kiro-third-pro')
      .replace(/^ {2}pro-max.*$/m, '');
    const rules = (made: string) => {
      const groups = {
        ...world([]).groups,
        'kiro-third-pro': ['ana@example.com'],
        'kiro-lab-pro': [`ana@example.com@${made}`],
        'kiro-eng-power': ['ana@example.com@2026-11-08T12:00:00.000Z'],
      };
      const text = `${base(null)}${third}`;
      const application = (arn: string, account: string, name: string, groups: readonly string[]) => ({
        arn: `arn:aws:sso::${account}:application/ssoins-0123456789abcdef/${arn}`,
        account,
        name,
        principals: groups.map((group) => ({ id: `g-${group}`, type: 'GROUP' as const })),
      });
      const applications = [
        application('apl-1111111111111111', '111122223333', 'KiroProfile-us-east-1', ['kiro-eng-pro', 'kiro-eng-power']),
        application('apl-2222222222222222', '444455556666', 'KiroProfile-eu-central-1', ['kiro-lab-pro']),
        application('apl-3333333333333333', '777788889999', 'KiroProfile-eu-central-1', ['kiro-third-pro']),
      ];
      const plan = planOf(policy, { groups, applications }, { configuration: configuration(text, policy) });
      expect(plan.stages.flatMap((stage) => stage.changes.map((change) => change.key))).toContain(
        'membership/kiro-third-pro/ana@example.com',
      );
      return plan.warnings.filter(({ rule }) => rule === RULE).length;
    };
    expect(rules('2026-11-08T12:00:00.000Z')).toBe(0);
    expect(rules('2026-11-10T11:00:00.000Z')).toBe(1);
  });
});
