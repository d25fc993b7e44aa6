import { addHours } from './day.ts';
import type { JournalEntry } from './journal.ts';
import { attachments } from './journal-attachment.ts';
import { agreed, contested, driftId, failing, lastEffects, openDrift, undone } from './journal-state.ts';
import { newestTold } from './journal-told.ts';

/** Entries younger than this are kept whatever they are about: the longest window anybody asks for is 7 days. */
const WINDOW_DAYS = 8;

/** Drift that ended is shown for so many days, of so many beginnings and ends at most (about half a MiB). */
const DRIFT_DAYS = 90;
const DRIFT_ENTRIES = 3_000;

/** Failures kept for one key: far more than it takes to quarantine it. */
const FAILURES = 20;

/** What a rewrite keeps: whole passes, of how many keys the newest effective change, and how many seats of earlier seat sets (0 unless given). */
export type Keep = { readonly passes: number; readonly effects: number; readonly seatRows?: number };

/**
 * The entries that still matter, in their order: those of the newest `passes` passes, the last seat record, open drift, drift of the last 90 days,
 * the last suspension, applied revision, observed profiles and what was posted, keys that keep failing, contested keys, the newest effective change of each
 * key with its reversal (what somebody else may undo, or did), the way back to earlier seat sets, what was seen of late console steps, what receivers of notifications were told of what stands, and what the guards' windows count (removals and reversals of the last days).
 * Every question of `journal-state.ts` has the same answer before and after, except that history is shorter, failures of
 * one key count to 20 at most, and effective changes are of `effects` keys at most.
 */
export function compact(entries: readonly JournalEntry[], now: Date, keep: Keep): readonly JournalEntry[] {
  const isKept = keeper(entries, now, keep);
  const closing = closers(entries, isKept);
  return entries.filter((entry) => isKept(entry) || closing.has(entry));
}

/**
 * What ended something that is kept. By its place in the journal and not by its time: a clock may have been set back, and
 * whatever began must not look as if it went on.
 */
function closers(entries: readonly JournalEntry[], isKept: (entry: JournalEntry) => boolean): ReadonlySet<JournalEntry> {
  const open = new Set<string>();
  const found = new Set<JournalEntry>();
  for (const entry of entries) {
    if (ends(entry).filter((id) => open.delete(id)).length > 0) found.add(entry);
    if (found.has(entry) || isKept(entry)) for (const id of begins(entry)) open.add(id);
  }
  return found;
}

function begins(entry: JournalEntry): readonly string[] {
  if (entry.type === 'drift-opened') return [`drift ${driftId(entry)}`];
  if (entry.type === 'contested' || entry.type === 'reversed') return [`contest ${entry.key}`];
  if (entry.type !== 'change') return [];
  if (entry.result === 'started') return [`sent ${entry.pass} ${entry.key}`];
  return entry.result === 'failed' ? [`failure ${entry.key}`] : [];
}

function ends(entry: JournalEntry): readonly string[] {
  if (entry.type === 'drift-closed') return [`drift ${driftId(entry)}`];
  if (entry.type === 'settled') return [`contest ${entry.key}`];
  if (entry.type !== 'change') return [];
  // Sent once more, the first one is forgotten (`interrupted`).
  return [`sent ${entry.pass} ${entry.key}`, ...(entry.result === 'succeeded' ? [`failure ${entry.key}`] : [])];
}

function keeper(entries: readonly JournalEntry[], now: Date, { passes, effects, seatRows = 0 }: Keep): (entry: JournalEntry) => boolean {
  const ended = entries.filter((entry) => entry.type === 'pass-ended');
  const firstPass = ended.at(-passes)?.pass ?? 0;
  const from = addHours(now, -24 * WINDOW_DAYS).getTime();
  const open = openDrift(entries);
  const drifted = newestDrift(entries, addHours(now, -24 * DRIFT_DAYS).getTime());
  const single = new Set<JournalEntry | undefined>([
    entries.findLast((entry) => entry.type === 'seats'),
    entries.findLast((entry) => entry.type === 'seats-kept'),
    entries.findLast((entry) => entry.type === 'suspended' || entry.type === 'resumed'),
    entries.findLast((entry) => entry.type === 'applied'),
    entries.findLast((entry) => entry.type === 'observed'),
    entries.findLast((entry) => entry.type === 'posted'),
    entries.findLast((entry) => entry.type === 'posted' && entry.settled),
    ...open.values(),
    ...contested(entries).values(),
    ...agreed(entries).values(),
    ...lastFailures(entries),
    ...newestEffects(entries, effects),
    ...newestTold(entries),
    ...newestSeatChanges(entries, seatRows),
    ...[...attachments(entries).values()].flatMap(({ unattached, attached }) => [unattached, attached ?? undefined]),
  ]);
  return (entry) => {
    if (single.has(entry)) return true;
    switch (entry.type) {
      case 'seats':
      case 'seats-kept':
      case 'seats-changed':
      case 'suspended':
      case 'resumed':
      case 'agreed':
      case 'disagreed':
      case 'attachment':
      case 'observed':
        return false;
      case 'drift-opened':
      case 'drift-closed':
        return (recent(entry, from) || drifted.has(entry)) && !open.has(driftId(entry));
      case 'reversed':
      case 'settled':
      case 'contested':
      case 'told':
        return recent(entry, from);
      default:
        if (entry.pass >= firstPass) return true;
        // Both ends of a removal, so that one that was cut short still looks so.
        return entry.type === 'change' && entry.action === 'delete' && (entry.effect || entry.unseats) && recent(entry, from);
    }
  };
}

function newestDrift(entries: readonly JournalEntry[], from: number): ReadonlySet<JournalEntry> {
  const drift = entries.filter((entry) => (entry.type === 'drift-opened' || entry.type === 'drift-closed') && recent(entry, from));
  return new Set(drift.slice(-DRIFT_ENTRIES));
}

/** The newest effective change of each key, with the reversal of it where there was one; at most so many keys. */
function newestEffects(entries: readonly JournalEntry[], most: number): readonly (JournalEntry | undefined)[] {
  const reversals = undone(entries);
  return [...lastEffects(entries).values()].slice(-most).flatMap((entry) => [entry, reversals.get(entry.key)]);
}

/** The newest changes of the seat set that have at most so many seats together, and the newest one whatever it has. */
function newestSeatChanges(entries: readonly JournalEntry[], most: number): readonly JournalEntry[] {
  const newestFirst = entries.filter((entry) => entry.type === 'seats-changed').reverse();
  let rows = 0;
  return newestFirst.filter(({ removed, added, others }, index) => {
    rows += removed.length + added.length + (others?.removed.length ?? 0) + (others?.added.length ?? 0);
    return rows <= most || index === 0;
  });
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
