import { addHours } from './day.ts';
import type { SeatRecord } from './drift.ts';
import type {
  Agreed,
  AppliedEntry,
  ChangeEntry,
  Contested,
  DriftOpened,
  JournalEntry,
  ObservedProfile,
  PassEnded,
  Reversed,
  SeatsEntry,
  SeatsKept,
  Suspended,
} from './journal.ts';
import type { Key } from './key.ts';

/**
 * Questions to the journal. Each is a pure function of its entries (oldest first), so there is no second state that
 * could disagree with them; a journal is bounded, and a scan of 100,000 entries takes milliseconds.
 */
type Entries = readonly JournalEntry[];

function last<T extends JournalEntry['type']>(entries: Entries, type: T): Extract<JournalEntry, { type: T }> | null {
  const found = entries.findLast((entry) => entry.type === type);
  return found === undefined ? null : (found as Extract<JournalEntry, { type: T }>); // the predicate above proves it
}

/** The number of the next pass; passes count from 1. */
export function nextPass(entries: Entries): number {
  return entries.reduce((most, entry) => ('pass' in entry ? Math.max(most, entry.pass) : most), 0) + 1;
}

/** The newest `count` passes that ended, newest first. */
export function lastPasses(entries: Entries, count: number): readonly PassEnded[] {
  return entries
    .filter((entry) => entry.type === 'pass-ended')
    .slice(-count)
    .reverse();
}

/** The last completely applied revision with its digests; null when there was none. */
export function lastApplied(entries: Entries): AppliedEntry | null {
  return last(entries, 'applied');
}

/** What was in observe mode under the policy that was let through last; null when nothing was ever noted. */
export function lastObserved(entries: Entries): readonly ObservedProfile[] | null {
  return last(entries, 'observed')?.profiles ?? null;
}

/** The seat set of the last complete pass, with the time and revision of that pass; null without one. */
export function seatRecord(entries: Entries): SeatRecord | null {
  const recorded = last(entries, 'seats');
  if (recorded === null) return null;
  const kept = entries.slice(entries.lastIndexOf(recorded)).findLast((entry) => entry.type === 'seats-kept');
  return kept === undefined ? recorded.record : { ...recorded.record, at: kept.at, revision: kept.revision };
}

/** The entry to append for the seat set of a pass: short when nobody's seat changed, so that the journal stays small. */
export function seatsEntry(entries: Entries, pass: number, record: SeatRecord): SeatsEntry | SeatsKept {
  const before = seatRecord(entries);
  const same = before !== null && JSON.stringify([before.seats, before.others]) === JSON.stringify([record.seats, record.others]);
  return same ? { type: 'seats-kept', at: record.at, pass, revision: record.revision } : { type: 'seats', at: record.at, pass, record };
}

/** The last suspension that nothing ended, also where its end has come; null when there is none. */
export function lastSuspension(entries: Entries): Suspended | null {
  const entry = entries.findLast((each) => each.type === 'suspended' || each.type === 'resumed');
  return entry?.type === 'suspended' ? entry : null;
}

/** The suspension in force at `now`; null when there is none, it was resumed, or its end has come. */
export function suspension(entries: Entries, now: Date): Suspended | null {
  const entry = lastSuspension(entries);
  return entry !== null && Date.parse(entry.until) > now.getTime() ? entry : null;
}

/** Map key of a drift item: one that changes its kind (a moved member whose old seat is now held) stays the same item. */
export function driftId(item: { readonly key: Key }): string {
  return item.key;
}

/** Open drift items by `driftId`; `at` of each is when it was first seen. */
export function openDrift(entries: Entries): ReadonlyMap<string, DriftOpened> {
  const open = new Map<string, DriftOpened>();
  for (const entry of entries) {
    if (entry.type === 'drift-opened' && !open.has(driftId(entry))) open.set(driftId(entry), entry);
    if (entry.type === 'drift-closed') open.delete(driftId(entry));
  }
  return open;
}

/** A key whose change keeps failing: how often in a row, first and last time, what came back last. */
export type Failing = { readonly count: number; readonly since: string; readonly last: string; readonly error: string | null };

