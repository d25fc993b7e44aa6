import { uuidOf } from './id.ts';
import { type GroupRow, members } from './store.ts';
import { addMembership, dropMembership, putGroup, recreateGroup, stampOf } from './store-edit.ts';
import { beforeWrite, type World } from './world.ts';

/** The provisioning client of the identity provider. */
export const PROVIDER = 'arn:aws:sts::111122223333:assumed-role/scim/provider';

/** From now on the identity provider owns this group and thinks that it contains `userIds`. */
export const provision = (world: World, group: GroupRow, userIds: ReadonlySet<string>, at: number): void => {
  const { GroupId, DisplayName } = group.data;
  beforeWrite(world, 'scim', 'UpdateGroup', at, { GroupId, group: DisplayName });
  const external = group.data.ExternalIds ?? [{ Issuer: 'https://idp.example.com/scim', Id: uuidOf(`external:${GroupId}`) }];
  putGroup(world.store, { ...group.data, ExternalIds: external }, { ...group.stamp, updated: at, updatedBy: PROVIDER });
  world.provider.set(GroupId, userIds);
};

/** Makes the membership of a provisioned group, or of each, what the identity provider thinks. @returns how many changed. */
export const pushMembers = (world: World, at: number, only: string | null = null): number => {
  let changed = 0;
  for (const [groupId, wanted] of world.provider) {
    if ((only !== null && only !== groupId) || !world.store.groups.has(groupId)) continue;
    for (const row of [...members(world.store, groupId)]) {
      if (wanted.has(row.data.MemberId.UserId)) continue;
      beforeWrite(world, 'scim', 'DeleteGroupMembership', at, { GroupId: groupId, UserId: row.data.MemberId.UserId });
      dropMembership(world.store, row);
      changed += 1;
    }
    for (const userId of wanted) {
      if (!world.store.users.has(userId) || world.store.byGroup.get(groupId)?.has(userId)) continue;
      beforeWrite(world, 'scim', 'CreateGroupMembership', at, { GroupId: groupId, UserId: userId });
      addMembership(world.store, groupId, userId, stampOf(at, PROVIDER));
      changed += 1;
    }
  }
  return changed;
};

/** Deletes the group and makes it again under a new id, as provisioning clients do; assignments are lost. @returns the new id. */
export const renameProvisioned = (world: World, group: GroupRow, name: string, at: number): string => {
  const former = group.data.GroupId;
  const wanted = world.provider.get(former) ?? new Set(Array.from(members(world.store, former), (m) => m.data.MemberId.UserId));
  beforeWrite(world, 'scim', 'DeleteGroup', at, { GroupId: former, group: group.data.DisplayName });
  const next = recreateGroup(world.store, group, name, stampOf(at, PROVIDER));
  beforeWrite(world, 'scim', 'CreateGroup', at, { GroupId: next.GroupId, group: name });
  world.provider.delete(former);
  world.provider.set(next.GroupId, wanted);
  pushMembers(world, at, next.GroupId);
  return next.GroupId;
};
