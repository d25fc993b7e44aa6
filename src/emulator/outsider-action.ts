import type { Action } from './action.ts';
import { milliseconds } from './duration.ts';
import { newId } from './id.ts';
import {
  ControlError,
  findApplication,
  findGroup,
  findPrincipal,
  findUser,
  refuseOneTooMany,
  refuseTakenName,
  refuseTakenUserName,
} from './named.ts';
import { OUTSIDER } from './outsider.ts';
import type { Input } from './shape.ts';
import { accountAssignmentKey, assignmentKey, type GroupRow, type UserRow } from './store.ts';
import {
  addMembership,
  dropGroup,
  dropMembership,
  dropUser,
  putAccountAssignment,
  putAssignment,
  putGroup,
  putUser,
  recreateGroup,
  stampOf,
} from './store-edit.ts';
import { beforeWrite, clockOf, type World } from './world.ts';

type Edit = (world: World, body: Input, now: number) => unknown;

const word = (body: Input, name: string): string => String(body[name]);
const theGroup = (world: World, body: Input): GroupRow => findGroup(world.store, word(body, 'group'));
const theUser = (world: World, body: Input): UserRow => findUser(world.store, word(body, 'user'));
const note = (world: World, operation: string, now: number, detail: Input): void => beforeWrite(world, 'outsider', operation, now, detail);

const member = (world: World, body: Input) => {
  const group = theGroup(world, body).data;
  const user = theUser(world, body).data;
  const detail = { GroupId: group.GroupId, UserId: user.UserId, group: group.DisplayName, user: user.UserName };
  return { detail, row: world.store.byGroup.get(group.GroupId)?.get(user.UserId) };
};

const addMember: Edit = (world, body, now) => {
  const { detail, row } = member(world, body);
  if (row !== undefined) throw new ControlError(`${detail.user} is already a member of ${detail.group}.`);
  note(world, 'CreateGroupMembership', now, detail);
  return { MembershipId: addMembership(world.store, detail.GroupId, detail.UserId, stampOf(now, OUTSIDER)).data.MembershipId };
};

const removeMember: Edit = (world, body, now) => {
  const { detail, row } = member(world, body);
  if (row === undefined) throw new ControlError(`${detail.user} is no member of ${detail.group}.`);
  note(world, 'DeleteGroupMembership', now, detail);
  dropMembership(world.store, row);
  return detail;
};

const createGroup: Edit = (world, body, now) => {
  const name = word(body, 'group');
  refuseTakenName(world.store, name);
  const group = { GroupId: newId(), DisplayName: name };
  note(world, 'CreateGroup', now, { GroupId: group.GroupId, group: name });
  putGroup(world.store, group, stampOf(now, OUTSIDER));
  return group;
};

const deleteGroup: Edit = (world, body, now) => {
  const { GroupId, DisplayName } = theGroup(world, body).data;
  note(world, 'DeleteGroup', now, { GroupId, group: DisplayName });
  dropGroup(world.store, GroupId);
  return { GroupId };
};

const recreate: Edit = (world, body, now) => {
  const row = theGroup(world, body);
  note(world, 'DeleteGroup', now, { GroupId: row.data.GroupId, group: row.data.DisplayName });
  const next = recreateGroup(world.store, row, row.data.DisplayName ?? '', stampOf(now, OUTSIDER));
  note(world, 'CreateGroup', now, { GroupId: next.GroupId, group: next.DisplayName });
  return { GroupId: next.GroupId };
};

const renameGroup: Edit = (world, body, now) => {
  const row = theGroup(world, body);
  refuseTakenName(world.store, word(body, 'to'), row.data.GroupId);
  note(world, 'UpdateGroup', now, { GroupId: row.data.GroupId, group: row.data.DisplayName, to: body['to'] });
  putGroup(world.store, { ...row.data, DisplayName: word(body, 'to') }, { ...row.stamp, updated: now, updatedBy: OUTSIDER });
  return { GroupId: row.data.GroupId };
};

