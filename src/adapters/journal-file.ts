import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JournalEntry } from '../model/journal.ts';
import { compact } from '../model/journal-compact.ts';
import type { Journal } from '../ports.ts';
import { journalLines, readJournalText } from './journal-text.ts';

export type JournalOptions = {
  /** The journal is rewritten with what still matters when it has grown beyond either bound. */
  readonly maxBytes?: number;
  readonly maxEntries?: number;
  /** Passes whose entries a rewrite keeps; fewer if they alone are more than half of the bounds. */
  readonly keepPasses?: number;
  readonly now?: () => Date;
};

/** Name of the journal inside `stateDir`. */
export const JOURNAL_FILE = 'journal.jsonl';

type Bounds = Required<Omit<JournalOptions, 'now'>> & { readonly now: () => Date };

/**
 * What is in memory, and how much of it is on disk: entries from `saved` on are not yet. `torn`: bytes after `bytes` are
 * rubbish. `unreadable`: there is a file whose content nobody could see, so it must not be touched.
 */
type Store = {
  entries: JournalEntry[];
  problems: string[];
  saved: number;
  bytes: number;
  torn: boolean;
  unreadable: boolean;
  writable: boolean;
};

/**
 * Opens the journal of a state directory (made with mode 700 if missing; the file has mode 600, since it names people).
 * A torn last line is cut off, lines that are no entries are passed over; both are named in `problems`.
 * When the directory cannot be read or written, the journal lives in memory only and says `writable: false`.
 * Never throws.
 */
export async function openJournal(stateDir: string, options: JournalOptions = {}): Promise<Journal> {
  const { maxBytes = 50 * 1024 * 1024, maxEntries = 100_000, keepPasses = 500, now = () => new Date() } = options;
  const bounds: Bounds = { maxBytes, maxEntries, keepPasses, now };
  const file = join(stateDir, JOURNAL_FILE);
  const store: Store = { entries: [], problems: [], saved: 0, bytes: 0, torn: false, unreadable: false, writable: true };
  const usedBefore = existsSync(stateDir);
  await load(file, store);
  const fresh = store.entries.length === 0;
  if (fresh && usedBefore && existsSync(join(stateDir, 'git'))) {
    store.problems.push(`The journal of ${stateDir} is missing or empty though the directory was in use: drift and first-seen start anew.`);
  }
  await save(file, store, bounds); // also with nothing to write: it proves that one can
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
      queue = queue.then(() => (store.saved < store.entries.length ? save(file, store, bounds) : undefined));
      return queue;
    },
    entries: () => store.entries,
    close: () => queue,
  };
}

async function load(file: string, store: Store): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await rm(`${file}.new`, { force: true });
  } catch {
    // `save` meets the same obstacle and reports it.
  }
  const bytes = await readFile(file).catch((error: unknown) => {
    store.unreadable = !isMissing(error);
    return null;
  });
  if (bytes === null) return;
  const text = readJournalText(bytes);
  store.entries = [...text.entries];
  store.problems.push(...text.problems);
  store.saved = text.entries.length;
  store.bytes = text.whole;
  store.torn = text.whole < bytes.length || (bytes.length > 0 && bytes.at(-1) !== 0x0a);
}

/**
 * Writes what is not on disk yet and waits until the disk has it. Appends that arrive meanwhile share the next write.
 * After a failed write the file is cut back to its last whole line before the next attempt.
 */
async function save(file: string, store: Store, bounds: Bounds): Promise<void> {
  const pending = store.entries.slice(store.saved);
  try {
    if (store.unreadable) throw new Error('it exists but cannot be read; mend that and start again');
    const data = Buffer.from(journalLines(pending));
    const bytes = await withFile(file, 'a+', (handle) => appendTo(handle, store, data));
    store.saved += pending.length;
    store.bytes = bytes ?? 0;
    store.torn = false;
    if (bytes === null || bytes > bounds.maxBytes || store.entries.length > bounds.maxEntries) await rewrite(file, store, bounds);
    store.writable = true;
  } catch (error) {
    if (store.writable) {
      store.problems.push(
        `The journal ${file} cannot be written (${reason(error)}): nothing is enforced until it can be. Check the disk and its owner.`,
      );
    }
    store.writable = false;
    store.torn = true;
  }
}

/** The size of the file afterwards; null, with nothing written, when somebody took the file away and it must be written anew. */
async function appendTo(handle: FileHandle, store: Store, data: Buffer): Promise<number | null> {
  if ((await handle.stat()).size < store.bytes) return null;
  if (store.torn) await handle.truncate(store.bytes);
  const needsNewline = store.torn && store.bytes > 0 && !(await endsLine(handle, store.bytes));
  const whole = needsNewline ? Buffer.concat([Buffer.from('\n'), data]) : data;
  await handle.writeFile(whole);
  await handle.sync();
  return store.bytes + whole.length;
}

async function endsLine(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

/** Replaces the file by its compacted form in one rename, so that a crash leaves the old or the new one. */
async function rewrite(file: string, store: Store, bounds: Bounds): Promise<void> {
  let passes = bounds.keepPasses;
  let kept = compact(store.entries, bounds.now(), passes);
  let data = Buffer.from(journalLines(kept));
  while (passes > 1 && (kept.length > bounds.maxEntries / 2 || data.length > bounds.maxBytes / 2)) {
    passes = Math.floor(passes / 2);
    kept = compact(store.entries, bounds.now(), passes);
    data = Buffer.from(journalLines(kept));
  }
  await withFile(`${file}.new`, 'w', async (handle) => {
    await handle.writeFile(data);
    await handle.sync();
  });
  await rename(`${file}.new`, file);
  await withFile(dirname(file), 'r', (handle) => handle.sync());
  store.entries = [...kept, ...store.entries.slice(store.saved)];
  store.saved = kept.length;
  store.bytes = data.length;
}

async function withFile<T>(path: string, flags: 'a+' | 'w' | 'r', use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, flags, 0o600);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
