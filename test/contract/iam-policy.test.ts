import { afterEach, describe, expect, test } from 'vitest';
import { KIRO_PROVIDER } from '../../src/adapters/identity-center/admin-read.ts';
import { connect } from '../../src/adapters/identity-center/connect.ts';
import { apply } from '../../src/apply/apply.ts';
import { load } from '../../src/config/load.ts';
import type { State } from '../../src/emulator/state.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import type { Operator } from '../../src/model/settings.ts';
import { plan } from '../../src/plan/plan.ts';
import { iamPolicy, type PolicyMode } from '../../src/report/iam-policy.ts';
import { readScope } from '../../src/resolve/scope.ts';
import { virtualClock } from '../adapters/identity-center/virtual-clock.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { ACCOUNT, INSTANCE_ARN, KIRO, REGION, STORE_ID } from './seed.ts';
import { awsEnvironment } from './wire-server.ts';

const DAY = '2026-11-10';
const OPERATOR: Operator = {
  limits: {},
  seatGroups: ['kiro-*'],
  exceptions: { rules: [], maxKeys: 0 },
  protected: { users: [] },
  quota: { share: 1 },
  overlapHours: 24,
  applicationAssignments: 'manage',
};

const organization = (removals: string, identityStoreId = ''): string => `kind: Organization
version: 1
identityCenter: { region: ${REGION}, instanceArn: "${INSTANCE_ARN}" ${identityStoreId} }
removals: ${removals}
duplicates: warn
`;
const profile = (fields: string, seats: string): string => `---
kind: Profile
name: engineering
account: "${ACCOUNT}"
region: us-east-1
${fields}
seats:
${seats}
`;

/** Everything that can be switched on. */
const FULL = `${organization('immediate')}${profile('applicationAssignments: manage', '  pro: { group: kiro-pro }\n  power: { group: kiro-power, create: true }')}---
kind: Assignment
name: team
profile: engineering
tier: pro
groups: [team]
---
kind: Assignment
name: ana
profile: engineering
tier: power
users: [ana@example.com]
`;
/** Nobody named, nothing created, attached or removed. */
const LEAN = `${organization('never', `, identityStoreId: ${STORE_ID}`)}${profile('applicationAssignments: manage', '  pro: { group: kiro-pro }')}---
kind: Assignment
name: team
profile: engineering
tier: pro
groups: [team]
`;
/** Nothing of ours: the seat belongs to the identity provider. */
const EXTERNAL = `${organization('immediate')}${profile('', '  pro: { group: kiro-pro, members: external }')}`;

function configurationOf(text: string): Configuration {
  const loaded = load([{ path: 'all.yaml', content: new TextEncoder().encode(text), id: '1' }], DAY);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.configuration;
}

