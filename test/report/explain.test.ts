import { describe, expect, test } from 'vitest';
import { plan } from '../../src/plan/plan.ts';
import { type Explanation, explain } from '../../src/report/explain.ts';
import { explainText } from '../../src/report/explain-text.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { OPERATOR } from '../support/world.ts';
import { configurationOf, liveOf } from './scenario.ts';

const NOW = '2026-11-10T09:00:00Z';
const HEAD = `
kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef' }
removals: immediate
---
kind: Profile
name: engineering
account: "111122223333"
region: us-east-1
seats:
  pro: { group: kiro-pro, confirmed: 2026-09-01 }
  power: { group: kiro-power, confirmed: 2026-09-01 }
`;
const LIVE = liveOf({
  now: NOW,
  people: {
    'ana@example.com': { emails: ['a.ruiz@example.com'] },
    'bob@example.com': null,
    'cleo@example.com': { disabled: true },
    'evil\u202e\u001b[2J@example.com': null,
  },
  groups: {
    'kiro-pro': {
      members: [
        'ana@example.com',
        { user: 'evil\u202e\u001b[2J@example.com', since: null, by: 'arn:aws:sts::111122223333:assumed-role/helpdesk/kim' },
      ],
    },
    'kiro-power': { members: [] },
    platform: { members: ['ana@example.com', 'bob@example.com', 'cleo@example.com'] },
    contractors: { members: ['bob@example.com'] },
  },
  applications: { 'KiroProfile-us-east-1': { account: '111122223333', groups: ['kiro-pro', 'kiro-power'], users: ['bob@example.com'] } },
});

function explained(assignments: string, user: string, profile: string | null = null): Explanation {
  const configuration = configurationOf(HEAD + assignments, NOW);
  const now = new Date(NOW);
  const resolution = resolve(configuration, LIVE, now, OPERATOR);
  return explain({
    configuration,
    resolution,
    live: LIVE,
    plan: plan({ configuration, live: LIVE, now, operator: OPERATOR, revision: null }),
    user,
    profile,
  });
}

function lines(assignments: string, user: string): string[] {
  const found = explained(assignments, user);
  if (!found.ok) return [found.message];
  return found.profiles.flatMap((one) => [
    one.verdict,
    ...one.steps.map((step) => `${step.about} ${step.place?.line ?? '-'} ${step.text}`),
  ]);
}

const BY_GROUP = `---
kind: Assignment
name: all
profile: engineering
tier: pro
groups:
  - platform
exclude:
  users:
    - ana@example.com
  groups:
    - contractors
`;

describe('why not', () => {
  test('excluded by name, at the line that says so; the live seat goes', () => {
    expect(lines(BY_GROUP, 'ana@example.com')).toEqual([
      'loses Kiro Pro',
      'assignment 23 all would grant pro, but excludes them by name',
      'live - member of kiro-pro (pro) since 2026-09-01T08:00:00Z',
      'plan - removes from kiro-pro: excluded from assignment all by name',
    ]);
  });

  test('excluded by a group; a seat given directly is outside every seat group', () => {
    expect(lines(BY_GROUP, 'bob@example.com')).toEqual([
      'no seat',
      'assignment 25 all would grant pro, but excludes them by group contractors',
      'live - assigned to KiroProfile-us-east-1 directly, outside every seat group; kirosync cannot end such a seat',
      'live - member of none of the seat groups',
    ]);
  });

  test('disabled in the directory', () => {
    expect(lines(BY_GROUP, 'cleo@example.com')).toContain(
      'assignment 20 all would grant pro by group platform, but the person is disabled in the directory',
    );
  });

  test('nobody has this name', () => {
    expect(lines(BY_GROUP, 'ana@exmaple.com')).toEqual([
      'Nobody in the directory has the userName or e-mail ana@exmaple.com; did you mean "ana@example.com"?',
    ]);
    expect(lines(BY_GROUP, 'zzz')).toEqual(['Nobody in the directory has the userName or e-mail zzz.']);
  });

  test('no profile has this name', () => {
    expect(explained(BY_GROUP, 'ana@example.com', 'research')).toEqual({ ok: false, message: 'No profile is named research.' });
  });
});

test('a person is found by e-mail and in another letter case, as a name in YAML would be', () => {
  expect(explained(BY_GROUP, 'A.Ruiz@example.com')).toMatchObject({ ok: true, person: { userName: 'ana@example.com' } });
});

test('text shows hidden characters, and who made a membership of unknown age', () => {
  const text = explainText(explained(BY_GROUP, 'evil\u202e\u001b[2J@example.com'), { color: false });
  expect(text).toContain('evil\\u{202e}\\u{1b}[2J@example.com');
  expect(text).toContain('member of kiro-pro (pro), since an unknown day, added by arn:aws:sts::111122223333:assumed-role/helpdesk/kim');
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
