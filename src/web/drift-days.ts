import { addDays, type Day, dayOf } from '../model/day.ts';
import type { JournalEntry } from '../model/journal.ts';
import { driftId } from '../model/journal-state.ts';

/** Drift items that began and ended on one UTC day, and how many were open at its end. */
export type DriftDay = { readonly day: Day; readonly opened: number; readonly closed: number; readonly open: number };

export type DriftDays = {
  readonly days: readonly DriftDay[];
  /** The first day of which the journal can tell; null for a journal that has no entry. Earlier days say nothing. */
  readonly from: Day | null;
};

/** Days that the picture shows. */
export const DRIFT_DAYS = 90;

/**
 * The last `count` days up to today, oldest first, from what the journal kept. Of drift that ended the journal keeps a bounded number of
 * entries, so the days before its oldest one may lack some.
 */
export function driftDays(entries: readonly JournalEntry[], now: Date, count: number = DRIFT_DAYS): DriftDays {
  const today = dayOf(now);
  const first = addDays(today, 1 - count);
  const days = Array.from({ length: count }, (_, i) => addDays(first, i));
  const opened = new Map<Day, number>();
  const closed = new Map<Day, number>();
  const openAt = new Map<Day, number>();
  const open = new Set(openBefore(entries));
  const atFirst = open.size;
  for (const entry of entries) {
    if (entry.type !== 'drift-opened' && entry.type !== 'drift-closed') continue;
    const id = driftId(entry);
    const begins = entry.type === 'drift-opened';
    if (begins === open.has(id)) continue; // it says nothing new
    if (begins) open.add(id);
    else open.delete(id);
    const day = dayOf(new Date(entry.at));
    openAt.set(day < first ? first : day, open.size);
    const counts = begins ? opened : closed;
    if (day >= first) counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  let left = atFirst;
  const oldest = entries[0]?.at;
  return {
    days: days.map((day) => {
      left = openAt.get(day) ?? left;
      return { day, opened: opened.get(day) ?? 0, closed: closed.get(day) ?? 0, open: left };
    }),
    from: oldest === undefined ? null : dayOf(new Date(oldest)),
  };
}

/** What ended and of whose beginning the journal kept nothing: it was open before the first entry. */
function openBefore(entries: readonly JournalEntry[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const before = new Set<string>();
  for (const entry of entries) {
    if (entry.type !== 'drift-opened' && entry.type !== 'drift-closed') continue;
    const id = driftId(entry);
    if (entry.type === 'drift-closed' && !seen.has(id)) before.add(id);
    seen.add(id);
  }
  return before;
}
