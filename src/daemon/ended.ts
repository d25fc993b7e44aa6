import type { JournalEntry } from '../model/journal.ts';
import type { Live } from '../model/live.ts';

/**
 * Live state without the memberships that this daemon has ended: a reading may lag behind its own writes, and a seat that
 * is gone must not count as a replacement for another. Ids are never used again, so one that is back has a new one.
 */
export function withoutEnded(live: Live, entries: readonly JournalEntry[]): Live {
  const ended = new Set(
    entries.flatMap((entry) =>
      entry.type === 'change' && entry.action === 'delete' && entry.result === 'succeeded' ? [entry.membershipId ?? null] : [],
    ),
  );
  const memberships = live.memberships.filter((membership) => !ended.has(membership.id));
  return memberships.length === live.memberships.length ? live : { ...live, memberships };
}
