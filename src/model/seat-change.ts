import type { OtherSeat, RecordedSeat, SeatRecord } from './drift.ts';
import type { JournalEntry, SeatsChanged } from './journal.ts';

/** One person in one seat group of one profile. */
export function seatId({ profile, group, userId }: Pick<RecordedSeat, 'profile' | 'group' | 'userId'>): string {
  return `${profile}\u0000${group}\u0000${userId}`;
}

/**
 * The entry to append beside that of a seat set, so that the one before it can be told later; null where nobody's seat
 * changed (the age of a membership alone is no change), or nothing was recorded before.
 */
export function seatsChanged(
  entries: readonly JournalEntry[],
  before: SeatRecord | null,
  pass: number,
  record: SeatRecord,
): SeatsChanged | null {
  if (before === null) return null;
  const { removed, added } = difference(before.seats, record.seats);
  const others = before.others === undefined ? null : difference(before.others, record.others ?? []);
  // A set that tells its others after one that does not: the way back must lead to not knowing them.
  const isFirst = before.others === undefined && record.others !== undefined;
  if (removed.length + added.length + (others?.removed.length ?? 0) + (others?.added.length ?? 0) === 0 && !isFirst) return null;
  return {
    type: 'seats-changed',
    at: record.at,
    pass,
    revision: record.revision,
    from: standingSince(entries) ?? before.at,
    removed,
    added,
    ...(others === null ? {} : { others }),
  };
}

/** Since when the newest recorded set of seats has been what it is; null where none was recorded. */
export function standingSince(entries: readonly JournalEntry[]): string | null {
  const changed = entries.findLast((entry) => entry.type === 'seats-changed');
  return (changed ?? entries.find((entry) => entry.type === 'seats'))?.at ?? null;
}

type Difference<T> = { readonly removed: readonly T[]; readonly added: readonly string[] };

function difference<T extends RecordedSeat | OtherSeat>(before: readonly T[], after: readonly T[]): Difference<T> {
  const now = new Map(after.map((seat) => [seatId(seat), seat]));
  const removed = before.filter((seat) => !isSame(seat, now.get(seatId(seat))));
  const gone = new Set(removed.map(seatId));
  const stayed = new Set(before.map(seatId).filter((id) => !gone.has(id)));
  return { removed, added: after.map(seatId).filter((id) => !stayed.has(id)) };
}

function isSame(one: RecordedSeat | OtherSeat, other: RecordedSeat | OtherSeat | undefined): boolean {
  if (other === undefined) return false;
  const without = ({ since: _since, ...rest }: RecordedSeat | OtherSeat) => JSON.stringify(rest);
  return without(one) === without(other);
}
