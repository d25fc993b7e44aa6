import type { State } from '../../src/emulator/state.ts';

/**
 * A directory at the HTTP boundary, small on purpose and written apart from the emulator, so that one misreading of the
 * API cannot hide in both. It knows no quotas and no clocks.
 */
export type Json = Readonly<Record<string, unknown>>;
export type WireAnswer = { readonly status: number; readonly body: Json };

/** The lengths of the next pages, asked for one by one; 0 gives an empty page with a token. */
export type Cut = () => number;

export class WireError extends Error {
  readonly body: Json;
  constructor(type: string, fields: Json = {}) {
    super(type);
    this.body = { __type: `com.amazonaws.identitystore#${type}`, Message: type, ...fields };
  }
}

/** After so many pages a list is given out whole: no test wants to wait for the end of empty pages. */
const MOST_CUTS = 40;

export function wireDirectory(seed: State, cut: Cut = () => 100) {
  const state = { ...seed };
  const calls: string[] = [];
  let made = 0;

  const list = (input: Json, name: string, rows: readonly unknown[]): Json => {
    if (typeof input['MaxResults'] === 'number' && input['MaxResults'] > 100) throw new WireError('ValidationException');
    const [start = 0, page = 0] = String(input['NextToken'] ?? '0_0')
      .split('_')
      .map(Number);
    const end = start + (page >= MOST_CUTS ? 1_000_000 : cut());
    return { [name]: rows.slice(start, end), ...(end < rows.length ? { NextToken: `${end}_${page + 1}` } : {}) };
  };
  const found = <T>(row: T | undefined, ResourceType: string): T => {
    if (row === undefined) throw new WireError('ResourceNotFoundException', { ResourceType });
    return row;
  };
  const conflict = (Message: string): never => {
    throw new WireError('ConflictException', { Message, Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' });
  };
  // The answer carries epoch seconds where the seed has RFC 3339.
  const seconds = <T extends { readonly CreatedAt?: string }>(row: T) => ({
    ...row,
    ...(row.CreatedAt === undefined ? {} : { CreatedAt: Date.parse(row.CreatedAt) / 1000 }),
  });
  /** Every answer of the identity store names it. */
  const here = <T extends object>(row: T) => ({ ...row, IdentityStoreId: state.instance.IdentityStoreId });
  const unique = (input: Json): unknown =>
    (input['AlternateIdentifier'] as { UniqueAttribute: { AttributeValue: unknown } }).UniqueAttribute.AttributeValue;
  const memberOf = (input: Json): unknown => (input['MemberId'] as { UserId: unknown }).UserId;
  const newId = (): string => {
    made += 1;
    return `99999999-0000-4000-8000-${String(made).padStart(12, '0')}`;
  };
  const user = (id: unknown) =>
    found(
      state.users.find((u) => u.UserId === id),
      'USER',
    );
  const group = (id: unknown) =>
    found(
      state.groups.find((g) => g.GroupId === id),
      'GROUP',
    );
  const membership = (input: Json) =>
    state.memberships.find((m) => m.GroupId === input['GroupId'] && m.MemberId.UserId === memberOf(input));

  const store: Record<string, (input: Json) => Json> = {
    ListUsers: (i) => list(i, 'Users', state.users.map(here)),
    ListGroups: (i) => list(i, 'Groups', state.groups.map(here)),
    DescribeUser: (i) => here(user(i['UserId'])),
    DescribeGroup: (i) => here(group(i['GroupId'])),
    GetUserId(i) {
      const row = state.users.find((u) => u.UserName === unique(i));
      return here({ UserId: found(row, 'USER').UserId });
    },
    GetGroupId(i) {
      const row = state.groups.find((g) => g.DisplayName === unique(i));
      return here({ GroupId: found(row, 'GROUP').GroupId });
    },
    ListGroupMemberships: (i) =>
      list(
        i,
        'GroupMemberships',
        state.memberships.filter((m) => m.GroupId === group(i['GroupId']).GroupId).map((m) => here(seconds(m))),
      ),
    GetGroupMembershipId: (i) => here({ MembershipId: found(membership(i), 'GROUP_MEMBERSHIP').MembershipId }),
    CreateGroup(i) {
      const DisplayName = String(i['DisplayName']);
      if (state.groups.some((g) => g.DisplayName === DisplayName)) conflict('Duplicate GroupDisplayName');
      const GroupId = newId();
      state.groups = [...state.groups, { GroupId, DisplayName }];
      return here({ GroupId });
    },
    CreateGroupMembership(i) {
      if (membership(i) !== undefined) conflict('Member and Group relationship already exists');
      const row = { GroupId: group(i['GroupId']).GroupId, MemberId: { UserId: user(memberOf(i)).UserId }, MembershipId: newId() };
      state.memberships = [...state.memberships, row];
      return here({ MembershipId: row.MembershipId });
    },
    DeleteGroupMembership(i) {
      found(
        state.memberships.find((m) => m.MembershipId === i['MembershipId']),
        'GROUP_MEMBERSHIP',
      );
      state.memberships = state.memberships.filter((m) => m.MembershipId !== i['MembershipId']);
      return {};
    },
  };

  const admin: Record<string, (input: Json) => Json> = {
    ListInstances: (i) => list(i, 'Instances', [state.instance]),
    ListApplications(i) {
      const filter = (i['Filter'] ?? {}) as Json;
      const isWanted = (a: (typeof state.applications)[number]): boolean =>
        (filter['ApplicationProvider'] ?? a.ApplicationProviderArn) === a.ApplicationProviderArn &&
        (filter['ApplicationAccount'] ?? a.ApplicationAccount) === a.ApplicationAccount;
      return list(i, 'Applications', state.applications.filter(isWanted));
    },
    ListApplicationAssignments: (i) =>
      list(
        i,
        'ApplicationAssignments',
        state.assignments.filter((a) => a.ApplicationArn === i['ApplicationArn']),
      ),
    ListApplicationAssignmentsForPrincipal: (i) =>
      list(
        i,
        'ApplicationAssignments',
        state.assignments.filter((a) => a.PrincipalId === i['PrincipalId']),
      ),
    ListAccountAssignmentsForPrincipal: (i) =>
      list(
        i,
        'AccountAssignments',
        state.accountAssignments.filter((a) => a.PrincipalId === i['PrincipalId']),
      ),
    CreateApplicationAssignment(i) {
      const row = { ApplicationArn: String(i['ApplicationArn']), PrincipalId: String(i['PrincipalId']), PrincipalType: 'GROUP' as const };
      if (state.assignments.some((a) => a.ApplicationArn === row.ApplicationArn && a.PrincipalId === row.PrincipalId)) {
        // sso-admin's Conflict has no Reason.
        throw new WireError('ConflictException', { Message: 'a conflict with a previous successful write is detected' });
      }
      state.assignments = [...state.assignments, row];
      return {};
    },
  };

  const answer = (target: string, input: Json): WireAnswer => {
    const [service = '', operation = ''] = target.split('.');
    calls.push(operation);
    try {
      if (service === 'AWSIdentityStore' && input['IdentityStoreId'] !== state.instance.IdentityStoreId) {
        throw new WireError('ResourceNotFoundException', { ResourceType: 'IDENTITY_STORE' });
      }
      const run = (service === 'AWSIdentityStore' ? store : admin)[operation];
      if (run === undefined) throw new WireError('UnknownOperationException');
      return { status: 200, body: run(input) };
    } catch (error) {
      if (error instanceof WireError) return { status: 400, body: error.body };
      throw error;
    }
  };
  return { state, calls, answer };
}
