import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Discovery } from './discover.ts';
import type { Facts } from './facts.ts';

/** To be raised with every change of what the reader concludes from the same files. */
const VERSION = 2;

/** Facts kept in a cache folder, one a question (places, month); the oldest go first. */
const MOST_KEPT = 12;

/**
 * A file changed less than this before it was looked at may change again without a new time: clocks of file systems tick,
 * some every two seconds only. What was read of such a file is not remembered.
 */
const UNSETTLED_MS = 2000;

/** One state of the files: equal keys mean equal files, read for the same question. */
export type Remembered = { readonly file: string; readonly key: string };

const digest = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex');

/**
 * Names the state of the files for a question: what they are called, their sizes, inodes and both times to the
 * nanosecond (the change time moves even when a copy restores the other). Null when one of them cannot be looked at, or
 * changed a moment ago: then nothing is remembered and nothing is recalled.
 */
export function stateOf(folder: string, question: string, { reports, counts }: Discovery, now: Date): Remembered | null {
  const lines: string[] = [];
  for (const { path, label } of reports) {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined || Number(stat.ctimeMs) > now.getTime() - UNSETTLED_MS || Number(stat.mtimeMs) > now.getTime() - UNSETTLED_MS)
      return null;
    lines.push(JSON.stringify([path, label, ...[stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].map(String)]));
  }
  const key = digest(`${VERSION} ${process.versions.v8}`, question, JSON.stringify(counts), lines.join('\n'));
  return { file: join(folder, `facts-${digest(question).slice(0, 16)}`), key };
}

/** As `stateOf`, for files that are copies made anew each time, whose content is known: equal `content` means equal files. */
export function stateOfContent(folder: string, question: string, content: string): Remembered {
  const key = digest(`${VERSION} ${process.versions.v8}`, question, content);
  return { file: join(folder, `facts-${digest(question).slice(0, 16)}`), key };
}

const DIGEST_BYTES = 64;

/** What was concluded from exactly this state of the files; null when nothing was, or the cache file is damaged. */
export function recall({ file, key }: Remembered): Facts | null {
  try {
    const bytes = readFileSync(file);
    const body = bytes.subarray(DIGEST_BYTES);
    if (bytes.toString('latin1', 0, DIGEST_BYTES) !== digest(key, body)) return null;
    // The digest says that `remember` wrote these bytes for this key, from Facts, under this version of the code.
    return deserialize(body) as Facts;
  } catch {
    return null;
  }
}

/** Keeps facts for the next time, readable by this user only. A folder that cannot be written costs the memory, not the report. */
export function remember({ file, key }: Remembered, facts: Facts): void {
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    const body = serialize(facts);
    writeFileSync(part, Buffer.concat([Buffer.from(digest(key, body), 'latin1'), body]), { mode: 0o600 });
    renameSync(part, file);
    prune(join(file, '..'));
  } catch {
    rmSync(part, { force: true });
  }
}

function prune(folder: string): void {
  const kept = readdirSync(folder)
    .filter((name) => /^facts-[0-9a-f]{16}$/.test(name))
    .map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of kept.slice(MOST_KEPT)) rmSync(join(folder, name), { force: true });
}
