import { addHours } from './day.ts';
import type { JournalEntry } from './journal.ts';
import { contested, driftId, failing, openDrift } from './journal-state.ts';

/** Entries younger than this are kept whatever they are about: the longest window anybody asks for is 7 days. */
const WINDOW_DAYS = 8;

/** Failures kept for one key: far more than it takes to quarantine it. */
const FAILURES = 20;

/**
 * The entries that still matter, in their order: those of the newest `passes` passes, the last seat record, open drift,
 * the last suspension and applied revision, keys that keep failing, contested keys, and what the guards' windows count
 * (removals and reversals of the last days). Every question of `journal-state.ts` has the same answer before and after,
 * except that history is shorter and failures of one key count to 20 at most.
 */
export function compact(entries: readonly JournalEntry[], now: Date, passes: number): readonly JournalEntry[] {
  const keep = keeper(entries, now, passes);
  return entries.filter(keep);
}

function keeper(entries: readonly JournalEntry[], now: Date, passes: number): (entry: JournalEntry) => boolean {
  const ended = entries.filter((entry) => entry.type === 'pass-ended');
  const firstPass = ended.at(-passes)?.pass ?? 0;
  const from = addHours(now, -24 * WINDOW_DAYS).getTime();
  const single = new Set<JournalEntry | undefined>([
    entries.findLast((entry) => entry.type === 'seats'),
    entries.findLast((entry) => entry.type === 'seats-kept'),
    entries.findLast((entry) => entry.type === 'suspended' || entry.type === 'resumed'),
    entries.findLast((entry) => entry.type === 'applied'),
    ...openDrift(entries).values(),
    ...contested(entries).values(),
    ...lastFailures(entries),
  ]);
  const open = openDrift(entries);
  return (entry) => {
    if (single.has(entry)) return true;
    if (entry.type === 'seats' || entry.type === 'seats-kept' || entry.type === 'suspended' || entry.type === 'resumed') return false;
    if (entry.type === 'drift-opened' || entry.type === 'drift-closed') return recent(entry, from) && !open.has(driftId(entry));
    if (entry.type === 'reversed' || entry.type === 'settled' || entry.type === 'contested') return recent(entry, from);
    if (entry.pass >= firstPass) return true;
    // Both ends of a removal, so that one that was cut short still looks so.
    return entry.type === 'change' && entry.action === 'delete' && (entry.effect || entry.unseats) && recent(entry, from);
  };
}

function recent(entry: JournalEntry, from: number): boolean {
  return Date.parse(entry.at) >= from;
}

/** For each failing key the first failure and the newest ones, so that both `since` and `last` survive. */
function lastFailures(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const open = failing(entries);
  const byKey = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    if (entry.type !== 'change' || !open.has(entry.key)) continue;
    const list = byKey.get(entry.key) ?? [];
    if (entry.result === 'succeeded') list.length = 0;
    if (entry.result === 'failed') list.push(entry);
    byKey.set(entry.key, list);
  }
  return [...byKey.values()].flatMap((list) => [...list.slice(0, 1), ...list.slice(1).slice(-(FAILURES - 1))]);
}
