import type { Input } from './shape.ts';
import { type ApplicationRow, type GroupRow, groupNamed, type Store, type UserRow, userNamed } from './store.ts';

/** A control body that names something which is not there. Answered with 400. */
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

/** `group` or `user` of a body, as an assignment names it. */
export const findPrincipal = (store: Store, body: Input): { readonly PrincipalId: string; readonly PrincipalType: 'USER' | 'GROUP' } =>
  typeof body['group'] === 'string'
    ? { PrincipalId: findGroup(store, body['group']).data.GroupId, PrincipalType: 'GROUP' }
    : { PrincipalId: findUser(store, String(body['user'])).data.UserId, PrincipalType: 'USER' };
