import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { UserError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';
import { s3Endpoint } from './s3-client.ts';
import type { S3Object } from './s3-list.ts';

/**
 * Objects of buckets on this disk: `objects/<id>.<digest>`, where the id stands for endpoint, bucket, key, ETag and size,
 * and the digest for the content. Nothing of a key is in a name, so a key can neither leave the folder nor hit another's
 * file; no index can be damaged or contended for, and a file that does not have the digest it is named by is none.
 */
export type UsageCache = {
  /** The whole, undamaged copy of an object; null when there is none, and a damaged one is removed. */
  readonly find: (bucket: string, object: S3Object) => Promise<string | null>;
  /** Where to write an object before it is whole. */
  readonly draft: () => string;
  /** Makes a whole draft the copy of an object; gives its path. */
  readonly keep: (draft: string, bucket: string, object: S3Object, digest: string) => Promise<string>;
  /** A new folder that nobody else uses, for the reader. */
  readonly view: () => Promise<string>;
  /** Forgets what was not used for long, the longest unused beyond `mostBytes`, and what a killed process left. */
  readonly sweep: (mostBytes: number, now: Date) => Promise<void>;
};

/** Longer than the four months of reports are asked for one after another, shorter than anybody waits for a disk to fill. */
const UNUSED_MS = 45 * 86_400_000;
/** No fetch and no reading takes so long: whoever left it is dead. */
const LEFT_MS = 86_400_000;
/** What was used so lately may be about to be read by another process. */
const LATELY_MS = 3_600_000;
/** The time of the last use is written at most this often. */
const TOUCH_MS = 600_000;

const AT_ONCE = 32;
/** Files of at most so many bytes are read whole. */
const SMALL = 1 << 18;

/** @throws UserError when the directory cannot be made, or not written to. */
export async function openCache(directory: string): Promise<UsageCache> {
  const at = (kind: string): string => join(directory, 'v1', kind);
  const [objects, drafts, views] = [at('objects'), at('drafts'), at('views')];
  const names = await wrapped(directory, async () => {
    for (const folder of [objects, drafts, views]) await makeFolder(folder);
    return await readdir(objects);
  });
  const known = new Map(names.map((name) => [name.slice(0, 64), name]));
  return {
    async find(bucket, object) {
      const name = known.get(idOf(bucket, object));
      if (name === undefined) return null;
      const path = join(objects, name);
      if (await isWhole(path, object.size, name.slice(65))) return path;
      await rm(path, { force: true });
      return null;
    },
    draft: () => join(drafts, unique()),
    async keep(draft, bucket, object, digest) {
      const id = idOf(bucket, object);
      const path = join(objects, `${id}.${digest}`);
      await wrapped(directory, () => rename(draft, path));
      known.set(id, `${id}.${digest}`);
      return path;
    },
    async view() {
      const path = join(views, unique());
      await wrapped(directory, () => mkdir(path, { mode: 0o700 }));
      return path;
    },
    async sweep(mostBytes, now) {
      for (const folder of [drafts, views]) await removeOld(folder, now.getTime() - LEFT_MS);
      await forget(objects, mostBytes, now.getTime());
    },
  };
}

/** Work on the cache; @throws UserError for what the disk refuses. */
export async function wrapped<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const why = cause instanceof Error && 'syscall' in cause && 'code' in cause ? String(cause.code) : null;
    if (why === null) throw cause;
    const advice = 'Check that this user may write there and that the disk is not full, or set cacheDir (KIROSYNC_CACHE_DIR).';
    throw new UserError(`The cache directory ${directory} cannot be used (${why}). ${advice}`, { cause });
  }
}

function unique(): string {
  return `${process.pid}-${randomBytes(8).toString('hex')}`;
}

function idOf(bucket: string, { key, etag, size }: S3Object): string {
  return createHash('sha256')
    .update(JSON.stringify([s3Endpoint(), bucket, key, etag, size]))
    .digest('hex');
}

/** Also says that the file was used now. */
async function isWhole(path: string, size: number, digest: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile() || found.size !== size) return false;
  const now = new Date();
  if (now.getTime() - found.mtimeMs > TOUCH_MS) await utimes(path, now, now).catch(() => {}); // only the order of forgetting hangs on it
  return (await digestOf(path, size).catch(() => null)) === digest;
}

async function digestOf(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  // Several times as fast as a stream, for the small files that nearly all reports are.
  if (size <= SMALL) return hash.update(await readFile(path)).digest('hex');
  for await (const chunk of createReadStream(path, { highWaterMark: SMALL })) hash.update(chunk);
  return hash.digest('hex');
}

async function removeOld(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && found.mtimeMs < before) await rm(path, { recursive: true, force: true });
  }
}

async function forget(objects: string, mostBytes: number, now: number): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const found = (await readdir(objects).catch(() => [])).map((name) =>
    limit(async () => {
      const path = join(objects, name);
      const it = await stat(path).catch(() => null);
      return it === null ? null : { path, used: it.mtimeMs, size: it.size };
    }),
  );
  const files = (await Promise.all(found)).filter((file) => file !== null);
  let bytes = 0;
  for (const file of files.sort((a, b) => b.used - a.used)) {
    bytes += file.size;
    if (file.used < now - UNUSED_MS || (bytes > mostBytes && file.used < now - LATELY_MS))
      await rm(file.path, { recursive: true, force: true });
  }
}
