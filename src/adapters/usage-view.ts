import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Gives each key below a prefix a path of its own; `root` counts up where paths would meet. */
export type Layout = (key: string) => { readonly root: number; readonly path: string };

/** File systems take names of 255 bytes, and some take paths of little more than 1,000. */
const LONGEST_NAME = 180;
const LONGEST_PATH = 600;
/** The folders down to the month, which say whose report it is. */
const KEPT = 7;

/**
 * Local paths for the keys of a bucket, which may hold anything: no path leaves its folder, and no two keys have the same
 * path, also where upper and lower case are one or where a key is the folder of another. A key that Kiro writes is its own path.
 */
export function layout(): Layout {
  const files = new Set<string>();
  const folders = new Set<string>();
  return (key) => {
    const path = bounded(key.split('/').map(named), key);
    for (let root = 0; ; root += 1) {
      const id = `${root}/${path.toLowerCase()}`;
      const above = foldersOf(id);
      if (files.has(id) || folders.has(id) || above.some((folder) => files.has(folder))) continue;
      files.add(id);
      for (const folder of above) folders.add(folder);
      return { root, path };
    }
  };
}

function foldersOf(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, i) => names.slice(0, i + 1).join('/'));
}

/** One part of a key as a file name: what is unusual is `%XX`, so that `..`, NUL or `\` name nothing but themselves. */
function named(part: string): string {
  if (part === '') return '%';
  if (/^\.{1,2}$/.test(part)) return part.replaceAll('.', '%2E');
  const safe = part.replace(/[^A-Za-z0-9._=+@,-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
  return safe.length > LONGEST_NAME ? short(part) : safe;
}

function bounded(names: readonly string[], key: string): string {
  const path = names.join('/');
  return path.length <= LONGEST_PATH ? path : [...names.slice(0, KEPT), short(key)].join('/');
}

/** `%~` begins no other name. */
function short(text: string): string {
  return `%~${createHash('sha256').update(text).digest('hex')}${/\.csv$/i.test(text) ? '.csv' : ''}`;
}

/** Makes the folder of a path, where it is not among those made before. */
async function makeAbove(path: string, made: Set<string>): Promise<void> {
  const folder = dirname(path);
  if (made.has(folder)) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  made.add(folder);
}

/** A path that leads to a file of the cache; a copy where the file system knows no second name for a file. */
export async function place(to: string, cached: string, made: Set<string>): Promise<void> {
  await makeAbove(to, made);
  await link(cached, to).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'EEXIST') throw error;
    return copyFile(cached, to);
  });
}

/** A file of that many bytes which takes no room: it is looked at by name and size only. */
export async function placeEmpty(to: string, size: number, made: Set<string>): Promise<void> {
  await makeAbove(to, made);
  await writeFile(to, '', { flag: 'wx', mode: 0o600 });
  if (size > 0) await truncate(to, size);
}
