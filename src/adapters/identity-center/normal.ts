import type { DescribeGroupCommandOutput, Group, GroupMembership, User } from '@aws-sdk/client-identitystore';
import type { LiveGroup, LiveMembership, LiveUser } from '../../model/live.ts';

/** AWS's shapes to ours: the only place that knows AWS's field names for users, groups and memberships. */

/** Null for a user without an id, which nobody could do anything with. */
export function userOf(user: User): LiveUser | null {
  if (user.UserId === undefined) return null;
  return {
    id: user.UserId,
    userName: user.UserName ?? user.UserId,
    emails: (user.Emails ?? []).flatMap((email) => (email.Value === undefined ? [] : [email.Value])),
    givenName: user.Name?.GivenName ?? null,
    familyName: user.Name?.FamilyName ?? null,
    enabled: user.UserStatus !== 'DISABLED',
  };
}

export function groupOf(group: Group | DescribeGroupCommandOutput): LiveGroup | null {
  if (group.GroupId === undefined) return null;
  const made = group.CreatedAt === undefined ? {} : { createdAt: group.CreatedAt.toISOString() };
  return { id: group.GroupId, name: group.DisplayName ?? group.GroupId, provisioned: (group.ExternalIds ?? []).length > 0, ...made };
}

/** Null for a member that is no user. */
export function membershipOf(groupId: string, membership: GroupMembership): LiveMembership | null {
  const userId = membership.MemberId?.UserId;
  if (membership.MembershipId === undefined || userId === undefined) return null;
  return {
    id: membership.MembershipId,
    groupId,
    userId,
    createdAt: membership.CreatedAt?.toISOString() ?? null,
    createdBy: membership.CreatedBy ?? null,
  };
}

/** Every thing once, sorted by id: a list that moved between two pages may have shown one twice. */
export function byId<T extends { readonly id: string }>(things: Iterable<T>): readonly T[] {
  const known = new Map<string, T>();
  for (const thing of things) known.set(thing.id, thing);
  return [...known.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

export function isPresent<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
