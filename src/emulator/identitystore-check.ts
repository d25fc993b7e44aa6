import { type Call, part, text } from './call.ts';
import { invalid, missing } from './service-error.ts';
import { type GroupRow, groupNamed, type MembershipRow, type UserRow } from './store.ts';

/** Look-ups that answer as the service does when there is nothing to find. */

export const theGroup = (call: Call, id = text(call.input, 'GroupId')): GroupRow => {
  const row = call.store.groups.get(id);
  if (row === undefined) throw missing('GROUP', id);
  return row;
};

export const theUser = (call: Call, id = text(call.input, 'UserId')): UserRow => {
  const row = call.store.users.get(id);
  if (row === undefined) throw missing('USER', id);
  return row;
};

/** The user that the `MemberId` union of the request names. */
export const theMember = (call: Call): UserRow => theUser(call, text(part(call.input, 'MemberId'), 'UserId'));

export const theMembership = (call: Call): MembershipRow => {
  const id = text(call.input, 'MembershipId');
  const row = call.store.memberships.get(id);
  if (row === undefined) throw missing('GROUP_MEMBERSHIP', id);
  return row;
};

type Alternate = { readonly path: string; readonly value: string } | { readonly issuer: string; readonly id: string };

/** What an AlternateIdentifier asks for. Only the service's unique attributes can be looked up. */
export const alternate = (call: Call, paths: readonly string[]): Alternate => {
  const identifier = part(call.input, 'AlternateIdentifier');
  const external = part(identifier, 'ExternalId');
  if (typeof external['Id'] === 'string') return { issuer: text(external, 'Issuer'), id: external['Id'] };
  const unique = part(identifier, 'UniqueAttribute');
  const path = text(unique, 'AttributePath');
  if (!paths.some((known) => known.toLowerCase() === path.toLowerCase())) {
    throw invalid(`The attribute path '${path}' is not supported; supported: ${paths.join(', ')}.`);
  }
  const value = unique['AttributeValue'];
  if (typeof value !== 'string' || value === '') throw invalid('The AttributeValue of a UniqueAttribute must be a non-empty string.');
  return { path: path.toLowerCase(), value };
};

/** The one deprecated filter that a list still takes; null without one. */
export const filterValue = (call: Call, path: string): string | null => {
  const filters = call.input['Filters'];
  if (!Array.isArray(filters) || filters.length === 0) return null;
  const filter: unknown = filters[0];
  if (typeof filter !== 'object' || filter === null || !('AttributePath' in filter) || !('AttributeValue' in filter)) return null;
  if (filter.AttributePath !== path)
    throw invalid(`The filter attribute path '${String(filter.AttributePath)}' is not supported; supported: ${path}.`);
  return String(filter.AttributeValue);
};

export const isGroupNameTaken = (call: Call, name: string, but?: string): boolean => {
  const found = groupNamed(call.store, name);
  return found !== undefined && found.data.GroupId !== but;
};

/** Names that the service keeps for itself. */
export const refuseReserved = (name: string | undefined): void => {
  if (name === 'Administrator' || name === 'AWSAdministrators') throw invalid(`The name '${name}' is reserved.`);
};
