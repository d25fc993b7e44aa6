import { newId } from './id.ts';
import type { AccountAssignment, Application, Assignment, Group, Subscription, User } from './state.ts';
import {
  accountAssignmentKey,
  assignmentKey,
  type GroupRow,
  type MembershipRow,
  members,
  membershipsOf,
  type Stamp,
  type Store,
  type UserRow,
} from './store.ts';

/** Changes to the directory, without any of the API's checks. Each keeps the indexes whole. */

export const stampOf = (now: number, by: string): Stamp => ({ created: now, createdBy: by, updated: now, updatedBy: by });

const seq = (store: Store): number => store.counter.next++;

export const putUser = (store: Store, user: User, stamp: Stamp): UserRow => {
  const row = { seq: store.users.get(user.UserId)?.seq ?? seq(store), data: user, stamp };
  store.users.set(user.UserId, row);
  return row;
};

export const putGroup = (store: Store, group: GroupRow['data'], stamp: Stamp): GroupRow => {
  const row = { seq: store.groups.get(group.GroupId)?.seq ?? seq(store), data: group, stamp };
  store.groups.set(group.GroupId, row);
  return row;
};

export const putMembership = (store: Store, membership: MembershipRow['data'], stamp: Stamp): MembershipRow => {
  const { MembershipId, GroupId, MemberId } = membership;
  const former = store.byGroup.get(GroupId)?.get(MemberId.UserId);
  if (former !== undefined) dropMembership(store, former);
  const row = { seq: seq(store), data: membership, stamp };
  store.memberships.set(MembershipId, row);
  inner(store.byGroup, GroupId).set(MemberId.UserId, row);
  inner(store.byUser, MemberId.UserId).set(GroupId, row);
  return row;
};

const inner = <T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> => {
  const found = map.get(key) ?? new Map<string, T>();
  map.set(key, found);
  return found;
};

export const addMembership = (store: Store, groupId: string, userId: string, stamp: Stamp): MembershipRow =>
  putMembership(store, { MembershipId: newId(), GroupId: groupId, MemberId: { UserId: userId } }, stamp);

export const dropMembership = (store: Store, row: MembershipRow): void => {
  const { MembershipId, GroupId, MemberId } = row.data;
  store.memberships.delete(MembershipId);
  store.byGroup.get(GroupId)?.delete(MemberId.UserId);
  store.byUser.get(MemberId.UserId)?.delete(GroupId);
};

/** Memberships and assignments go with their group or user. AWS documents it for assignments; for memberships it is assumed. */
const dropPrincipal = (store: Store, id: string): void => {
  for (const [key, row] of store.assignments) if (row.data.PrincipalId === id) store.assignments.delete(key);
  for (const [key, row] of store.accountAssignments) if (row.data.PrincipalId === id) store.accountAssignments.delete(key);
  for (const [key, row] of store.subscriptions) if (row.data.PrincipalId === id) store.subscriptions.delete(key);
};

export const dropGroup = (store: Store, groupId: string): void => {
  for (const row of [...members(store, groupId)]) dropMembership(store, row);
  store.byGroup.delete(groupId);
  store.groups.delete(groupId);
  dropPrincipal(store, groupId);
};

export const dropUser = (store: Store, userId: string): void => {
  for (const row of [...membershipsOf(store, userId)]) dropMembership(store, row);
  store.byUser.delete(userId);
  store.users.delete(userId);
  dropPrincipal(store, userId);
};

export const putApplication = (store: Store, application: Omit<Application, 'Tags' | 'CreatedDate'>, stamp: Stamp): void => {
  const arn = application.ApplicationArn;
  store.applications.set(arn, { seq: store.applications.get(arn)?.seq ?? seq(store), data: application, stamp });
};

export const putAssignment = (store: Store, assignment: Assignment, stamp: Stamp): void => {
  const key = assignmentKey(assignment);
  store.assignments.set(key, { seq: store.assignments.get(key)?.seq ?? seq(store), data: assignment, stamp });
};

export const putAccountAssignment = (store: Store, assignment: AccountAssignment, stamp: Stamp): void => {
  const key = accountAssignmentKey(assignment);
  store.accountAssignments.set(key, { seq: store.accountAssignments.get(key)?.seq ?? seq(store), data: assignment, stamp });
};

export const putSubscription = (store: Store, subscription: Omit<Subscription, 'CreatedAt'>, stamp: Stamp): void => {
  const key = assignmentKey(subscription);
  store.subscriptions.set(key, { seq: store.subscriptions.get(key)?.seq ?? seq(store), data: subscription, stamp });
};

/** The same group under a new id, empty: what a provisioning client does to rename one. */
export const recreateGroup = (store: Store, row: GroupRow, name: string, stamp: Stamp): Group => {
  dropGroup(store, row.data.GroupId);
  return putGroup(store, { ...row.data, GroupId: newId(), DisplayName: name }, stamp).data;
};
