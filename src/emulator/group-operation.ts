import { applyOperations } from './attribute-update.ts';
import { type Call, type Operation, optionalText, page } from './call.ts';
import { newId } from './id.ts';
import { alternate, filterValue, isGroupNameTaken, refuseReserved, theGroup } from './identitystore-check.ts';
import { GROUP_ATTRIBUTES, IDENTITYSTORE_INPUT as INPUT } from './identitystore-shape.ts';
import { duplicate, missing } from './service-error.ts';
import { dropGroup, putGroup, stampOf } from './store-edit.ts';
import { wireGroup } from './wire.ts';

const createGroup = (call: Call) => {
  const name = optionalText(call.input, 'DisplayName');
  const description = optionalText(call.input, 'Description');
  refuseReserved(name);
  if (name !== undefined && isGroupNameTaken(call, name)) throw duplicate('Duplicate GroupDisplayName');
  const group = {
    GroupId: newId(),
    ...(name === undefined ? {} : { DisplayName: name }),
    ...(description === undefined ? {} : { Description: description }),
  };
  call.effect({ GroupId: group.GroupId, group: name });
  putGroup(call.store, group, stampOf(call.now, call.caller));
  return { GroupId: group.GroupId, IdentityStoreId: call.store.instance.IdentityStoreId };
};

const updateGroup = (call: Call) => {
  const row = theGroup(call);
  const next = applyOperations(call, row.data, GROUP_ATTRIBUTES, 'DisplayName');
  refuseReserved(next.DisplayName);
  if (next.DisplayName !== undefined && isGroupNameTaken(call, next.DisplayName, next.GroupId))
    throw duplicate('Duplicate GroupDisplayName');
  call.effect({ GroupId: next.GroupId, group: row.data.DisplayName, to: next.DisplayName });
  putGroup(call.store, next, { ...row.stamp, updated: call.now, updatedBy: call.caller });
  return {};
};

const deleteGroup = (call: Call) => {
  const row = theGroup(call);
  call.effect({ GroupId: row.data.GroupId, group: row.data.DisplayName });
  dropGroup(call.store, row.data.GroupId);
  return {};
};

const getGroupId = (call: Call) => {
  const wanted = alternate(call, ['displayName']);
  for (const { data } of call.store.groups.values()) {
    const hit =
      'path' in wanted
        ? data.DisplayName === wanted.value
        : data.ExternalIds?.some((e) => e.Issuer === wanted.issuer && e.Id === wanted.id);
    if (hit) return { GroupId: data.GroupId, IdentityStoreId: call.store.instance.IdentityStoreId };
  }
  throw missing('GROUP', null);
};

const listGroups = (call: Call) => {
  const name = filterValue(call, 'DisplayName');
  const rows = [...call.store.groups.values()].filter((g) => name === null || g.data.DisplayName === name);
  const { items, ...token } = page(call, rows, (row) => wireGroup(row, call));
  return { Groups: items, ...token };
};

export const GROUP_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateGroup: { shape: INPUT.CreateGroup, run: createGroup },
  UpdateGroup: { shape: INPUT.UpdateGroup, run: updateGroup },
  DeleteGroup: { shape: INPUT.DeleteGroup, run: deleteGroup },
  DescribeGroup: { shape: INPUT.DescribeGroup, run: (call) => wireGroup(theGroup(call), call) },
  GetGroupId: { shape: INPUT.GetGroupId, run: getGroupId },
  ListGroups: { shape: INPUT.ListGroups, run: listGroups },
};