/** `size` people and groups before the ones that matter, so that a small directory is swept and a large one looked up. */
function seed(size: number): State {
  const id = (kind: number, n: number): string => `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const userNames = [
    ...Array.from({ length: size }, (_, i) => `crew${i}@example.com`),
    'ana@example.com',
    'bob@example.com',
    'leaver@example.com',
  ];
  const groupNames = [...Array.from({ length: size }, (_, i) => `crew-${i}`), 'kiro-pro', 'team'];
  const member = (n: number, group: number, user: number) => ({
    MembershipId: id(3, n),
    GroupId: id(2, group),
    MemberId: { UserId: id(1, user) },
    CreatedAt: '2026-01-01T00:00:00.000Z',
  });
  return {
    instance: { InstanceArn: INSTANCE_ARN, IdentityStoreId: STORE_ID, OwnerAccountId: ACCOUNT, Status: 'ACTIVE' },
    users: userNames.map((UserName, i) => ({ UserId: id(1, i), UserName, DisplayName: UserName, UserStatus: 'ENABLED' })),
    groups: groupNames.map((DisplayName, i) => ({ GroupId: id(2, i), DisplayName })),
    memberships: [member(0, size, size + 2), member(1, size + 1, size + 1)],
    applications: [
      { ApplicationArn: KIRO, ApplicationProviderArn: KIRO_PROVIDER, ApplicationAccount: ACCOUNT, Name: 'KiroProfile-us-east-1' },
    ],
    assignments: [],
    accountAssignments: [],
    subscriptions: [],
  };
}

let emulator: TestEmulator | null = null;
afterEach(async () => {
  await emulator?.close();
  emulator = null;
});

/** What a plan, or an apply that meets its own traces a second time, calls: the emulator's word for it. */
async function called(configuration: Configuration, mode: PolicyMode, operator: Operator, size: number): Promise<readonly string[]> {
  awsEnvironment();
  emulator = await startTestEmulator({ seed: seed(size) });
  process.env['AWS_ENDPOINT_URL'] = emulator.url;
  const signal = new AbortController().signal;
  const now = (): Date => new Date(`${DAY}T12:00:00Z`);
  const connection = connect({ region: REGION, quotaShare: 1, assumeRoleArn: null, now, clock: virtualClock() });
  const live = await connection.reader.observe(readScope(configuration, DAY, operator), signal);
  if (mode === 'apply') {
    const planned = plan({ configuration, live, now: now(), operator, revision: null });
    for (const _ of ['once', 'again']) {
      const applied = await apply(planned, { writer: connection.writer, emit: () => undefined, signal });
      expect(applied.applied).toBe(applied.planned);
    }
  }
  connection.close();
  const log = (await emulator.control('calls')) as Record<string, number>;
  expect(Object.keys(log).sort()).toEqual(
    Object.keys(connection.calls())
      .map((o) => o.replace(/^(identitystore|sso):/, ''))
      .sort(),
  );
  await emulator.close();
  return Object.keys(connection.calls());
}

const allowed = (configuration: Configuration, mode: PolicyMode, operator: Operator): readonly string[] =>
  [...new Set(iamPolicy(configuration, mode, operator).Statement.flatMap((s) => s.Action))].sort();

describe('iam-policy allows exactly what the code calls', () => {
  test.each([
    ['plan, everything on', FULL, 'plan', 'manage'],
    ['apply, everything on', FULL, 'apply', 'manage'],
    ['apply, assignments only verified by the operator', FULL, 'apply', 'verify'],
    ['plan, nobody named, removals never', LEAN, 'plan', 'manage'],
    ['apply, nobody named, removals never', LEAN, 'apply', 'manage'],
    ['apply, external seats only', EXTERNAL, 'apply', 'verify'],
  ] as const)('%s', async (_, text, mode, applicationAssignments) => {
    const configuration = configurationOf(text);
    const operator = { ...OPERATOR, applicationAssignments };
    const small = await called(configuration, mode, operator, 5);
    const large = await called(configuration, mode, operator, 2000);
    expect([...new Set([...small, ...large])].sort()).toEqual(allowed(configuration, mode, operator));
  });

  test('a plan role can write nothing', () => {
    const actions = allowed(configurationOf(FULL), 'plan', OPERATOR);
    expect(actions.filter((a) => !/:(List|Get|Describe)/.test(a))).toEqual([]);
  });

  test('fences what IAM can fence', () => {
    const { Statement } = iamPolicy(configurationOf(LEAN), 'apply', OPERATOR);
    const resources = (action: string): readonly string[] => Statement.filter((s) => s.Action.includes(action)).flatMap((s) => s.Resource);
    expect(resources('sso:CreateApplicationAssignment')).toEqual([`arn:aws:sso::${ACCOUNT}:application/ssoins-0123456789abcdef/*`]);
    expect(resources('identitystore:CreateGroupMembership')).toContain(`arn:aws:identitystore::*:identitystore/${STORE_ID}`);
    expect(resources('identitystore:CreateGroupMembership')).not.toContain('*');
  });
});
