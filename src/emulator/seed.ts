import { uuidOf } from './id.ts';
import { demoSeed, emptySeed } from './seed-demo.ts';
import type { State } from './state.ts';
import type { Row, Stamp, Store } from './store.ts';
import { putAccountAssignment, putApplication, putAssignment, putGroup, putMembership, putSubscription, putUser } from './store-edit.ts';

export type Seed = 'demo' | 'empty' | State;

export const stateOf = (seed: Seed, now: Date): State => (seed === 'demo' ? demoSeed(now) : seed === 'empty' ? emptySeed(now) : seed);

type Stamped = { readonly CreatedAt?: string; readonly CreatedBy?: string; readonly UpdatedAt?: string; readonly UpdatedBy?: string };

/** `offset` is how far the emulator's clock runs ahead of the machine's, in milliseconds; a file's times are the machine's. */
const readStamp = (item: Stamped, offset: number): Stamp => ({
  created: item.CreatedAt === undefined ? null : Date.parse(item.CreatedAt) + offset,
  createdBy: item.CreatedBy ?? null,
  updated: item.UpdatedAt === undefined ? null : Date.parse(item.UpdatedAt) + offset,
  updatedBy: item.UpdatedBy ?? null,
});

const writeStamp = (stamp: Stamp, offset: number): Stamped => ({
  ...(stamp.created === null ? {} : { CreatedAt: new Date(stamp.created - offset).toISOString() }),
  ...(stamp.createdBy === null ? {} : { CreatedBy: stamp.createdBy }),
  ...(stamp.updated === null ? {} : { UpdatedAt: new Date(stamp.updated - offset).toISOString() }),
  ...(stamp.updatedBy === null ? {} : { UpdatedBy: stamp.updatedBy }),
});

const bare = <T extends Stamped>(item: T): Omit<T, keyof Stamped> => {
  const { CreatedAt: _at, CreatedBy: _by, UpdatedAt: _updatedAt, UpdatedBy: _updatedBy, ...rest } = item;
  return rest;
};

const emptyStore = (state: State): Store => {
  const { Tags: _tags, ...instance } = state.instance;
  return {
    instance,
    users: new Map(),
    groups: new Map(),
    memberships: new Map(),
    byGroup: new Map(),
    byUser: new Map(),
    applications: new Map(),
    assignments: new Map(),
    accountAssignments: new Map(),
    subscriptions: new Map(),
    tags: new Map(),
    counter: { next: 1 },
  };
};

export const loadStore = (state: State, offset: number): Store => {
  const store = emptyStore(state);
  const none: Stamp = { created: null, createdBy: null, updated: null, updatedBy: null };
  for (const user of state.users) putUser(store, { ...bare(user), UserId: user.UserId }, readStamp(user, offset));
  for (const group of state.groups) putGroup(store, bare(group), readStamp(group, offset));
  for (const m of state.memberships) {
    const id = m.MembershipId ?? uuidOf(`membership:${m.GroupId}:${m.MemberId.UserId}`);
    putMembership(store, { ...bare(m), MembershipId: id }, readStamp(m, offset));
  }
  for (const { Tags, CreatedDate, ...application } of state.applications) {
    putApplication(store, application, readStamp(CreatedDate === undefined ? {} : { CreatedAt: CreatedDate }, offset));
    if (Tags !== undefined) store.tags.set(application.ApplicationArn, Tags);
  }
  for (const assignment of state.assignments) putAssignment(store, assignment, none);
  for (const assignment of state.accountAssignments) putAccountAssignment(store, assignment, none);
  for (const subscription of state.subscriptions) putSubscription(store, bare(subscription), readStamp(subscription, offset));
  if (state.instance.Tags !== undefined) store.tags.set(state.instance.InstanceArn, state.instance.Tags);
  return store;
};

/** The inverse of `loadStore`: what was loaded and dumped at one instant is the same state. */
export const dumpStore = (store: Store, offset: number): State => {
  const tagsOf = (arn: string) => {
    const tags = store.tags.get(arn);
    return tags === undefined || tags.length === 0 ? {} : { Tags: tags };
  };
  const stamped = <T>(rows: Iterable<Row<T>>) => Array.from(rows, (row) => ({ ...row.data, ...writeStamp(row.stamp, offset) }));
  const plain = <T>(rows: Iterable<Row<T>>): readonly T[] => Array.from(rows, (row) => row.data);
  return {
    instance: { ...store.instance, ...tagsOf(store.instance.InstanceArn) },
    users: stamped(store.users.values()),
    groups: stamped(store.groups.values()),
    memberships: stamped(store.memberships.values()),
    applications: Array.from(store.applications.values(), ({ data, stamp }) => ({
      ...data,
      ...(stamp.created === null ? {} : { CreatedDate: new Date(stamp.created - offset).toISOString() }),
      ...tagsOf(data.ApplicationArn),
    })),
    assignments: plain(store.assignments.values()),
    accountAssignments: plain(store.accountAssignments.values()),
    subscriptions: stamped(store.subscriptions.values()),
  };
};
