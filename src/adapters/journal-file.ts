import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from '../model/journal.ts';
import { compact } from '../model/journal-compact.ts';
import type { Journal } from '../ports.ts';
import { appendTo, isMissing, reasonOf, replaceFile } from './journal-disk.ts';
import { journalLines, readJournalText } from './journal-text.ts';
import { makeFolder } from './make-folder.ts';

export type JournalOptions = {
  /** The journal is rewritten with what still matters when it has grown beyond either bound. */
  readonly maxBytes?: number;
  readonly maxEntries?: number;
  /** Passes whose entries a rewrite keeps; fewer if they alone are more than half of the bounds. */
  readonly keepPasses?: number;
  readonly now?: () => Date;
  /** Why nothing may be written now (somebody else may hold the directory), a full sentence; null when it may. */
  readonly forbidden?: () => string | null;
};

/** Name of the journal inside `stateDir`. */
export const JOURNAL_FILE = 'journal.jsonl';

/** Bounds of a journal where nobody set others: 50 MiB are read back in a second. */
export const JOURNAL_BOUNDS = { maxBytes: 50 * 1024 * 1024, maxEntries: 100_000, keepPasses: 500 };

/** Keys of which a rewrite keeps the newest effective change. */
const KEEP_EFFECTS = 20_000;
/** Seats of which a rewrite keeps how they changed: about 10 MiB, years of a large organisation. */
const KEEP_SEAT_ROWS = 40_000;
/** Sentences kept about a journal: a disk that comes and goes for years says nothing new. */
const MOST_PROBLEMS = 50;
/** How much a journal may grow after a rewrite that could not get below the bounds, or failed, before the next one. */
const SLACK = 1.25;

type Bounds = Required<Omit<JournalOptions, 'now' | 'forbidden'>>;

/**
 * What is in memory, and how much of it is on disk: entries from `saved` on are not yet. `torn`: bytes after `bytes` are
 * rubbish. `unknown`: somebody else may have written to the file, or nobody could read it, so it must be read first.
 * `least`: below this a rewrite would not help.
 */
type Store = {
  readonly file: string;
  readonly bounds: Bounds;
  readonly now: () => Date;
  readonly forbidden: () => string | null;
  entries: JournalEntry[];
  problems: string[];
  saved: number;
  bytes: number;
  torn: boolean;
  unknown: boolean;
  writable: boolean;
  least: { readonly bytes: number; readonly entries: number };
};

/**
 * Opens the journal of a state directory (made with mode 700 if missing; the file has mode 600, since it names people).
 * A torn last line is cut off, lines that are no entries are passed over; both are named in `problems`.
 * When the directory cannot be read or written, the journal lives in memory only and says `writable: false`; it is
 * written as soon as an append finds that it can be. Never throws.
 */
export async function openJournal(stateDir: string, options: JournalOptions = {}): Promise<Journal> {
  const { now = () => new Date(), forbidden = () => null, ...given } = options;
  const bounds: Bounds = { ...JOURNAL_BOUNDS, ...given };
  const file = join(stateDir, JOURNAL_FILE);
  const store: Store = {
    ...{ file, bounds, now, forbidden, entries: [], problems: [], saved: 0, bytes: 0, torn: false },
    ...{ unknown: true, writable: true, least: { bytes: 0, entries: 0 } },
  };
  const usedBefore = existsSync(stateDir);
  // `save` meets the same obstacles and reports them.
  await makeFolder(stateDir).catch(() => {});
  await rm(`${file}.new`, { force: true }).catch(() => {});
  await load(store).catch(() => {});
  const fresh = store.entries.length === 0;
  if (fresh && usedBefore && existsSync(join(stateDir, 'git'))) {
    tell(store, `The journal of ${stateDir} is missing or empty though the directory was in use: drift and first-seen start anew.`);
  }
  await save(store); // also with nothing to write: it proves that one can
  let queue = Promise.resolve();
  return {
    get writable() {
      return store.writable;
    },
    fresh,
    get problems() {
      return store.problems;
    },
    append: (...entries) => {
      store.entries.push(...entries);
      // Appends that arrived while another was writing are on disk already when it is their turn.
      queue = queue.then(() => (store.saved < store.entries.length || !store.writable || forbidden() !== null ? save(store) : undefined));
      return queue;
    },
    entries: () => store.entries,
    close: () => queue,
  };
}

/** Says something once; the oldest sentences make room. */
function tell(store: Store, ...texts: readonly string[]): void {
  const fresh = texts.filter((text) => !store.problems.includes(text));
  store.problems = [...store.problems, ...fresh].slice(-MOST_PROBLEMS);
}

