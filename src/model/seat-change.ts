import type { RecordedSeat, SeatRecord } from './drift.ts';
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
  const old = new Map(before.seats.map((seat) => [seatId(seat), seat]));
  const now = new Map(record.seats.map((seat) => [seatId(seat), seat]));
  const removed = before.seats.filter((seat) => !isSame(seat, now.get(seatId(seat))));
  const added = record.seats.filter((seat) => !isSame(seat, old.get(seatId(seat)))).map(seatId);
  if (removed.length + added.length === 0) return null;
  return {
    type: 'seats-changed',
    at: record.at,
    pass,
    revision: record.revision,
    from: standingSince(entries) ?? before.at,
    removed,
    added,
  };
}

/** Since when the newest recorded set of seats has been what it is; null where none was recorded. */
export function standingSince(entries: readonly JournalEntry[]): string | null {
  const changed = entries.findLast((entry) => entry.type === 'seats-changed');
  return (changed ?? entries.find((entry) => entry.type === 'seats'))?.at ?? null;
}

function isSame(one: RecordedSeat, other: RecordedSeat | undefined): boolean {
  if (other === undefined) return false;
  const without = ({ since: _since, ...rest }: RecordedSeat) => JSON.stringify(rest);
  return without(one) === without(other);
}
