import { applyOperations } from './attribute-update.ts';
import { type Call, type Operation, page } from './call.ts';
import { newId } from './id.ts';
import { alternate, filterValue, refuseReserved, theUser } from './identitystore-check.ts';
import { IDENTITYSTORE_INPUT as INPUT, USER_ATTRIBUTES } from './identitystore-shape.ts';
import { duplicate, missing } from './service-error.ts';
import { isRecord, keepKnown } from './shape.ts';
import type { User } from './state.ts';
import { dropUser, putUser, stampOf } from './store-edit.ts';
import { wireUser } from './wire.ts';

const refuseDuplicate = (call: Call, user: User): void => {
  refuseReserved(user.UserName);
  const email = user.Emails?.[0]?.Value;
  for (const { data } of call.store.users.values()) {
    if (data.UserId === user.UserId) continue;
    if (user.UserName !== undefined && data.UserName === user.UserName) throw duplicate('Duplicate UserName');
    if (email !== undefined && data.Emails?.some((e) => e.Value === email)) throw duplicate('Duplicate Email');
  }
};

const createUser = (call: Call) => {
  const attributes = keepKnown({ kind: 'structure', members: USER_ATTRIBUTES }, call.input);
  const user: User = { ...(isRecord(attributes) ? attributes : {}), UserId: newId(), UserStatus: 'ENABLED' };
  refuseDuplicate(call, user);
  call.effect({ UserId: user.UserId, user: user.UserName });
  putUser(call.store, user, stampOf(call.now, call.caller));
  return { UserId: user.UserId, IdentityStoreId: call.store.instance.IdentityStoreId };
};

const updateUser = (call: Call) => {
  const row = theUser(call);
  const next = applyOperations(call, row.data, USER_ATTRIBUTES, 'UserName');
  refuseDuplicate(call, next);
  call.effect({ UserId: next.UserId, user: row.data.UserName });
  putUser(call.store, next, { ...row.stamp, updated: call.now, updatedBy: call.caller });
  return {};
};

const deleteUser = (call: Call) => {
  const row = theUser(call);
  call.effect({ UserId: row.data.UserId, user: row.data.UserName });
  dropUser(call.store, row.data.UserId);
  return {};
};

const getUserId = (call: Call) => {
  const wanted = alternate(call, ['userName', 'emails.value']);
  for (const { data } of call.store.users.values()) {
    const hit =
      'id' in wanted
        ? data.ExternalIds?.some((e) => e.Issuer === wanted.issuer && e.Id === wanted.id)
        : wanted.path === 'username'
          ? data.UserName === wanted.value
          : data.Emails?.some((e) => e.Value === wanted.value);
    if (hit) return { UserId: data.UserId, IdentityStoreId: call.store.instance.IdentityStoreId };
  }
  throw missing('USER', null);
};

const listUsers = (call: Call) => {
  const name = filterValue(call, 'UserName');
  const rows = name === null ? call.store.users.values() : [...call.store.users.values()].filter((u) => u.data.UserName === name);
  const { items, ...token } = page(call, rows, (row) => wireUser(row, call));
  return { Users: items, ...token };
};

export const USER_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateUser: { shape: INPUT.CreateUser, run: createUser },
  UpdateUser: { shape: INPUT.UpdateUser, run: updateUser },
  DeleteUser: { shape: INPUT.DeleteUser, run: deleteUser },
  DescribeUser: { shape: INPUT.DescribeUser, run: (call) => wireUser(theUser(call), call) },
  GetUserId: { shape: INPUT.GetUserId, run: getUserId },
  ListUsers: { shape: INPUT.ListUsers, run: listUsers },
};
