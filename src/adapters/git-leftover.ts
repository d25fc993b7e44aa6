import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Git holds its locks for milliseconds; the mark that keeps a pack is held for one fetch. */
const STALE_LOCK_MS = 60_000;
const STALE_KEEP_MS = 3_600_000;

/** Removes what a killed process left: locks, which would fail every fetch from then on, and marks that keep a pack from ever being repacked. */
export async function removeLeftovers(folder: string, branch: string, now: number): Promise<void> {
  for (const name of ['config.lock', 'HEAD.lock', 'packed-refs.lock', 'shallow.lock', `refs/heads/${branch}.lock`]) {
    await removeOlder(join(folder, name), now - STALE_LOCK_MS);
  }
  const packs = join(folder, 'objects/pack');
  for (const name of await readdir(packs).catch(() => [])) {
    if (name.endsWith('.keep')) await removeOlder(join(packs, name), now - STALE_KEEP_MS);
  }
}

async function removeOlder(path: string, than: number): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null && found.mtimeMs < than) await rm(path, { force: true });
}
