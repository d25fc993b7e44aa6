import type { Assignment } from './configuration.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { LiveUser } from './live.ts';
import type { Unresolved } from './plan.ts';

/** A seat that the configuration wants (managed), or that an external group gives. */
export type Seat = {
  readonly userId: string;
  readonly user: string;
  readonly profile: string;
  readonly tier: string;
  readonly group: string;
  readonly external: boolean;
  /** The assignment that gives reason, owner and cost center; null for an external seat. */
  readonly assignment: Assignment | null;
  /** Every assignment that grants this tier, by name; empty for an external seat. */
  readonly grantedBy: readonly string[];
  /** "assignment platform, group platform-engineers", "assignment platform, by name". */
  readonly why: string;
};

/** A grant of a lower tier than the one the person holds in the profile. */
export type Shadowed = {
  readonly userId: string;
  readonly profile: string;
  readonly tier: string;
  readonly by: string;
  readonly assignment: string;
};

/** Why removals wait. */
export type RemovalHold = {
  /**
   * Where some grant is unknown: removals there wait, and in other profiles those of people whom nothing else grants a
   * seat, for they may be moving there. Null: everywhere.
   */
  readonly profile: string | null;
  readonly reason: string;
  /** Null holds every removal in the scope; else only those of people who look like this unresolved name. */
  readonly looksLike: string | null;
};

export type Resolution = {
  readonly today: string;
  /** Desired managed seats and external ones, sorted by profile, user id. At most one managed seat per (user, profile). */
  readonly seats: readonly Seat[];
  readonly shadowed: readonly Shadowed[];
  readonly removalHolds: readonly RemovalHold[];
  /** Assignment name → why its creates wait. */
  readonly createHolds: ReadonlyMap<string, string>;
  /** User id → the name by which it is protected. */
  readonly protectedUsers: ReadonlyMap<string, string>;
  readonly unresolved: readonly Unresolved[];
  readonly warnings: readonly Diagnostic[];
  /** Everybody the live state knows, by id. */
  readonly people: ReadonlyMap<string, LiveUser>;
  /** `profile` and user id (see `seatKey`) → why an assignment that would have granted a seat does not. */
  readonly denied: ReadonlyMap<string, string>;
};

/** One person in one profile. */
export function seatKey(profile: string, userId: string): string {
  return `${profile}\u0000${userId}`;
}
