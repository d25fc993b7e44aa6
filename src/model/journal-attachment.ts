import type { Attachment, JournalEntry } from './journal.ts';

/** One look at a seat group: which group it was, how old the directory says it was, and the wall time. */
export type Sight = Pick<Attachment, 'groupId' | 'ageMs' | 'at'>;

/** What is remembered of one seat group: the newest sight of it unattached, and its first one attached after that, if any. */
export type Attached = { readonly unattached: Attachment; readonly attached: Attachment | null };

/** Map key of a seat group. */
export function attachmentId(seat: { readonly profile: string; readonly group: string }): string {
  return `${seat.profile}\u0000${seat.group}`;
}

/**
 * Seat groups that were ever seen without their assignment to the Kiro application, by `attachmentId`. Of one that was
 * always attached nothing is known, and it is not here. A second note of an attached group replaces the first.
 */
export function attachments(entries: readonly JournalEntry[]): ReadonlyMap<string, Attached> {
  const seen = new Map<string, Attached>();
  for (const entry of entries) {
    if (entry.type !== 'attachment') continue;
    const before = seen.get(attachmentId(entry));
    if (!entry.attached) seen.set(attachmentId(entry), { unattached: entry, attached: null });
    else if (before !== undefined) seen.set(attachmentId(entry), { ...before, attached: entry });
  }
  return seen;
}

/**
 * Milliseconds from one sight to a later one, on the directory's clock: by the age of the group. Another group of the
 * same name did not exist before its own age began. Without an age, wall time. Negative when a clock was set back.
 */
export function between(earlier: Sight, later: Sight): number {
  if (later.ageMs !== null && later.groupId !== earlier.groupId) return later.ageMs;
  if (later.ageMs !== null && earlier.ageMs !== null) return later.ageMs - earlier.ageMs;
  return Date.parse(later.at) - Date.parse(earlier.at);
}
