/**
 * The state and seed file of the emulator: AWS's own field names, lists in the order in which lists are answered.
 * Ids may be any string. Timestamps are RFC 3339 as a client would see them now; an absent one stays absent on the wire.
 */

type Stamps = {
  readonly CreatedAt?: string;
  readonly CreatedBy?: string;
  readonly UpdatedAt?: string;
  readonly UpdatedBy?: string;
};

export type ExternalId = { readonly Issuer: string; readonly Id: string };
export type Tag = { readonly Key: string; readonly Value: string };
export type PrincipalType = 'USER' | 'GROUP';

export type Instance = {
  readonly InstanceArn: string;
  readonly IdentityStoreId: string;
  readonly OwnerAccountId: string;
  readonly Name?: string;
  readonly Status?: 'CREATE_IN_PROGRESS' | 'CREATE_FAILED' | 'DELETE_IN_PROGRESS' | 'ACTIVE';
  readonly StatusReason?: string;
  readonly CreatedDate?: string;
  /** The primary Region comes first. */
  readonly Regions?: readonly string[];
  readonly Tags?: readonly Tag[];
};

/** Other user attributes (Addresses, Title, ...) are kept and answered as given. */
export type User = Stamps & {
  readonly UserId: string;
  readonly UserName?: string;
  readonly DisplayName?: string;
  readonly Name?: Readonly<Record<string, string>>;
  readonly Emails?: readonly { readonly Value?: string; readonly Type?: string; readonly Primary?: boolean }[];
  readonly UserStatus?: 'ENABLED' | 'DISABLED';
  readonly ExternalIds?: readonly ExternalId[];
  readonly [attribute: string]: unknown;
};

export type Group = Stamps & {
  readonly GroupId: string;
  readonly DisplayName?: string;
  readonly Description?: string;
  readonly ExternalIds?: readonly ExternalId[];
};

export type Membership = Stamps & {
  /** Made from group and user when absent. */
  readonly MembershipId?: string;
  readonly GroupId: string;
  readonly MemberId: { readonly UserId: string };
};

export type Application = {
  readonly ApplicationArn: string;
  readonly ApplicationProviderArn: string;
  readonly ApplicationAccount: string;
  readonly Name: string;
  readonly Status?: 'ENABLED' | 'DISABLED';
  readonly Description?: string;
  readonly CreatedDate?: string;
  readonly CreatedFrom?: string;
  readonly PortalOptions?: unknown;
  /** Of Get/PutApplicationAssignmentConfiguration; absent means true. */
  readonly AssignmentRequired?: boolean;
  readonly Tags?: readonly Tag[];
};

export type Assignment = { readonly ApplicationArn: string; readonly PrincipalId: string; readonly PrincipalType: PrincipalType };

export type AccountAssignment = {
  readonly AccountId: string;
  readonly PermissionSetArn: string;
  readonly PrincipalId: string;
  readonly PrincipalType: PrincipalType;
};

export const TIERS = ['pro', 'pro-plus', 'pro-max', 'power'] as const;
export type Tier = (typeof TIERS)[number];

/** What an admin subscribed in the Kiro console. No AWS API shows it. */
export type Subscription = Assignment & { readonly Tier: Tier; readonly CreatedAt?: string };

export type State = {
  readonly instance: Instance;
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly memberships: readonly Membership[];
  readonly applications: readonly Application[];
  readonly assignments: readonly Assignment[];
  readonly accountAssignments: readonly AccountAssignment[];
  readonly subscriptions: readonly Subscription[];
};