const setUser: Edit = (world, body, now) => {
  const row = theUser(world, body);
  const status =
    body['status'] === 'DISABLED'
      ? { UserStatus: 'DISABLED' as const }
      : body['status'] === 'ENABLED'
        ? { UserStatus: 'ENABLED' as const }
        : {};
  const name: { readonly UserName?: string } = typeof body['userName'] === 'string' ? { UserName: body['userName'] } : {};
  if (name.UserName !== undefined) refuseTakenUserName(world.store, name.UserName, row.data.UserId);
  note(world, 'UpdateUser', now, { UserId: row.data.UserId, user: row.data.UserName, ...status, ...name });
  putUser(world.store, { ...row.data, ...status, ...name }, { ...row.stamp, updated: now, updatedBy: OUTSIDER });
  return { UserId: row.data.UserId };
};

const deleteUser: Edit = (world, body, now) => {
  const { UserId, UserName } = theUser(world, body).data;
  note(world, 'DeleteUser', now, { UserId, user: UserName });
  dropUser(world.store, UserId);
  return { UserId };
};

const assign: Edit = (world, body, now) => {
  const application = findApplication(world.store, word(body, 'application')).data.ApplicationArn;
  const assignment = { ApplicationArn: application, ...findPrincipal(world.store, body) };
  refuseOneTooMany(world.store, assignment);
  note(world, 'CreateApplicationAssignment', now, assignment);
  putAssignment(world.store, assignment, stampOf(now, OUTSIDER));
  return assignment;
};

const unassign: Edit = (world, body, now) => {
  const application = findApplication(world.store, word(body, 'application')).data.ApplicationArn;
  const assignment = { ApplicationArn: application, ...findPrincipal(world.store, body) };
  note(world, 'DeleteApplicationAssignment', now, assignment);
  world.store.assignments.delete(assignmentKey(assignment));
  return assignment;
};

const accountAssignment = (world: World, body: Input) => {
  const instance = world.store.instance.InstanceArn.split('/')[1] ?? '';
  const set =
    typeof body['permissionSet'] === 'string' ? body['permissionSet'] : `arn:aws:sso:::permissionSet/${instance}/ps-0123456789eeeeee`;
  return { AccountId: word(body, 'account'), PermissionSetArn: set, ...findPrincipal(world.store, body) };
};

const openAccount: Edit = (world, body, now) => {
  const assignment = accountAssignment(world, body);
  note(world, 'CreateAccountAssignment', now, assignment);
  putAccountAssignment(world.store, assignment, stampOf(now, OUTSIDER));
  return assignment;
};

const closeAccount: Edit = (world, body, now) => {
  const assignment = accountAssignment(world, body);
  note(world, 'DeleteAccountAssignment', now, assignment);
  world.store.accountAssignments.delete(accountAssignmentKey(assignment));
  return assignment;
};

/** From now on a client's effective writes are undone. `times` 0 ends it. */
const undo: Edit = (world, body) => {
  const operation = typeof body['operation'] === 'string' ? body['operation'] : null;
  const times = typeof body['times'] === 'number' ? body['times'] : null;
  const after = typeof body['after'] === 'string' ? milliseconds(body['after']) : 0;
  world.undo = times === 0 ? [] : [...world.undo, { operation, left: times, after }];
  return { undo: world.undo };
};

const EDITS: Readonly<Record<string, Edit>> = {
  'add-member': addMember,
  'remove-member': removeMember,
  'create-group': createGroup,
  'delete-group': deleteGroup,
  'recreate-group': recreate,
  'rename-group': renameGroup,
  'set-user': setUser,
  'delete-user': deleteUser,
  'assign-application': assign,
  'unassign-application': unassign,
  'assign-account': openAccount,
  'unassign-account': closeAccount,
  undo,
};

export const outsider: Action = (world, body) => {
  const edit = EDITS[word(body, 'action')];
  if (edit === undefined) throw new ControlError(`Unknown action '${word(body, 'action')}'.`);
  return { result: edit(world, body, clockOf(world)) };
};
