import { ID, MAX_RESULTS } from './identitystore-shape.ts';
import type { Shape, Structure } from './shape.ts';

/** Inputs of the sso-admin operations that the emulator serves, API version 2020-07-20, as its service model states them (2026). */

const text = (min: number, max: number, pattern?: RegExp): Shape => ({ kind: 'string', min, max, ...(pattern ? { pattern } : {}) });
const arn = (pattern: RegExp, max = 1224): Shape => ({ kind: 'string', min: 10, max, pattern, id: true });
const list = (of: Shape, min: number, max: number): Shape => ({ kind: 'list', of, min, max });
const structure = (members: Readonly<Record<string, Shape>>): Structure => ({ kind: 'structure', members });

const INSTANCE = arn(/^arn:aws(-[a-z]{1,5}){0,3}:sso:::instance\/(sso)?ins-[a-zA-Z0-9\-.]{16}$/u);
const APPLICATION = arn(/^arn:aws(-[a-z]{1,5}){0,3}:sso::\d{12}:application\/(sso)?ins-[a-zA-Z0-9\-.]{16}\/apl-[a-zA-Z0-9]{16}$/u);
const PROVIDER = arn(/^arn:aws(-[a-z]{1,5}){0,3}:sso::aws:applicationProvider\/[a-zA-Z0-9\-/]+$/u);
const PERMISSION_SET = arn(/^arn:aws(-[a-z]{1,5}){0,3}:sso:::permissionSet\/(sso)?ins-[a-zA-Z0-9\-.]{16}\/ps-[a-zA-Z0-9\-./]{16}$/u);
const TAGGABLE = arn(
  /^arn:aws(-[a-z]{1,5}){0,3}:sso::(:instance\/(sso)?ins-[a-zA-Z0-9\-.]{16}|:permissionSet\/(sso)?ins-[a-zA-Z0-9\-.]{16}\/ps-[a-zA-Z0-9\-./]{16}|\d{12}:(application|trustedTokenIssuer)\/(sso)?ins-[a-zA-Z0-9\-.]{16}\/[a-z]{3}-[a-zA-Z0-9-]{16,36})$/u,
  2048,
);
const ACCOUNT = text(12, 12, /^\d{12}$/u);
const REGION = text(1, 32, /^([a-z]+-){2,3}\d$/u);
const PRINCIPAL_TYPE: Shape = { kind: 'enum', values: ['USER', 'GROUP'] };
const STATUS: Shape = { kind: 'enum', values: ['ENABLED', 'DISABLED'] };
const TAG_KEY = text(1, 128, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u);
const TAGS = list(structure({ 'Key*': TAG_KEY, 'Value*': text(0, 256, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u) }), 0, 75);
const TOKEN = text(0, 2048, /^[-a-zA-Z0-9+=/_]*$/u);
const PAGED = { MaxResults: MAX_RESULTS, NextToken: TOKEN };

const ASSIGNMENT = structure({ 'ApplicationArn*': APPLICATION, 'PrincipalId*': ID, 'PrincipalType*': PRINCIPAL_TYPE });
const FOR_PRINCIPAL = { 'InstanceArn*': INSTANCE, 'PrincipalId*': ID, 'PrincipalType*': PRINCIPAL_TYPE, ...PAGED };

export const SSO_ADMIN_INPUT = {
  ListInstances: structure(PAGED),
  DescribeInstance: structure({ 'InstanceArn*': INSTANCE }),
  ListRegions: structure({ 'InstanceArn*': INSTANCE, ...PAGED }),
  DescribeRegion: structure({ 'InstanceArn*': INSTANCE, 'RegionName*': REGION }),
  ListApplications: structure({
    'InstanceArn*': INSTANCE,
    ...PAGED,
    Filter: structure({ ApplicationAccount: ACCOUNT, ApplicationProvider: PROVIDER }),
  }),
  DescribeApplication: structure({ 'ApplicationArn*': APPLICATION }),
  CreateApplication: structure({
    'InstanceArn*': INSTANCE,
    'ApplicationProviderArn*': PROVIDER,
    'Name*': text(1, 100),
    Description: text(1, 128),
    PortalOptions: { kind: 'document' },
    Status: STATUS,
    ClientToken: text(1, 64, /^[!-~]+$/u),
    Tags: TAGS,
  }),
  CreateApplicationAssignment: ASSIGNMENT,
  DeleteApplicationAssignment: ASSIGNMENT,
  DescribeApplicationAssignment: ASSIGNMENT,
  ListApplicationAssignments: structure({ 'ApplicationArn*': APPLICATION, ...PAGED }),
  ListApplicationAssignmentsForPrincipal: structure({ ...FOR_PRINCIPAL, Filter: structure({ ApplicationArn: APPLICATION }) }),
  GetApplicationAssignmentConfiguration: structure({ 'ApplicationArn*': APPLICATION }),
  PutApplicationAssignmentConfiguration: structure({ 'ApplicationArn*': APPLICATION, 'AssignmentRequired*': { kind: 'boolean' } }),
  ListAccountAssignments: structure({ 'InstanceArn*': INSTANCE, 'AccountId*': ACCOUNT, 'PermissionSetArn*': PERMISSION_SET, ...PAGED }),
  ListAccountAssignmentsForPrincipal: structure({ ...FOR_PRINCIPAL, Filter: structure({ AccountId: ACCOUNT }) }),
  ListTagsForResource: structure({ InstanceArn: INSTANCE, 'ResourceArn*': TAGGABLE, NextToken: TOKEN }),
  TagResource: structure({ InstanceArn: INSTANCE, 'ResourceArn*': TAGGABLE, 'Tags*': TAGS }),
  UntagResource: structure({ InstanceArn: INSTANCE, 'ResourceArn*': TAGGABLE, 'TagKeys*': list(TAG_KEY, 1, 75) }),
} as const;