/**
 * Reads the file, and puts behind it what is in memory only. A file that is gone will be written anew from memory.
 * @throws the system's error when there is a file that cannot be read: it must not be touched then.
 */
async function load(store: Store): Promise<void> {
  const bytes = await readFile(store.file).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  const text = readJournalText(bytes ?? Buffer.alloc(0));
  tell(store, ...text.problems);
  if (bytes !== null) store.entries = [...text.entries, ...store.entries.slice(store.saved)];
  store.saved = text.entries.length;
  store.bytes = bytes === null && store.entries.length > 0 ? Number.POSITIVE_INFINITY : text.whole;
  store.torn = bytes !== null && (text.whole < bytes.length || (bytes.length > 0 && bytes.at(-1) !== 0x0a));
  store.unknown = false;
}

/**
 * Writes what is not on disk yet and waits until the disk has it. Appends that arrive meanwhile share the next write.
 * After a failed write the file is cut back to its last whole line before the next attempt.
 */
async function save(store: Store): Promise<void> {
  try {
    const forbidden = store.forbidden();
    if (forbidden !== null) {
      store.unknown = true;
      throw new Error(forbidden);
    }
    if (store.unknown) await load(store);
    const pending = store.entries.slice(store.saved);
    const bytes = await appendTo(store, Buffer.from(journalLines(pending)));
    if (bytes === null) await rewrite(store);
    else {
      store.saved += pending.length;
      store.bytes = bytes;
      store.torn = false;
      await shrink(store);
    }
    if (!store.writable) tell(store, `The journal ${store.file} could be written again.`);
    store.writable = true;
  } catch (error) {
    const why = `The journal ${store.file} cannot be written (${reasonOf(error)}): nothing is enforced until it can be.`;
    tell(store, `${why} Check the disk and its owner.`);
    store.writable = false;
    store.torn = true;
    if (store.entries.length > store.bounds.maxEntries * SLACK) forget(store);
  }
}

/** Rewrites a journal beyond its bounds. One that cannot be rewritten now is complete all the same, and goes on growing. */
async function shrink(store: Store): Promise<void> {
  const { bounds, least } = store;
  if (store.bytes <= Math.max(bounds.maxBytes, least.bytes) && store.entries.length <= Math.max(bounds.maxEntries, least.entries)) return;
  try {
    await rewrite(store);
  } catch (error) {
    tell(
      store,
      `The journal ${store.file} is beyond its bounds and could not be rewritten (${reasonOf(error)}). Check the space on its disk.`,
    );
  }
  store.least = { bytes: store.bytes * SLACK, entries: store.entries.length * SLACK };
}

/** What still matters, at most half of the bounds where that can be had. */
function compacted(store: Store): { readonly kept: readonly JournalEntry[]; readonly data: Buffer } {
  const { maxBytes, maxEntries, keepPasses } = store.bounds;
  for (let passes = keepPasses, effects = KEEP_EFFECTS, seatRows = KEEP_SEAT_ROWS; ; ) {
    const kept = compact(store.entries, store.now(), { passes, effects, seatRows });
    const data = Buffer.from(journalLines(kept));
    if ((passes <= 1 && effects <= 1) || (kept.length <= maxEntries / 2 && data.length <= maxBytes / 2)) return { kept, data };
    passes = Math.max(1, Math.floor(passes / 2));
    effects = Math.max(1, Math.floor(effects / 2));
    seatRows = Math.floor(seatRows / 2);
  }
}

/** Replaces the file by what still matters of the memory. Appends that come meanwhile stay behind it. */
async function rewrite(store: Store): Promise<void> {
  const before = store.entries.length;
  const { kept, data } = compacted(store);
  await replaceFile(store.file, data);
  store.entries = [...kept, ...store.entries.slice(before)];
  store.saved = kept.length;
  store.bytes = data.length;
  store.torn = false;
}

/**
 * Bounds the memory of a journal that cannot be written. The file then lacks what is kept here, so it will be written
 * anew; one that somebody else may have written to is read again first, so only what is not in it is shortened.
 */
function forget(store: Store): void {
  if (store.unknown) {
    const half = Math.floor(store.bounds.maxEntries / 2);
    store.entries = [...store.entries.slice(0, store.saved), ...store.entries.slice(store.saved).slice(-half)];
    return;
  }
  store.entries = [...compacted(store).kept];
  store.saved = 0;
  store.bytes = Number.POSITIVE_INFINITY;
}
