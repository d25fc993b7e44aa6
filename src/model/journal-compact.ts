import { addHours } from './day.ts';
import type { JournalEntry } from './journal.ts';
import { attachments } from './journal-attachment.ts';
import { agreed, contested, driftId, failing, lastEffects, openDrift, undone } from './journal-state.ts';

/** Entries younger than this are kept whatever they are about: the longest window anybody asks for is 7 days. */
const WINDOW_DAYS = 8;

/** Failures kept for one key: far more than it takes to quarantine it. */
const FAILURES = 20;

/** What a rewrite keeps: whole passes, and of how many keys the newest effective change. */
export type Keep = { readonly passes: number; readonly effects: number };

/**
 * The entries that still matter, in their order: those of the newest `passes` passes, the last seat record, open drift,
 * the last suspension, applied revision and observed profiles, keys that keep failing, contested keys, the newest effective change of each
 * key with its reversal (what somebody else may undo, or did), what was seen of late console steps, and what the guards' windows count (removals and reversals of the last days).
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

function keeper(entries: readonly JournalEntry[], now: Date, { passes, effects }: Keep): (entry: JournalEntry) => boolean {
  const ended = entries.filter((entry) => entry.type === 'pass-ended');
  const firstPass = ended.at(-passes)?.pass ?? 0;
  const from = addHours(now, -24 * WINDOW_DAYS).getTime();
  const open = openDrift(entries);
  const single = new Set<JournalEntry | undefined>([
    entries.findLast((entry) => entry.type === 'seats'),
    entries.findLast((entry) => entry.type === 'seats-kept'),
    entries.findLast((entry) => entry.type === 'suspended' || entry.type === 'resumed'),
    entries.findLast((entry) => entry.type === 'applied'),
    entries.findLast((entry) => entry.type === 'observed'),
    ...open.values(),
    ...contested(entries).values(),
    ...agreed(entries).values(),
    ...lastFailures(entries),
    ...newestEffects(entries, effects),
    ...[...attachments(entries).values()].flatMap(({ unattached, attached }) => [unattached, attached ?? undefined]),
  ]);
  return (entry) => {
    if (single.has(entry)) return true;
    switch (entry.type) {
      case 'seats':
      case 'seats-kept':
      case 'suspended':
      case 'resumed':
      case 'agreed':
      case 'disagreed':
      case 'attachment':
      case 'observed':
        return false;
      case 'drift-opened':
      case 'drift-closed':
        return recent(entry, from) && !open.has(driftId(entry));
      case 'reversed':
      case 'settled':
      case 'contested':
        return recent(entry, from);
      default:
        if (entry.pass >= firstPass) return true;
        // Both ends of a removal, so that one that was cut short still looks so.
        return entry.type === 'change' && entry.action === 'delete' && (entry.effect || entry.unseats) && recent(entry, from);
    }
  };
}

/** The newest effective change of each key, with the reversal of it where there was one; at most so many keys. */
function newestEffects(entries: readonly JournalEntry[], most: number): readonly (JournalEntry | undefined)[] {
  const reversals = undone(entries);
  return [...lastEffects(entries).values()].slice(-most).flatMap((entry) => [entry, reversals.get(entry.key)]);
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
