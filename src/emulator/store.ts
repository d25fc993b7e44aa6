import type { AccountAssignment, Application, Assignment, Group, Instance, Membership, Subscription, Tag, User } from './state.ts';

/** When and by whom; milliseconds on the emulator's clock, null where the directory does not say. */
export type Stamp = {
  readonly created: number | null;
  readonly createdBy: string | null;
  readonly updated: number | null;
  readonly updatedBy: string | null;
};

/** `seq` orders lists and paging tokens; it grows and is never used twice. Rows are replaced, never changed. */
export type Row<T> = { readonly seq: number; readonly data: T; readonly stamp: Stamp };

type Bare<T> = Omit<T, 'CreatedAt' | 'CreatedBy' | 'UpdatedAt' | 'UpdatedBy'>;
export type UserRow = Row<User>;
export type GroupRow = Row<Bare<Group>>;
export type MembershipRow = Row<Bare<Membership> & { readonly MembershipId: string }>;
export type ApplicationRow = Row<Omit<Application, 'Tags' | 'CreatedDate'>>;
export type AssignmentRow = Row<Assignment>;
export type SubscriptionRow = Row<Omit<Subscription, 'CreatedAt'>>;

/** The live directory. Only `store-edit.ts` and `seed.ts` change it. */
export type Store = {
  readonly instance: Omit<Instance, 'Tags'>;
  readonly users: Map<string, UserRow>;
  readonly groups: Map<string, GroupRow>;
  readonly memberships: Map<string, MembershipRow>;
  /** GroupId → UserId → membership. */
  readonly byGroup: Map<string, Map<string, MembershipRow>>;
  /** UserId → GroupId → membership. */
  readonly byUser: Map<string, Map<string, MembershipRow>>;
  readonly applications: Map<string, ApplicationRow>;
  readonly assignments: Map<string, AssignmentRow>;
  readonly accountAssignments: Map<string, Row<AccountAssignment>>;
  readonly subscriptions: Map<string, SubscriptionRow>;
  /** ResourceArn → tags. */
  readonly tags: Map<string, readonly Tag[]>;
  readonly counter: { next: number };
};

const twoLevels = <T>(map: Map<string, Map<string, T>>): Map<string, Map<string, T>> =>
  new Map([...map].map(([key, inner]) => [key, new Map(inner)]));

/** A copy that later writes do not reach; rows are shared because they never change. */
export const snapshot = (store: Store): Store => ({
  instance: store.instance,
  users: new Map(store.users),
  groups: new Map(store.groups),
  memberships: new Map(store.memberships),
  byGroup: twoLevels(store.byGroup),
  byUser: twoLevels(store.byUser),
  applications: new Map(store.applications),
  assignments: new Map(store.assignments),
  accountAssignments: new Map(store.accountAssignments),
  subscriptions: new Map(store.subscriptions),
  tags: new Map(store.tags),
  counter: { ...store.counter },
});

export const assignmentKey = (a: Assignment): string => `${a.ApplicationArn} ${a.PrincipalType} ${a.PrincipalId}`;
export const accountAssignmentKey = (a: AccountAssignment): string =>
  `${a.AccountId} ${a.PermissionSetArn} ${a.PrincipalType} ${a.PrincipalId}`;

/** Groups assignable to one application; not raisable (IAM Identity Center User Guide, quotas, 2026). */
export const GROUPS_PER_APPLICATION = 100;

/** False when the assignment would be one group too many for its application. */
export const hasRoomFor = (store: Store, assignment: Assignment): boolean => {
  if (assignment.PrincipalType === 'USER' || store.assignments.has(assignmentKey(assignment))) return true;
  const others = [...store.assignments.values()].filter(
    ({ data }) => data.ApplicationArn === assignment.ApplicationArn && data.PrincipalType === 'GROUP',
  );
  return others.length < GROUPS_PER_APPLICATION;
};

export const members = (store: Store, groupId: string): Iterable<MembershipRow> => store.byGroup.get(groupId)?.values() ?? [];
export const membershipsOf = (store: Store, userId: string): Iterable<MembershipRow> => store.byUser.get(userId)?.values() ?? [];

/** Every id that this directory holds: such an id is valid whatever its form. */
export const holds = (store: Store, id: string): boolean =>
  store.users.has(id) ||
  store.groups.has(id) ||
  store.memberships.has(id) ||
  store.applications.has(id) ||
  id === store.instance.InstanceArn ||
  id === store.instance.IdentityStoreId;

export const groupNamed = (store: Store, name: string): GroupRow | undefined =>
  [...store.groups.values()].find((g) => g.data.DisplayName === name);

/** By userName, else by e-mail, as the service's look-ups compare them: exactly. */
export const userNamed = (store: Store, name: string): UserRow | undefined => {
  const users = [...store.users.values()];
  return users.find((u) => u.data.UserName === name) ?? users.find((u) => u.data.Emails?.some((e) => e.Value === name));
};
