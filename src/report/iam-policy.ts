import type { Configuration, Profile, SeatGroup } from '../model/configuration.ts';
import type { Operator } from '../model/settings.ts';
import type { UsageSettings } from '../model/usage-place.ts';
import { reportNotes, reportStatements, usageNotes, usageOf, usageStatements } from './iam-usage.ts';

export type Statement = {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringLike: { readonly 's3:prefix': readonly string[] } };
};

type IamPolicy = { readonly Version: '2012-10-17'; readonly Statement: readonly Statement[] };

/** The operator's word on where usage is read and where reports are written. */
export type PolicySettings = UsageSettings & { readonly reports?: { readonly to: readonly string[] } };

const NO_USAGE: PolicySettings = { usage: [], profiles: {}, assumeRoleArn: null };

/** What reading takes, and what applying takes beside. */
export type PolicyMode = 'plan' | 'apply';

/**
 * The IAM policy with exactly the operations that kirosync calls for this configuration, on whatever day it runs, each
 * fenced to the resources that IAM lets it be fenced to (Service Authorization Reference of `identitystore` and `sso`,
 * September 2026). Ids of groups and users are not in a configuration, so those stay `*`. Statements without an
 * operation are left out.
 */
export function iamPolicy(configuration: Configuration, mode: PolicyMode, operator: Operator, usage = NO_USAGE): IamPolicy {
  const { arn } = names(configuration);
  const buckets = usageStatements(usageOf(configuration, usage, usage.assumeRoleArn), arn);
  const written = () => [...writing(configuration, operator), ...reportStatements(usage.reports?.to ?? [], arn)];
  const statements = [...reading(configuration, operator), ...buckets, ...(mode === 'apply' ? written() : [])];
  return { Version: '2012-10-17', Statement: statements.filter((s) => s.Action.length > 0) };
}

/** Sentences about what no policy made from a configuration alone can say. */
export function policyNotes(mode: PolicyMode, configuration: Configuration, usage = NO_USAGE): readonly string[] {
  const kms = 'If Identity Center uses a customer managed KMS key, allow kms:Decrypt on that key as well, to this role.';
  const ids =
    'Membership writes cannot be fenced by a condition: put the ARNs of the seat groups in place of group/* once the groups exist.';
  return [kms, ...(mode === 'apply' ? [ids] : reportNotes(usage.reports?.to ?? [])), ...usageNotes(configuration, usage)];
}

function allow(Sid: string, Resource: readonly string[], actions: readonly (string | false)[]): Statement {
  return { Sid, Effect: 'Allow', Action: actions.filter((a) => a !== false), Resource };
}

function reading(configuration: Configuration, operator: Operator): readonly Statement[] {
  const { arn, store, instance } = names(configuration);
  const seats = configuration.profiles.flatMap((p) => p.seats);
  const isManaging = seats.some(isManaged);
  return [
    allow('FindInstanceAndApplications', ['*'], ['sso:ListInstances', 'sso:ListApplications']),
    allow('ReadApplications', applications(configuration.profiles, configuration), [
      configuration.profiles.length > 0 && 'sso:ListApplicationAssignments',
    ]),
    allow(
      'ReadWhatSeatGroupsOpen',
      [instance, arn('sso', '*', 'application/*')],
      [isManaging && 'sso:ListApplicationAssignmentsForPrincipal', isManaging && 'sso:ListAccountAssignmentsForPrincipal'],
    ),
    allow(
      'ReadDirectory',
      [store, arn('identitystore', '', 'group/*'), arn('identitystore', '', 'user/*'), arn('identitystore', '', 'membership/*')],
      [
        'identitystore:DescribeGroup',
        'identitystore:DescribeUser',
        'identitystore:GetGroupId',
        namesPeople(configuration, operator) && 'identitystore:GetUserId',
        'identitystore:ListGroupMemberships',
        'identitystore:ListGroups',
        'identitystore:ListUsers',
      ],
    ),
  ];
}

function writing(configuration: Configuration, operator: Operator): readonly Statement[] {
  const { arn, store } = names(configuration);
  const seats = configuration.profiles.flatMap((p) => p.seats).filter(isManaged);
  const attaching = operator.applicationAssignments === 'manage' ? configuration.profiles.filter(attaches) : [];
  return [
    allow(
      'Members',
      [store, arn('identitystore', '', 'group/*'), arn('identitystore', '', 'user/*'), arn('identitystore', '', 'membership/*')],
      [
        seats.length > 0 && 'identitystore:CreateGroupMembership',
        seats.some((s) => s.removals !== 'never') && 'identitystore:DeleteGroupMembership',
        seats.length > 0 && 'identitystore:GetGroupMembershipId',
      ],
    ),
    allow('NewSeatGroups', [store, arn('identitystore', '', 'group/*')], [seats.some((s) => s.create) && 'identitystore:CreateGroup']),
    allow('AttachSeatGroups', applications(attaching, configuration), [attaching.length > 0 && 'sso:CreateApplicationAssignment']),
  ];
}

function isManaged(seat: SeatGroup): boolean {
  return seat.members === 'managed';
}

function attaches(profile: Profile): boolean {
  return profile.applicationAssignments === 'manage' && profile.seats.some(isManaged);
}

/** True when somebody is named anywhere, so that people are looked up by name. */
function namesPeople(configuration: Configuration, operator: Operator): boolean {
  return (
    configuration.assignments.some((a) => a.users.length > 0 || a.exclude.users.length > 0) ||
    configuration.protectedUsers.length > 0 ||
    operator.protected.users.length > 0 ||
    configuration.expectations.some((e) => e.user !== null)
  );
}

type Names = {
  readonly arn: (service: string, account: string, resource: string) => string;
  readonly store: string;
  readonly instance: string;
};

/** ARNs in the partition of the instance (aws, aws-cn, aws-us-gov, ...). */
function names({ organization }: Configuration): Names {
  const partition = organization.instanceArn.split(':')[1] ?? 'aws';
  const arn: Names['arn'] = (service, account, resource) => `arn:${partition}:${service}::${account}:${resource}`;
  return {
    arn,
    store: arn('identitystore', '*', `identitystore/${organization.identityStoreId ?? '*'}`),
    instance: organization.instanceArn,
  };
}

/** The applications of these profiles: those named by ARN, and all of this instance in the accounts of the others. */
function applications(profiles: readonly Profile[], configuration: Configuration): readonly string[] {
  const { arn } = names(configuration);
  const instanceId = configuration.organization.instanceArn.split('/').at(-1) ?? '*';
  const of = (p: Profile): string =>
    p.application?.startsWith('arn:') === true ? p.application : arn('sso', p.account, `application/${instanceId}/*`);
  return [...new Set(profiles.map(of))].sort();
}
