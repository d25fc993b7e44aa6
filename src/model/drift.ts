import type { Key } from './key.ts';
import type { Cents } from './money.ts';

/**
 * missing: should be there and is not. unexpected: is there and should not be. changed: another seat group than
 * recorded, or a group that came back under another id. unmanaged: on the Kiro application, named by no seat.
 */
export type DriftKind = 'missing' | 'unexpected' | 'changed' | 'unmanaged';

export type DriftItem = {
  readonly kind: DriftKind;
  readonly key: Key;
  readonly person: string | null;
  readonly profile: string;
  /** What the seat costs a month; null where unknown. */
  readonly monthly: Cents | null;
  /** RFC 3339, when it was first noticed; null for whoever keeps no record. */
  readonly firstSeen: string | null;
  /** The membership's CreatedBy where the directory gives it. */
  readonly actor: string | null;
  readonly held: boolean;
  readonly note: string;
};

export type Churn = { readonly key: Key; readonly person: string; readonly reason: string };

export type Drift = {
  readonly revision: string | null;
  readonly base: 'record' | 'configuration';
  readonly items: readonly DriftItem[];
  readonly churn: readonly Churn[];
};

/**
 * Why somebody has a recorded seat. `revision` and `at` are those of the pass that recorded it first for this assignment;
 * `assignment` is null for a seat that nothing grants any more and whose removal is held.
 */
export type SeatGrant = {
  readonly tier: string;
  readonly assignment: string | null;
  readonly owner: string | null;
  readonly costCenter: string | null;
  readonly why: string;
  /** List price a month; null for a tier that the configuration does not know any more. */
  readonly monthly: Cents | null;
  readonly revision: string | null;
  readonly at: string;
};

export type RecordedSeat = {
  readonly profile: string;
  readonly group: string;
  readonly groupId: string;
  readonly userId: string;
  readonly user: string;
  readonly since: string;
  /** Older journals do not have it. */
  readonly grant?: SeatGrant;
};

/**
 * Who else is seated, and no part of what drift is judged by. external: a member of an external seat group. drift: put into a
 * managed one by somebody else, and its removal is held. held: any other member of a managed one that the pass left there.
 */
export type OtherSeat = {
  readonly profile: string;
  readonly group: string;
  readonly tier: string;
  readonly userId: string;
  readonly user: string;
  /** RFC 3339, the membership's own age; null where the directory does not say. */
  readonly since: string | null;
  readonly state: 'external' | 'held' | 'drift';
};

/** The seat set after a complete pass, as the journal keeps it. */
export type SeatRecord = {
  readonly at: string;
  readonly revision: string | null;
  /** What drift is judged by. */
  readonly seats: readonly RecordedSeat[];
  /** Older journals do not have them: nobody knows then. */
  readonly others?: readonly OtherSeat[];
};