/** Keys that failed at least once since they last succeeded. A skipped change says nothing about its key. */
export function failing(entries: Entries): ReadonlyMap<Key, Failing> {
  const keys = new Map<Key, Failing>();
  for (const entry of entries) {
    if (entry.type !== 'change') continue;
    if (entry.result === 'succeeded') keys.delete(entry.key);
    if (entry.result !== 'failed') continue;
    const before = keys.get(entry.key);
    keys.set(entry.key, { count: (before?.count ?? 0) + 1, since: before?.since ?? entry.at, last: entry.at, error: entry.error });
  }
  return keys;
}

/**
 * Removals of the last `hours` hours that took a seat away, or may have: what the removal guard adds to a plan. A delete
 * during which the process died counts too, since it was on its way.
 */
export function recentRemovals(
  entries: Entries,
  now: Date,
  hours = 24,
): readonly { readonly profile: string; readonly userId: string; readonly key: Key }[] {
  const from = addHours(now, -hours).getTime();
  const cut = new Set<JournalEntry>(interrupted(entries).filter((entry) => entry.action === 'delete' && entry.unseats));
  return entries.flatMap((entry) => {
    if (entry.type !== 'change' || !(isRemoval(entry) || cut.has(entry)) || Date.parse(entry.at) < from || entry.userId === null) return [];
    return [{ profile: entry.profile, userId: entry.userId, key: entry.key }];
  });
}

function isRemoval(entry: ChangeEntry): boolean {
  return entry.action === 'delete' && entry.unseats && entry.result === 'succeeded' && entry.effect;
}

/** How often somebody else undid our change of each key within the last `days` days, since it was last settled. */
export function reversals(entries: Entries, now: Date, days = 7): ReadonlyMap<Key, number> {
  const from = addHours(now, -24 * days).getTime();
  const counts = new Map<Key, number>();
  for (const entry of entries) {
    if (entry.type === 'settled') counts.delete(entry.key);
    if (entry.type === 'reversed' && Date.parse(entry.at) >= from) counts.set(entry.key, (counts.get(entry.key) ?? 0) + 1);
  }
  return counts;
}

/** Contested keys that are not settled, with when and under which revision they became so. */
export function contested(entries: Entries): ReadonlyMap<Key, Contested> {
  const open = new Map<Key, Contested>();
  for (const entry of entries) {
    if (entry.type === 'contested' && !open.has(entry.key)) open.set(entry.key, entry);
    if (entry.type === 'settled') open.delete(entry.key);
  }
  return open;
}

/** Contested keys about which live agrees with the configuration; `at` of each is since when. */
export function agreed(entries: Entries): ReadonlyMap<Key, Agreed> {
  const open = new Map<Key, Agreed>();
  for (const entry of entries) {
    if (entry.type === 'agreed' && !open.has(entry.key)) open.set(entry.key, entry);
    if (entry.type === 'disagreed' || entry.type === 'settled' || entry.type === 'contested') open.delete(entry.key);
  }
  return open;
}

/** The newest change of ours of each key that took effect: what somebody else may reverse. */
export function lastEffects(entries: Entries): ReadonlyMap<Key, ChangeEntry> {
  const newest = new Map<Key, ChangeEntry>();
  for (const entry of entries) {
    if (entry.type !== 'change' || entry.result !== 'succeeded' || !entry.effect) continue;
    newest.delete(entry.key); // so that the map is in the order of the journal
    newest.set(entry.key, entry);
  }
  return newest;
}

/** The keys whose newest effective change is known to have been reversed, with the entry that says so. */
export function undone(entries: Entries): ReadonlyMap<Key, Reversed> {
  const found = new Map<Key, Reversed>();
  const ours = new Set<Key>();
  for (const entry of entries) {
    if (entry.type === 'change' && entry.result === 'succeeded' && entry.effect) {
      ours.add(entry.key);
      found.delete(entry.key);
    }
    if (entry.type === 'reversed' && ours.has(entry.key)) found.set(entry.key, entry);
  }
  return found;
}

/** Changes that were sent and of which nothing more is known: the process died during them. */
export function interrupted(entries: Entries): readonly ChangeEntry[] {
  const started = new Map<string, ChangeEntry>();
  for (const entry of entries) {
    if (entry.type !== 'change') continue;
    const id = `${entry.pass} ${entry.key}`;
    if (entry.result === 'started') started.set(id, entry);
    else started.delete(id);
  }
  return [...started.values()];
}
