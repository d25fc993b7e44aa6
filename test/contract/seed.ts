import { KIRO_PROVIDER } from '../../src/adapters/identity-center/admin-read.ts';
import type { State } from '../../src/emulator/state.ts';
import type { ReadScope } from '../../src/model/live.ts';

export const REGION = 'eu-west-1';
export const INSTANCE_ARN = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
export const STORE_ID = 'd-0123456789';
export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';

const uuid = (kind: number, n: number): string => `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const application = (suffix: string, account = ACCOUNT): string =>
  `arn:aws:sso::${account}:application/ssoins-0123456789abcdef/apl-${suffix.padStart(16, '0')}`;

export const KIRO = application('1');
export const CREW = 130;

const named = ['ana@example.com', 'bob', 'Cleo@example.com', 'dan@example.com'];
const crew = Array.from({ length: CREW }, (_, i) => `crew${String(i).padStart(3, '0')}@example.com`);
const groupNames = ['kiro-pro', 'kiro-power', 'kiro-old', 'Platform-Engineers', 'everybody', 'empty', 'AWSAdmins', 'unrelated'];

export const userId = (userName: string): string => uuid(1, [...named, ...crew].indexOf(userName));
export const groupId = (name: string): string => uuid(2, groupNames.indexOf(name));

function members(group: string, users: readonly string[]): State['memberships'] {
  return users.map((user, i) => ({
    MembershipId: uuid(3 + groupNames.indexOf(group), i),
    GroupId: groupId(group),
    MemberId: { UserId: userId(user) },
    CreatedAt: '2026-03-01T08:00:00.000Z',
    CreatedBy: 'arn:aws:iam::111122223333:role/admin',
  }));
}

const assigned = (ApplicationArn: string, PrincipalId: string, PrincipalType: 'GROUP' | 'USER') => ({
  ApplicationArn,
  PrincipalId,
  PrincipalType,
});

/** One directory for every implementation under the contract: more users than a page, names that differ in case, a released group. */
export const SEED: State = {
  instance: { InstanceArn: INSTANCE_ARN, IdentityStoreId: STORE_ID, OwnerAccountId: OTHER_ACCOUNT, Status: 'ACTIVE' },
  users: [...named, ...crew].map((UserName) => ({
    UserId: userId(UserName),
    UserName,
    DisplayName: UserName,
    Name: { GivenName: UserName.slice(0, 3), FamilyName: 'Example' },
    Emails: [{ Value: UserName === 'bob' ? 'bob@example.com' : UserName, Type: 'work', Primary: true }],
    UserStatus: UserName === 'dan@example.com' ? ('DISABLED' as const) : ('ENABLED' as const),
  })),
  groups: groupNames.map((DisplayName) => ({
    GroupId: groupId(DisplayName),
    DisplayName,
    ...(DisplayName === 'Platform-Engineers' ? { ExternalIds: [{ Issuer: 'https://scim.example.com', Id: 'g-1' }] } : {}),
  })),
  memberships: [
    ...members('kiro-pro', ['ana@example.com', 'dan@example.com']),
    ...members('kiro-old', ['bob', crew[7] ?? '']),
    ...members('Platform-Engineers', ['ana@example.com', 'bob']),
    ...members('everybody', crew),
    ...members('unrelated', ['Cleo@example.com']),
  ],
  applications: [
    { ApplicationArn: KIRO, ApplicationProviderArn: KIRO_PROVIDER, ApplicationAccount: ACCOUNT, Name: 'KiroProfile-us-east-1' },
    { ApplicationArn: application('2'), ApplicationProviderArn: KIRO_PROVIDER, ApplicationAccount: ACCOUNT, Name: 'Kiro Sign-In' },
    {
      ApplicationArn: application('3'),
      ApplicationProviderArn: KIRO_PROVIDER,
      ApplicationAccount: OTHER_ACCOUNT,
      Name: 'KiroProfile-eu-central-1',
    },
    {
      ApplicationArn: application('4'),
      ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom',
      ApplicationAccount: ACCOUNT,
      Name: 'KiroProfile-fake',
    },
  ],
  assignments: [
    assigned(KIRO, groupId('kiro-pro'), 'GROUP'),
    assigned(KIRO, groupId('kiro-old'), 'GROUP'),
    assigned(KIRO, groupId('unrelated'), 'GROUP'),
    assigned(KIRO, userId('Cleo@example.com'), 'USER'),
    assigned(application('4'), groupId('kiro-power'), 'GROUP'),
  ],
  accountAssignments: [
    {
      AccountId: OTHER_ACCOUNT,
      PermissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef',
      PrincipalId: groupId('kiro-power'),
      PrincipalType: 'GROUP',
    },
  ],
  subscriptions: [],
};

export const SCOPE: ReadScope = {
  region: REGION,
  instanceArn: INSTANCE_ARN,
  identityStoreId: null,
  accounts: [ACCOUNT],
  applications: [],
  managedGroups: ['kiro-power', 'kiro-pro'],
  memberGroups: ['platform-engineers'],
  users: ['ana@example.com'],
  releasedGlobs: ['kiro-*'],
};
