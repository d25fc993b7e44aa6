import type { Input } from './shape.ts';
import type { Assignment } from './state.ts';
import {
  type ApplicationRow,
  GROUPS_PER_APPLICATION,
  type GroupRow,
  groupNamed,
  hasRoomFor,
  type Store,
  type UserRow,
  userNamed,
} from './store.ts';

/** A control body that names something which is not there, or asks for what cannot be. Answered with 400. */
export class ControlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ControlError';
  }
}

export const findGroup = (store: Store, name: string): GroupRow => {
  const row = store.groups.get(name) ?? groupNamed(store, name);
  if (row === undefined) throw new ControlError(`There is no group with the id or display name '${name}'.`);
  return row;
};

export const findUser = (store: Store, name: string): UserRow => {
  const row = store.users.get(name) ?? userNamed(store, name);
  if (row === undefined) throw new ControlError(`There is no user with the id, userName or e-mail '${name}'.`);
  return row;
};

export const findApplication = (store: Store, name: string): ApplicationRow => {
  const row = store.applications.get(name) ?? [...store.applications.values()].find((a) => a.data.Name === name);
  if (row === undefined) throw new ControlError(`There is no application with the ARN or name '${name}'.`);
  return row;
};

/** @throws ControlError when another group has this name. */
export const refuseTakenName = (store: Store, name: string, but?: string): void => {
  const found = groupNamed(store, name);
  if (found !== undefined && found.data.GroupId !== but) throw new ControlError(`There is a group '${name}' already.`);
};

/** @throws ControlError when another user has this userName. */
export const refuseTakenUserName = (store: Store, name: string, but: string): void => {
  const taken = [...store.users.values()].some(({ data }) => data.UserName === name && data.UserId !== but);
  if (taken) throw new ControlError(`There is a user '${name}' already.`);
};

/** @throws ControlError for the group that is one too many, whoever assigns it. */
export const refuseOneTooMany = (store: Store, assignment: Assignment): void => {
  if (!hasRoomFor(store, assignment))
    throw new ControlError(
      `The application ${assignment.ApplicationArn} has ${GROUPS_PER_APPLICATION} groups, which is the most that AWS allows.`,
    );
};

/** `group` or `user` of a body, as an assignment names it. */
export const findPrincipal = (store: Store, body: Input): { readonly PrincipalId: string; readonly PrincipalType: 'USER' | 'GROUP' } =>
  typeof body['group'] === 'string'
    ? { PrincipalId: findGroup(store, body['group']).data.GroupId, PrincipalType: 'GROUP' }
    : { PrincipalId: findUser(store, String(body['user'])).data.UserId, PrincipalType: 'USER' };
