import type { Action } from './action.ts';
import { milliseconds } from './duration.ts';
import { ControlError, findGroup, findUser, refuseTakenName } from './named.ts';
import { provision, pushMembers, renameProvisioned } from './scim.ts';
import type { Input } from './shape.ts';
import { members } from './store.ts';
import { clockOf, type World } from './world.ts';

type Edit = (world: World, body: Input, now: number) => unknown;

const theGroup = (world: World, body: Input) => findGroup(world.store, String(body['group']));

const own: Edit = (world, body, now) => {
  const row = theGroup(world, body);
  const names = body['members'];
  const userIds = Array.isArray(names)
    ? names.map((name) => findUser(world.store, String(name)).data.UserId)
    : Array.from(members(world.store, row.data.GroupId), (m) => m.data.MemberId.UserId);
  provision(world, row, new Set(userIds), now);
  return { changed: pushMembers(world, now, row.data.GroupId) };
};

/** A member joins or leaves at the identity provider, and the change is pushed. */
const change =
  (joins: boolean): Edit =>
  (world, body, now) => {
    const id = theGroup(world, body).data.GroupId;
    const wanted = world.provider.get(id);
    if (wanted === undefined)
      throw new ControlError(`The group '${String(body['group'])}' is not owned by the identity provider; provision it first.`);
    const user = findUser(world.store, String(body['user'])).data.UserId;
    world.provider.set(id, new Set(joins ? [...wanted, user] : [...wanted].filter((u) => u !== user)));
    return { changed: pushMembers(world, now, id) };
  };

const push: Edit = (world, body, now) => ({
  changed: pushMembers(world, now, typeof body['group'] === 'string' ? theGroup(world, body).data.GroupId : null),
});

const rename: Edit = (world, body, now) => {
  const row = theGroup(world, body);
  refuseTakenName(world.store, String(body['to']), row.data.GroupId);
  return { GroupId: renameProvisioned(world, row, String(body['to']), now) };
};

/** Pushes at regular times on the emulator's clock; "0s" ends them. */
const schedule: Edit = (world, body, now) => {
  const every = milliseconds(String(body['every']));
  world.push = every === 0 ? null : { every, next: now + every };
  return { everyMs: every };
};

const EDITS: Readonly<Record<string, Edit>> = {
  provision: own,
  'add-member': change(true),
  'remove-member': change(false),
  push,
  rename,
  schedule,
};

export const scim: Action = (world, body) => {
  const edit = EDITS[String(body['action'])];
  if (edit === undefined) throw new ControlError(`Unknown action '${String(body['action'])}'.`);
  return { result: edit(world, body, clockOf(world)) };
};
