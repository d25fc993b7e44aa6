import { uuidOf } from './id.ts';
import { privilegedGroups, type SeedGroup, seatGroups, sourceGroups } from './seed-group.ts';
import { demoPeople } from './seed-people.ts';
import type { AccountAssignment, Application, Assignment, Group, Membership, State, Subscription, Tier } from './state.ts';

const INSTANCE = 'ssoins-0123456789abcdef';
const STORE = 'd-0123456789';
const MANAGEMENT = '111122223333';
const RESEARCH = '444455556666';
const KIRO = 'arn:aws:sso::aws:applicationProvider/codewhisperer';
const ADMIN = `arn:aws:iam::${MANAGEMENT}:user/seat-admin`;
const SCIM = `arn:aws:iam::${MANAGEMENT}:user/scim`;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const arnOf = (account: string, name: string): string =>
  `arn:aws:sso::${account}:application/${INSTANCE}/apl-${uuidOf(`application:${name}`).replaceAll('-', '').slice(0, 16)}`;
export const groupIdOf = (name: string): string => uuidOf(`group:${name}`);

const APPLICATIONS = [
  { name: 'KiroProfile-us-east-1', account: MANAGEMENT, provider: KIRO, region: 'us-east-1' },
  { name: 'KiroProfile-eu-central-1', account: RESEARCH, provider: KIRO, region: 'eu-central-1' },
  { name: 'Kiro Sign-In', account: MANAGEMENT, provider: KIRO, region: 'us-east-1' },
  { name: 'Payroll', account: MANAGEMENT, provider: 'arn:aws:sso::aws:applicationProvider/custom', region: 'eu-west-1' },
] as const;

const SUBSCRIBED: readonly (readonly [application: number, group: string, tier: Tier])[] = [
  [0, 'kiro-engineering-pro', 'pro'],
  [0, 'kiro-engineering-pro-plus', 'pro-plus'],
  [0, 'kiro-engineering-trial', 'pro'],
  [1, 'kiro-research-pro', 'pro'],
  [1, 'kiro-research-power', 'power'],
  [1, 'data-platform', 'pro-max'],
];

const OPENED: readonly (readonly [group: string, account: string, set: string])[] = [
  ['AWSControlTowerAdmins', MANAGEMENT, 'ps-0123456789aaaaaa'],
  ['AWSControlTowerAdmins', RESEARCH, 'ps-0123456789aaaaaa'],
  ['AWSAccountFactory', MANAGEMENT, 'ps-0123456789bbbbbb'],
  ['AWSSecurityAuditors', RESEARCH, 'ps-0123456789cccccc'],
  ['prod-admins', RESEARCH, 'ps-0123456789dddddd'],
];

const arnAt = (index: number): string => {
  const application = APPLICATIONS[index];
  if (application === undefined) throw new Error(`the demo seed has no application ${index}`);
  return arnOf(application.account, application.name);
};

const applications = (at: (days: number) => string): readonly Application[] =>
  APPLICATIONS.map((a) => ({
    ApplicationArn: arnOf(a.account, a.name),
    ApplicationProviderArn: a.provider,
    ApplicationAccount: a.account,
    Name: a.name,
    Status: 'ENABLED',
    CreatedDate: at(250),
    CreatedFrom: a.region,
    ...(a.name === 'Kiro Sign-In' ? { AssignmentRequired: false } : {}),
  }));

const groupOf = (group: SeedGroup, at: (days: number) => string): Group => ({
  GroupId: groupIdOf(group.name),
  DisplayName: group.name,
  ...(group.scim ? { ExternalIds: [{ Issuer: 'https://idp.example.com/scim', Id: uuidOf(`external:${group.name}`) }] } : {}),
  CreatedAt: at(300),
  CreatedBy: group.scim ? SCIM : ADMIN,
});

const membershipsOf = (group: SeedGroup, at: (days: number) => string): readonly Membership[] =>
  group.members.map((person, i) => ({
    MembershipId: uuidOf(`membership:${group.name}:${person.id}`),
    GroupId: groupIdOf(group.name),
    MemberId: { UserId: person.id },
    CreatedAt: at(group.days - i / 24),
    CreatedBy: group.scim ? SCIM : ADMIN,
  }));

const assignments = (): readonly Assignment[] => {
  const group = (application: number, name: string): Assignment => ({
    ApplicationArn: arnAt(application),
    PrincipalId: groupIdOf(name),
    PrincipalType: 'GROUP',
  });
  return [...SUBSCRIBED.map(([application, name]) => group(application, name)), group(3, 'payroll-app-users')];
};

const subscriptions = (at: (days: number) => string): readonly Subscription[] =>
  SUBSCRIBED.map(([application, name, tier]) => ({
    ApplicationArn: arnAt(application),
    PrincipalId: groupIdOf(name),
    PrincipalType: 'GROUP',
    Tier: tier,
    CreatedAt: at(240),
  }));

const accountAssignments = (): readonly AccountAssignment[] =>
  OPENED.map(([group, account, set]) => ({
    AccountId: account,
    PermissionSetArn: `arn:aws:sso:::permissionSet/${INSTANCE}/${set}`,
    PrincipalId: groupIdOf(group),
    PrincipalType: 'GROUP',
  }));

/** The directory of a fictional company with two Kiro profiles. Ids and names never change; ages are counted back from `now`. */
export const demoSeed = (now: Date): State => {
  const at = (days: number): string => new Date(now.getTime() - days * DAY).toISOString();
  const people = demoPeople(STORE, now);
  const groups = [...sourceGroups(people), ...seatGroups(people), ...privilegedGroups(people)];
  return {
    instance: {
      InstanceArn: `arn:aws:sso:::instance/${INSTANCE}`,
      IdentityStoreId: STORE,
      OwnerAccountId: MANAGEMENT,
      Name: 'example-org',
      Status: 'ACTIVE',
      CreatedDate: at(600),
      Regions: ['eu-west-1'],
    },
    users: people.all.map((p) => p.user),
    groups: groups.map((g) => groupOf(g, at)),
    memberships: groups.flatMap((g) => membershipsOf(g, at)),
    applications: applications(at),
    assignments: assignments(),
    accountAssignments: accountAssignments(),
    subscriptions: subscriptions(at),
  };
};

/** The same instance with nothing in it but its two Kiro applications, the sign-in one and no people. */
export const emptySeed = (now: Date): State => {
  const demo = demoSeed(now);
  return { ...demo, users: [], groups: [], memberships: [], assignments: [], accountAssignments: [], subscriptions: [] };
};
