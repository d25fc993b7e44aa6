import type { Day } from './day.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Limits } from './limits.ts';
import type { Cents } from './money.ts';
import type { Named, Place } from './place.ts';
import type { Tier } from './tier.ts';

/** When the removal of a seat may happen. `month-end`: from the second-last UTC day of a month on. */
export type Removals = 'never' | 'month-end' | 'immediate';

export type Organization = {
  readonly region: string;
  readonly instanceArn: string;
  readonly identityStoreId: string | null;
  readonly removals: Removals;
  readonly duplicates: 'warn' | 'deny' | 'allow';
  readonly place: Place;
};

/**
 * The seat group of one (profile, tier). `members: external` groups belong to the identity provider: read, never
 * written. `create` lets kirosync create a missing group. `removals` is the one in force (the organization's
 * unless the seat says otherwise). `confirmed` is the day on which somebody did the console step.
 */
export type SeatGroup = {
  readonly profile: string;
  readonly tier: string;
  readonly group: string;
  readonly members: 'managed' | 'external';
  readonly create: boolean;
  readonly removals: Removals;
  readonly confirmed: Day | null;
  readonly place: Place;
};

export type Profile = {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly application: string | null;
  readonly applicationAssignments: 'verify' | 'manage';
  readonly overage: boolean;
  readonly usage: string | null;
  readonly seats: readonly SeatGroup[];
  readonly place: Place;
};

/** Who is granted a tier of a profile; `from` and `until` are inclusive UTC days. */
export type Assignment = {
  readonly name: string;
  readonly profile: string;
  readonly tier: string;
  readonly groups: readonly Named[];
  readonly users: readonly Named[];
  readonly exclude: { readonly users: readonly Named[]; readonly groups: readonly Named[] };
  readonly from: Day | null;
  readonly until: Day | null;
  readonly allowEmpty: boolean;
  readonly owner: string | null;
  readonly costCenter: string | null;
  readonly reason: string | null;
  readonly place: Place;
};

/** A monthly ceiling for one cost center, one profile, or (both null) everything. */
export type Budget = {
  readonly name: string;
  readonly costCenter: string | null;
  readonly profile: string | null;
  readonly monthly: Cents;
  readonly place: Place;
};

/**
 * A test that ships with the policy. Meanings, by the fields present:
 * `user, profile, tier`: that person's seat there has this tier · `profile, tier?, maxSeats`: at most so many seats ·
 * `group | user, never`: nobody of them has that tier in the profile (in any, without one).
 */
export type Expectation = {
  readonly user: string | null;
  readonly group: string | null;
  readonly profile: string | null;
  readonly tier: string | null;
  readonly never: string | null;
  readonly maxSeats: number | null;
  readonly place: Place;
};

/** Lifts one guard for exactly the listed keys, until a day (inclusive). */
export type Exception = {
  readonly rule: string;
  readonly keys: readonly string[];
  readonly until: Day;
  readonly reason: string;
  readonly place: Place;
};

/**
 * Everything the repository says, references checked, every list sorted by name (so that file placement and order
 * carry no meaning). Several Policies are united here: protected users and budgets add up, each `limits` tightens.
 */
export type Configuration = {
  readonly organization: Organization;
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly profiles: readonly Profile[];
  readonly assignments: readonly Assignment[];
  readonly protectedUsers: readonly Named[];
  readonly limits: readonly Limits[];
  readonly budgets: readonly Budget[];
  readonly expectations: readonly Expectation[];
  readonly exceptions: readonly Exception[];
  readonly adviceOptOut: readonly Named[];
  /** Warnings found while loading; errors never reach a Configuration. */
  readonly warnings: readonly Diagnostic[];
};
