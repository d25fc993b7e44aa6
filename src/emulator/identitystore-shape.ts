import type { Shape, Structure } from './shape.ts';

/** Inputs of identitystore, API version 2020-06-15: patterns, lengths and required members as its service model states them (2026). */

const text = (max: number, pattern: RegExp, min = 1): Shape => ({ kind: 'string', min, max, pattern });
const list = (of: Shape, max: number, min = 1): Shape => ({ kind: 'list', of, min, max });
const structure = (members: Readonly<Record<string, Shape>>): Structure => ({ kind: 'structure', members });

const STORE: Shape = {
  kind: 'string',
  min: 1,
  max: 36,
  pattern: /^(?:d-[0-9a-f]{10}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/u,
  id: true,
};
export const ID: Shape = {
  kind: 'string',
  min: 1,
  max: 47,
  pattern: /^(?:[0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/u,
  id: true,
};
export const MAX_RESULTS: Shape = { kind: 'integer', min: 1, max: 100 };
export const GROUP_NAME = text(1024, /^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u00A0]+$/u);
export const USER_NAME = text(128, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u);
export const SENSITIVE = text(1024, /^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u00A0\u3000]+$/u);
const EXTERNAL = text(256, /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u);
const PATH = text(255, /^(?:\p{L}+:\p{L}+:\p{L}+(?:\.\p{L}+){0,3}|\p{L}+(?:\.\p{L}+){0,2})$/u);
const EXTENSION = text(50, /^aws:identitystore:[a-z]{1,20}$/u);
const TOKEN = text(65_535, /^[-a-zA-Z0-9+=/:_]*$/u);
const BOOLEAN: Shape = { kind: 'boolean' };
const DOCUMENT: Shape = { kind: 'document' };

const labelled = structure({ Value: SENSITIVE, Type: SENSITIVE, Primary: BOOLEAN });
const sensitive = (names: string): Readonly<Record<string, Shape>> => Object.fromEntries(names.split(' ').map((name) => [name, SENSITIVE]));

/** Attributes that CreateUser takes and UpdateUser changes. */
export const USER_ATTRIBUTES: Readonly<Record<string, Shape>> = {
  UserName: USER_NAME,
  Name: structure(sensitive('Formatted FamilyName GivenName MiddleName HonorificPrefix HonorificSuffix')),
  ...sensitive('DisplayName NickName ProfileUrl UserType Title PreferredLanguage Locale Timezone Website Birthdate'),
  Emails: list(labelled, 1),
  Addresses: list(structure({ ...sensitive('StreetAddress Locality Region PostalCode Country Formatted Type'), Primary: BOOLEAN }), 1),
  PhoneNumbers: list(labelled, 1),
  Photos: list(structure({ 'Value*': SENSITIVE, Type: SENSITIVE, Display: SENSITIVE, Primary: BOOLEAN }), 3),
  Roles: list(labelled, 1),
  Extensions: { kind: 'map', key: EXTENSION, of: DOCUMENT, max: 10 },
};
export const GROUP_ATTRIBUTES: Readonly<Record<string, Shape>> = { DisplayName: GROUP_NAME, Description: SENSITIVE };

const MEMBER: Shape = { kind: 'structure', union: true, members: { UserId: ID } };
const ALTERNATE: Shape = {
  kind: 'structure',
  union: true,
  members: {
    ExternalId: structure({ 'Issuer*': EXTERNAL, 'Id*': EXTERNAL }),
    UniqueAttribute: structure({ 'AttributePath*': PATH, 'AttributeValue*': DOCUMENT }),
  },
};
const PAGED = { MaxResults: MAX_RESULTS, NextToken: TOKEN };
const FILTERS = { Filters: list(structure({ 'AttributePath*': PATH, 'AttributeValue*': SENSITIVE }), 1, 0) };
const UPDATES = { 'Operations*': list(structure({ 'AttributePath*': PATH, AttributeValue: DOCUMENT }), 100) };
const WANTED = { Extensions: list(EXTENSION, 10) };

const of = (members: Readonly<Record<string, Shape>> = {}): Structure => structure({ 'IdentityStoreId*': STORE, ...members });

export const IDENTITYSTORE_INPUT = {
  CreateGroup: of(GROUP_ATTRIBUTES),
  UpdateGroup: of({ 'GroupId*': ID, ...UPDATES }),
  DeleteGroup: of({ 'GroupId*': ID }),
  DescribeGroup: of({ 'GroupId*': ID }),
  ListGroups: of({ ...PAGED, ...FILTERS }),
  GetGroupId: of({ 'AlternateIdentifier*': ALTERNATE }),
  CreateUser: of(USER_ATTRIBUTES),
  UpdateUser: of({ 'UserId*': ID, ...UPDATES }),
  DeleteUser: of({ 'UserId*': ID }),
  DescribeUser: of({ 'UserId*': ID, ...WANTED }),
  ListUsers: of({ ...PAGED, ...FILTERS, ...WANTED }),
  GetUserId: of({ 'AlternateIdentifier*': ALTERNATE }),
  CreateGroupMembership: of({ 'GroupId*': ID, 'MemberId*': MEMBER }),
  DeleteGroupMembership: of({ 'MembershipId*': ID }),
  DescribeGroupMembership: of({ 'MembershipId*': ID }),
  GetGroupMembershipId: of({ 'GroupId*': ID, 'MemberId*': MEMBER }),
  IsMemberInGroups: of({ 'MemberId*': MEMBER, 'GroupIds*': list(ID, 100) }),
  ListGroupMemberships: of({ 'GroupId*': ID, ...PAGED }),
  ListGroupMembershipsForMember: of({ 'MemberId*': MEMBER, ...PAGED }),
} as const;
