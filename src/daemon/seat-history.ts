import type { OtherSeat, RecordedSeat, SeatGrant } from '../model/drift.ts';
import type { JournalEntry, SeatsChanged } from '../model/journal.ts';
import { seatRecord } from '../model/journal-state.ts';
import { seatId, standingSince } from '../model/seat-change.ts';

type Entries = readonly JournalEntry[];

/**
 * The seats that were recorded at an instant. `from`: since when this set held; `revision`: the applied one it came with.
 * `others`: who was seated beside it; null where an older version recorded it, so that nobody knows.
 */
export type SeatsAt =
  | {
      readonly ok: true;
      readonly from: string;
      readonly revision: string | null;
      readonly seats: readonly RecordedSeat[];
      readonly others: readonly OtherSeat[] | null;
    }
  /** Nothing is known of that instant. `since`: how far back the record reaches; null before the first complete pass. */
  | { readonly ok: false; readonly since: string | null };

/** How far back the recorded seat sets reach (RFC 3339); null before the first complete enforcing pass. */
export function recordReach(entries: Entries): string | null {
  return chainOf(entries)[0]?.from ?? standingSince(entries);
}

/**
 * Who had which seat at an instant, by the record of the newest complete pass before it. What happened between that pass and
 * the instant is not in it: a record says what kirosync had brought about and seen.
 */
export function seatsAt(entries: Entries, instant: Date): SeatsAt {
  const newest = seatRecord(entries);
  const since = recordReach(entries);
  if (newest === null || since === null || Date.parse(since) > instant.getTime()) return { ok: false, since };
  const chain = chainOf(entries);
  const undone = chain.filter((change) => Date.parse(change.at) > instant.getTime());
  let seats = byId(newest.seats);
  let others = newest.others === undefined ? null : byId(newest.others);
  for (const change of undone.toReversed()) {
    seats = before(seats, change);
    others = change.others === undefined || others === null ? null : before(others, change.others);
  }
  const current = chain.findLast((change) => Date.parse(change.at) <= instant.getTime());
  const from = current?.at ?? since;
  return {
    ok: true,
    from,
    revision: revisionAt(entries, instant) ?? current?.revision ?? null,
    seats: sorted(seats),
    others: others && sorted(others),
  };
}

/**
 * What happened to a seat of somebody: `given`, `ended`, `changed` (another assignment, owner, price, reason or revision), or `recorded`,
 * there already when the record begins. `seat` is as it was after it, of `ended` as it was before; `before` is of `changed` only.
 */
export type SeatEvent = {
  readonly at: string;
  readonly what: 'given' | 'ended' | 'changed' | 'recorded';
  readonly pass: number | null;
  readonly revision: string | null;
  readonly seat: RecordedSeat;
  readonly before: RecordedSeat | null;
};

/** What the record knows of one person's seats, newest first. Nothing of before `recordReach`. */
export function historyOf(entries: Entries, userId: string): readonly SeatEvent[] {
  const isTheirs = (id: string) => id.endsWith(`\u0000${userId}`);
  let seats: Seats = byId((seatRecord(entries)?.seats ?? []).filter((seat) => seat.userId === userId));
  const events: SeatEvent[] = [];
  for (const change of chainOf(entries).toReversed()) {
    const theirs = { ...change, removed: change.removed.filter((seat) => seat.userId === userId), added: change.added.filter(isTheirs) };
    if (theirs.removed.length + theirs.added.length === 0) continue;
    const earlier = before(seats, theirs);
    events.push(...eventsOf(earlier, seats, theirs));
    seats = earlier;
  }
  const since = recordReach(entries);
  const first = [...seats.values()].map(
    (seat) =>
      ({ at: since ?? seat.since, what: 'recorded', pass: null, revision: seat.grant?.revision ?? null, seat, before: null }) as const,
  );
  return [...events, ...first];
}

type Seats = ReadonlyMap<string, RecordedSeat>;

function eventsOf(earlier: Seats, later: Seats, { at, pass, revision }: SeatsChanged): readonly SeatEvent[] {
  const ended = [...earlier]
    .filter(([id]) => !later.has(id))
    .map(([, seat]) => ({ at, what: 'ended', pass, revision, seat, before: null }) as const);
  const rest = [...later].flatMap(([id, seat]): readonly SeatEvent[] => {
    const old = earlier.get(id);
    if (old === undefined) return [{ at, what: 'given', pass, revision, seat, before: null }];
    // Nothing is said of the first record that tells why: an older version kept no reasons.
    return old.grant === undefined || isSameGrant(old.grant, seat.grant)
      ? []
      : [{ at, what: 'changed', pass, revision, seat, before: old }];
  });
  return [...rest, ...ended];
}

/** A group that got its id, or a person another name, is no other grant, though the recorded seat is another. */
function isSameGrant(one: SeatGrant, other: SeatGrant | undefined): boolean {
  if (other === undefined) return false;
  const without = ({ at: _at, ...rest }: SeatGrant) => JSON.stringify(rest);
  return without(one) === without(other);
}

type Recorded = RecordedSeat | OtherSeat;

function before<T extends Recorded>(
  seats: ReadonlyMap<string, T>,
  change: { readonly removed: readonly T[]; readonly added: readonly string[] },
): ReadonlyMap<string, T> {
  const earlier = new Map(seats);
  for (const id of change.added) earlier.delete(id);
  for (const seat of change.removed) earlier.set(seatId(seat), seat);
  return earlier;
}

function byId<T extends Recorded>(seats: readonly T[]): ReadonlyMap<string, T> {
  return new Map(seats.map((seat) => [seatId(seat), seat]));
}

function sorted<T extends Recorded>(seats: ReadonlyMap<string, T>): readonly T[] {
  return [...seats].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, seat]) => seat);
}

/** The newest changes of the record that follow one another without a gap (a line of the journal may be lost), oldest first. */
function chainOf(entries: Entries): readonly SeatsChanged[] {
  const all = entries.filter((entry) => entry.type === 'seats-changed');
  const gap = all.findLastIndex((change, index) => index > 0 && all[index - 1]?.at !== change.from);
  return gap === -1 ? all : all.slice(gap);
}

function revisionAt(entries: Entries, instant: Date): string | null {
  const applied = entries.findLast((entry) => entry.type === 'applied' && Date.parse(entry.at) <= instant.getTime());
  return applied?.type === 'applied' ? applied.revision : null;
}
