import type { RecordedSeat } from '../model/drift.ts';
import type { JournalEntry } from '../model/journal.ts';
import { seatRecord } from '../model/journal-state.ts';
import type { LiveUser } from '../model/live.ts';
import { didYouMean } from '../model/suggest.ts';
import { names } from '../resolve/names.ts';
import type { Daemon } from './daemon.ts';

/** Somebody that was asked for. `user` is null for a person whom the newest pass did not read, and the journal still knows. */
export type FoundPerson =
  | { readonly ok: true; readonly userId: string; readonly userName: string; readonly user: LiveUser | null }
  | { readonly ok: false; readonly suggestion: string };

/**
 * Who has that id, userName or e-mail: of those whom the newest pass read, else of the recorded seats, old ones included.
 * Not ok with a "did you mean", which may be empty.
 */
export function findPerson({ planned, deps }: Pick<Daemon, 'planned' | 'deps'>, name: string): FoundPerson {
  const users = planned()?.result.live?.users ?? [];
  const user = users.find((one) => one.id === name) ?? names(users, []).user(name)?.found ?? null;
  if (user !== null) return { ok: true, userId: user.id, userName: user.userName, user };
  const recorded = recordedSeats(deps.journal.entries());
  const seat = recorded.find((one) => one.userId === name) ?? recorded.find((one) => one.user === name);
  if (seat !== undefined)
    return { ok: true, userId: seat.userId, userName: seat.user, user: users.find(({ id }) => id === seat.userId) ?? null };
  return {
    ok: false,
    suggestion: didYouMean(name, [...new Set([...users, ...recorded].map((one) => ('user' in one ? one.user : one.userName)))]),
  };
}

/** Seats of every recorded set that is known, the newest set first. */
function recordedSeats(entries: readonly JournalEntry[]): readonly RecordedSeat[] {
  const old = entries.flatMap((entry) => (entry.type === 'seats-changed' ? entry.removed : []));
  return [...(seatRecord(entries)?.seats ?? []), ...old.toReversed()];
}
