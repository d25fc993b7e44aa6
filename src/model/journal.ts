import type { DriftKind, OtherSeat, RecordedSeat, SeatRecord } from './drift.ts';
import type { Key } from './key.ts';

/** `at` is RFC 3339. `pass` names a pass: its number since the journal began. */
type Entry<T extends string, Body> = { readonly type: T; readonly at: string } & Body;

/** A pass began; without a `pass-ended` of the same number the process died in it. */
type PassStarted = Entry<'pass-started', { readonly pass: number; readonly askedBy: readonly string[]; readonly mode: string }>;

/** How a pass ended. `applied` is the revision that live state now follows, null when none was ever applied. */
export type PassEnded = Entry<
  'pass-ended',
  {
    readonly pass: number;
    readonly askedBy: readonly string[];
    readonly attempted: string | null;
    readonly applied: string | null;
    readonly planHash: string | null;
    readonly outcome: string;
    readonly counts: PassCounts;
    readonly milliseconds: number;
    /** API calls by operation; older journals do not have it. */
    readonly calls?: Readonly<Record<string, number>>;
    /** One sentence for people: why it stopped where it stopped; null when all went well. */
    readonly message: string | null;
  }
>;

export type PassCounts = {
  readonly planned: number;
  readonly applied: number;
  readonly failed: number;
  readonly skipped: number;
  readonly effects: number;
  readonly held: number;
  readonly drift: number;
};

/**
 * One change of a plan. `started` is written before the call, so that a crash leaves a trace.
 * `unseats` is true for a removal that leaves the person without a seat in the profile.
 */
export type ChangeEntry = Entry<
  'change',
  {
    readonly pass: number;
    readonly key: Key;
    readonly action: 'create' | 'delete';
    readonly profile: string;
    readonly userId: string | null;
    /** Of a removal; older journals do not have it. */
    readonly membershipId?: string | null;
    readonly unseats: boolean;
    readonly result: 'started' | 'succeeded' | 'failed' | 'skipped';
    readonly effect: boolean;
    readonly requestId: string | null;
    readonly error: string | null;
  }
>;

/** The seat set after a complete pass; `seats-kept` says that it is still the one before. */
export type SeatsEntry = Entry<'seats', { readonly pass: number; readonly record: SeatRecord }>;
export type SeatsKept = Entry<'seats-kept', { readonly pass: number; readonly revision: string | null }>;

/**
 * The way back from a recorded seat set to the one before it, which held from `from` until `at`: that one had the seats
 * `removed` (or had them like this), and not those `added` (see `seatId`). `revision` is that of the newer set. `others` is the
 * same for its others; absent where it is not known whom the earlier set had beside its seats.
 */
export type SeatsChanged = Entry<
  'seats-changed',
  {
    readonly pass: number;
    readonly revision: string | null;
    readonly from: string;
    readonly removed: readonly RecordedSeat[];
    readonly added: readonly string[];
    readonly others?: { readonly removed: readonly OtherSeat[]; readonly added: readonly string[] };
  }
>;

export type Suspended = Entry<'suspended', { readonly owner: string; readonly reason: string; readonly until: string }>;
/** `by` is `expiry` where the end of the suspension had come. */
export type Resumed = Entry<'resumed', { readonly by: string }>;

/** A pass was let past the change windows that forbade it, which it names. */
export type Overridden = Entry<
  'overridden',
  { readonly pass: number; readonly owner: string; readonly reason: string; readonly windows: readonly string[] }
>;

/** A drift item was noticed for the first time; `drift-closed` when live or the configuration agrees again. */
export type DriftOpened = Entry<
  'drift-opened',
  { readonly key: Key; readonly kind: DriftKind; readonly profile: string; readonly person: string | null }
>;
type DriftClosed = Entry<'drift-closed', { readonly key: Key; readonly kind: DriftKind }>;

/** Guards refused a plan. */
type Refused = Entry<
  'refused',
  {
    readonly pass: number;
    readonly revision: string | null;
    readonly planHash: string;
    readonly violations: readonly {
      readonly rule: string;
      readonly message: string;
      readonly limit: number | null;
      readonly actual: number | null;
    }[];
  }
>;

/** Somebody else undid a change of ours; three of them in seven days make the seat contested. */
export type Reversed = Entry<'reversed', { readonly key: Key; readonly revision: string | null; readonly actor: string | null }>;
export type Contested = Entry<'contested', { readonly key: Key; readonly revision: string | null }>;
type Settled = Entry<'settled', { readonly key: Key; readonly why: string }>;

/** Live began to agree with the configuration about a contested key; `disagreed` when it no longer does. */
export type Agreed = Entry<'agreed', { readonly key: Key }>;
type Disagreed = Entry<'disagreed', { readonly key: Key }>;

/**
 * A revision was applied completely. `digests` holds one digest for each part of the configuration whose change
 * people want to hear of: `protected`, `limits`, `budgets`, `prices`, `exceptions`.
 */
export type AppliedEntry = Entry<
  'applied',
  { readonly pass: number; readonly revision: string | null; readonly planHash: string; readonly digests: Readonly<Record<string, string>> }
>;

/**
 * Whether a managed seat group was on its profile's Kiro application at `at`. `groupId` is null while it does not exist;
 * `ageMs` is its age by the directory, null where the directory does not say.
 */
export type Attachment = Entry<
  'attachment',
  {
    readonly profile: string;
    readonly group: string;
    readonly groupId: string | null;
    readonly attached: boolean;
    readonly ageMs: number | null;
  }
>;

/** A profile in observe mode with what is its own: `account N in REGION`, and names of seat groups in lower case. */
export type ObservedProfile = { readonly name: string; readonly places: readonly string[]; readonly groups: readonly string[] };

/** What was in observe mode under the policy that was let through last; no other profile may be enforced on it. */
export type ObservedEntry = Entry<'observed', { readonly profiles: readonly ObservedProfile[] }>;

/**
 * What was posted to the forge about a revision. `digest` is of what matters in it; `settled` says that nothing more is
 * posted of it. `comments` are the pull requests by number, each with the id of its comment.
 */
export type PostedEntry = Entry<
  'posted',
  {
    readonly pass: number;
    readonly revision: string;
    readonly digest: string;
    readonly settled: boolean;
    readonly comments: readonly { readonly pull: number; readonly id: string }[];
  }
>;

/**
 * What a receiver of notifications was told, and when: ids of problems that stand (`open`), that ended (`over`), and of what
 * `happened`. `start` says that the receiver was met first, and that nothing before is told to it.
 */
export type Told = Entry<
  'told',
  {
    readonly to: string;
    readonly kind: 'start' | 'news' | 'digest' | 'heartbeat';
    readonly open: readonly string[];
    readonly over: readonly string[];
    readonly happened: readonly string[];
  }
>;

export type JournalEntry =
  | PassStarted
  | PassEnded
  | ChangeEntry
  | SeatsEntry
  | SeatsKept
  | SeatsChanged
  | Suspended
  | Resumed
  | Overridden
  | DriftOpened
  | DriftClosed
  | Refused
  | Reversed
  | Contested
  | Settled
  | Agreed
  | Disagreed
  | AppliedEntry
  | Attachment
  | ObservedEntry
  | PostedEntry
  | Told;
