/**
 * Live state: what was read from Identity Center, normalised at the edge and plain JSON, so that a recording
 * (`plan --record`) replays offline (`--live`) to the same plan. Lists are sorted by id.
 */

export type LiveUser = {
  readonly id: string;
  readonly userName: string;
  readonly emails: readonly string[];
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** No UserStatus means enabled. */
  readonly enabled: boolean;
};

export type LiveGroup = {
  readonly id: string;
  readonly name: string;
  /** True when the group carries ExternalIds: SCIM or Active Directory owns it. */
  readonly provisioned: boolean;
  /** RFC 3339; absent where the directory does not say. */
  readonly createdAt?: string;
};

export type LiveMembership = {
  readonly id: string;
  readonly groupId: string;
  readonly userId: string;
  /** RFC 3339, or null where the directory does not say. */
  readonly createdAt: string | null;
  readonly createdBy: string | null;
};

export type LiveApplication = {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  /** What is assigned to it directly: groups and single users. */
  readonly principals: readonly { readonly id: string; readonly type: 'GROUP' | 'USER' }[];
};

/** What else a group opens, read for every managed seat group that exists. */
export type LiveAccess = {
  readonly groupId: string;
  /** ARNs of all applications the group is assigned to. */
  readonly applications: readonly string[];
  /** Account ids with a permission set for the group. */
  readonly accounts: readonly string[];
};

export type Live = {
  readonly format: 'kirosync.live/v1';
  /** When the reading began, RFC 3339: "now" for a plan made from this state. */
  readonly instant: string;
  readonly instance: { readonly arn: string; readonly identityStoreId: string };
  /** The names that were looked for: one that is neither here nor found is unread, not absent. Null: the whole list is here. */
  readonly asked: { readonly users: readonly string[] | null; readonly groups: readonly string[] | null };
  /** Every user of the directory, or at least every one that the scope names or a read group has as a member. */
  readonly users: readonly LiveUser[];
  readonly groups: readonly LiveGroup[];
  /** Ids of the groups whose memberships were read to the last page. A group that is not here has unknown members. */
  readonly membersRead: readonly string[];
  readonly memberships: readonly LiveMembership[];
  /**
   * Every application with the codewhisperer provider that could belong to a profile; beside them those of other accounts
   * where they were listed (several accounts have profiles), their principals unread and empty.
   */
  readonly applications: readonly LiveApplication[];
  readonly access: readonly LiveAccess[];
};

/** What has to be read for one configuration; made by `resolve/scope.ts`, served by the directory port. */
export type ReadScope = {
  readonly region: string;
  readonly instanceArn: string;
  readonly identityStoreId: string | null;
  /** Accounts of the profiles, distinct and sorted. */
  readonly accounts: readonly string[];
  /** `application` fields of the profiles (names or ARNs) beside the default names. */
  readonly applications: readonly string[];
  /** Managed seat groups: members, and what else they open. */
  readonly managedGroups: readonly string[];
  /** Groups whose members count (sources, excludes, external seats, groups of expectations). */
  readonly memberGroups: readonly string[];
  /** People named anywhere, by userName or e-mail. */
  readonly users: readonly string[];
  /** Globs of groups whose members are read when they are attached to a profile's application (released seats). */
  readonly releasedGlobs: readonly string[];
};
