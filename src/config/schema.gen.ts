// Generated from schemas/*.schema.json by scripts/schema-types.mjs; do not edit.

export interface OrganizationDocument {
  kind: 'Organization';
  version: 1;
  identityCenter: IdentityCenter;
  removals: 'never' | 'month-end' | 'immediate';
  duplicates?: 'warn' | 'deny' | 'allow';
}
export interface IdentityCenter {
  region: string;
  instanceArn: string;
  identityStoreId?: string;
}

export type People = string[];

export interface PolicyDocument {
  kind: 'Policy';
  protected?: {
    users?: People;
  };
  limits?: Limits;
  budgets?: Budget[];
  expect?: Expectation[];
  advice?: {
    optOut?: People;
  };
}
export interface Limits {
  removals?: {
    percent?: number;
    count?: number;
    from?: number;
  };
  moves?: {
    percent?: number;
    from?: number;
  };
  increase?: {
    percent?: number;
    usd?: number;
    from?: number;
  };
}
export interface Budget {
  name: string;
  costCenter?: string;
  profile?: string;
  monthlyUsd: number;
}
export interface Expectation {
  user?: string;
  group?: string;
  profile?: string;
  tier?: string;
  never?: string;
  maxSeats?: number;
}

export interface TierDocument {
  kind: 'Tier';
  name: string;
  monthlyUsd?: number;
  credits?: number;
  overageUsd?: number;
  rank?: number;
}

export interface ProfileDocument {
  kind: 'Profile';
  name: string;
  account: string;
  region: string;
  application?: string;
  applicationAssignments?: 'verify' | 'manage';
  overage?: {
    enabled: boolean;
  };
  usage?: string;
  seats: {
    [k: string]: Seat | undefined;
  };
}
export interface Seat {
  group: string;
  members?: 'managed' | 'external';
  create?: boolean;
  removals?: 'never' | 'month-end' | 'immediate';
  confirmed?: string;
}

export type SourceGroups = string[];
export type SourceUsers = string[];

export interface AssignmentDocument {
  kind: 'Assignment';
  name: string;
  profile: string;
  tier: string;
  groups?: SourceGroups;
  users?: SourceUsers;
  exclude?: {
    users?: SourceUsers;
    groups?: SourceGroups;
  };
  from?: string;
  until?: string;
  allowEmpty?: boolean;
  owner?: string;
  costCenter?: string;
  reason?: string;
}

export interface ExceptionDocument {
  kind: 'Exception';
  rule:
    | 'too-many-removals'
    | 'empties-group'
    | 'too-many-moves'
    | 'monthly-increase'
    | 'over-budget'
    | 'duplicate-billing'
    | 'empty-configuration';
  /**
   * @minItems 1
   */
  keys: string[];
  until: string;
  reason: string;
}
