import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitEnv } from './git.ts';
import { gitIn } from './git-client.ts';

/** Loose objects, and packs, from which on they are put together into one pack: a revision brings about three objects. */
const MOST_LOOSE = 256;
const MOST_PACKS = 12;

/** Git writes a temporary file in minutes; an older one was left by a killed process or a full disk. */
const STALE_MS = 3_600_000;

/**
 * Keeps the number of files in a bare repository bounded however many revisions are fetched: Git's own upkeep is off in
 * it (it would run behind our back), so this packs every object, also those that a rewritten history no longer reaches.
 * Never throws but for an abort: a repository that cannot be packed now is packed after a later fetch.
 */
export async function upkeep(it: { readonly folder: string; readonly env: GitEnv }, signal: AbortSignal): Promise<void> {
  const objects = join(it.folder, 'objects');
  const packs = await names(join(objects, 'pack'));
  await removeStale(join(objects, 'pack'), packs);
  if ((await loose(objects)) < MOST_LOOSE && packs.filter((name) => name.endsWith('.pack')).length < MOST_PACKS) return;
  await gitIn(it.folder, it.env, signal)
    .raw(['repack', '-a', '-d', '--keep-unreachable', '--quiet'])
    .catch(() => '');
  signal.throwIfAborted();
}

async function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/** How many objects lie in files of their own, in the folders `00` to `ff`. */
async function loose(objects: string): Promise<number> {
  const folders = (await names(objects)).filter((name) => /^[0-9a-f]{2}$/.test(name)).map((name) => join(objects, name));
  const counts = await Promise.all(
    folders.map(async (folder) => {
      const files = await names(folder);
      await removeStale(folder, files);
      return files.length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function removeStale(folder: string, files: readonly string[]): Promise<void> {
  for (const name of files.filter((each) => /^\.?tmp[_-]/.test(each))) {
    const path = join(folder, name);
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > STALE_MS) await rm(path, { force: true }).catch(() => {});
  }
}
