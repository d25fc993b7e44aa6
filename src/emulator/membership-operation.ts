import { type Call, type Operation, page } from './call.ts';
import { theGroup, theMember, theMembership } from './identitystore-check.ts';
import { IDENTITYSTORE_INPUT as INPUT } from './identitystore-shape.ts';
import { duplicate, missing } from './service-error.ts';
import { type MembershipRow, members, membershipsOf } from './store.ts';
import { addMembership, dropMembership, stampOf } from './store-edit.ts';
import { wireMembership } from './wire.ts';

/** Names beside ids, so that the list of writes reads as a story. */
const told = (call: Call, groupId: string, userId: string): Readonly<Record<string, unknown>> => ({
  GroupId: groupId,
  UserId: userId,
  group: call.store.groups.get(groupId)?.data.DisplayName,
  user: call.store.users.get(userId)?.data.UserName,
});

const createMembership = (call: Call) => {
  const group = theGroup(call).data.GroupId;
  const user = theMember(call).data.UserId;
  if (call.store.byGroup.get(group)?.has(user)) throw duplicate('Member and Group relationship already exists');
  call.effect(told(call, group, user));
  const row = addMembership(call.store, group, user, stampOf(call.now, call.caller));
  return { MembershipId: row.data.MembershipId, IdentityStoreId: call.store.instance.IdentityStoreId };
};

const deleteMembership = (call: Call) => {
  const row = theMembership(call);
  call.effect({ ...told(call, row.data.GroupId, row.data.MemberId.UserId), MembershipId: row.data.MembershipId });
  dropMembership(call.store, row);
  return {};
};

const getMembershipId = (call: Call) => {
  const group = theGroup(call).data.GroupId;
  const user = theMember(call).data.UserId;
  const row = call.store.byGroup.get(group)?.get(user);
  if (row === undefined) throw missing('GROUP_MEMBERSHIP', null);
  return { MembershipId: row.data.MembershipId, IdentityStoreId: call.store.instance.IdentityStoreId };
};

const isMemberInGroups = (call: Call) => {
  const user = theMember(call).data.UserId;
  const asked = call.input['GroupIds'];
  const ids = Array.isArray(asked) ? asked.map(String) : [];
  return {
    Results: ids.map((id) => {
      const group = theGroup(call, id).data.GroupId;
      return { GroupId: group, MemberId: { UserId: user }, MembershipExists: call.store.byGroup.get(group)?.has(user) ?? false };
    }),
  };
};

const list = (call: Call, rows: Iterable<MembershipRow>) => {
  const { items, ...token } = page(call, rows, (row) => wireMembership(row, call));
  return { GroupMemberships: items, ...token };
};

export const MEMBERSHIP_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateGroupMembership: { shape: INPUT.CreateGroupMembership, run: createMembership },
  DeleteGroupMembership: { shape: INPUT.DeleteGroupMembership, run: deleteMembership },
  DescribeGroupMembership: { shape: INPUT.DescribeGroupMembership, run: (call) => wireMembership(theMembership(call), call) },
  GetGroupMembershipId: { shape: INPUT.GetGroupMembershipId, run: getMembershipId },
  IsMemberInGroups: { shape: INPUT.IsMemberInGroups, run: isMemberInGroups },
  ListGroupMemberships: {
    shape: INPUT.ListGroupMemberships,
    run: (call) => list(call, members(call.store, theGroup(call).data.GroupId)),
  },
  ListGroupMembershipsForMember: {
    shape: INPUT.ListGroupMembershipsForMember,
    run: (call) => list(call, membershipsOf(call.store, theMember(call).data.UserId)),
  },
};
