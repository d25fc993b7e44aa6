import type { Call } from './call.ts';
import type { ApplicationRow, GroupRow, MembershipRow, Stamp, UserRow } from './store.ts';

/** Rows as the services answer them. Instants are epoch seconds on the machine's clock. */

const seconds = (at: number, call: Call): number => (at - call.offset) / 1000;

const stamps = (stamp: Stamp, call: Call): Readonly<Record<string, unknown>> => ({
  ...(stamp.created === null ? {} : { CreatedAt: seconds(stamp.created, call) }),
  ...(stamp.createdBy === null ? {} : { CreatedBy: stamp.createdBy }),
  ...(stamp.updated === null ? {} : { UpdatedAt: seconds(stamp.updated, call) }),
  ...(stamp.updatedBy === null ? {} : { UpdatedBy: stamp.updatedBy }),
});

type Wire = Readonly<Record<string, unknown>>;

/** Extensions are answered only for the names that were asked for. */
export const wireUser = (row: UserRow, call: Call): Wire => {
  const { Extensions, ...user } = row.data;
  const wanted = call.input['Extensions'];
  const extensions = Array.isArray(wanted) ? Object.entries(Extensions ?? {}).filter(([name]) => wanted.includes(name)) : [];
  return {
    ...user,
    ...stamps(row.stamp, call),
    ...(extensions.length === 0 ? {} : { Extensions: Object.fromEntries(extensions) }),
    IdentityStoreId: call.store.instance.IdentityStoreId,
  };
};

export const wireGroup = (row: GroupRow, call: Call): Wire => ({
  ...row.data,
  ...stamps(row.stamp, call),
  IdentityStoreId: call.store.instance.IdentityStoreId,
});

export const wireMembership = (row: MembershipRow, call: Call): Wire => ({
  ...row.data,
  ...stamps(row.stamp, call),
  IdentityStoreId: call.store.instance.IdentityStoreId,
});

export const identityStoreArn = (call: Call): string =>
  `arn:aws:identitystore::${call.store.instance.OwnerAccountId}:identitystore/${call.store.instance.IdentityStoreId}`;

export const wireApplication = (row: ApplicationRow, call: Call): Wire => {
  const { AssignmentRequired: _configuration, ...application } = row.data;
  return {
    Status: 'ENABLED',
    ...application,
    ...(row.stamp.created === null ? {} : { CreatedDate: seconds(row.stamp.created, call) }),
    InstanceArn: call.store.instance.InstanceArn,
    IdentityStoreArn: identityStoreArn(call),
  };
};

export const wireInstance = (call: Call): Wire => {
  const { Regions: _regions, CreatedDate, ...instance } = call.store.instance;
  return { Status: 'ACTIVE', ...instance, ...(CreatedDate === undefined ? {} : { CreatedDate: Date.parse(CreatedDate) / 1000 }) };
};
