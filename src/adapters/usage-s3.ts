import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RemoteError } from '../errors.ts';
import type { UsagePlace } from '../model/usage-place.ts';
import type { UsageBuckets, UsageFetch, UsageWanted } from '../ports.ts';
import { openS3, type S3Options } from './s3-client.ts';
import { download } from './s3-download.ts';
import { type Looking, list, type S3Object } from './s3-list.ts';
import { monthPrefixes } from './s3-month.ts';
import { everyOne, listened, together } from './side-by-side.ts';
import { openCache, type UsageCache, wrapped } from './usage-cache.ts';
import { layout, placeEmpty, place as placeFile } from './usage-view.ts';

export type UsageS3Options = {
  /** Made if missing; several processes may share it. */
  readonly cacheDir: string;
  readonly now: () => Date;
  /** Told as the fetch goes on. */
  readonly hear?: (progress: UsageProgress) => void;
  /** What the cache may hold, 4 GiB unless told. */
  readonly mostCacheBytes?: number;
  readonly client?: Pick<S3Options, 'maxSockets' | 'maxAttempts'>;
};

/** `found`: objects listed so far; `done`: those that are here; `fetched`: those that were not before, with their `bytes`. */
export type UsageProgress = { readonly found: number; readonly done: number; readonly fetched: number; readonly bytes: number };

/** As many as `together` asks for at once. */
const MOST_SOCKETS = 24;
/** How often a month is listed anew because an object changed between list and fetch. */
const MOST_ROUNDS = 5;
const MOST_CACHE_BYTES = 4 * 1024 ** 3;

/** What one fetch shares over all its places. */
type Fetch = {
  readonly options: UsageS3Options;
  readonly wanted: UsageWanted;
  readonly cache: UsageCache;
  readonly progress: { found: number; done: number; fetched: number; bytes: number };
  readonly signal: AbortSignal;
};

/** An object and its copy here, null for one that is not fetched: no report, too large, or not to be reached by its key. */
type Brought = { readonly object: S3Object; readonly path: string | null };
type Whole = { readonly root: string; readonly brought: readonly Brought[]; readonly pages: number; readonly requests: number };

/** Usage reports in S3, with a cache on this disk so that only new and exported-again reports are fetched. */
export function usageBuckets(options: UsageS3Options): UsageBuckets {
  return {
    conclusions: join(options.cacheDir, 'v1', 'facts'),
    async fetch(places, wanted, signal) {
      const cache = await openCache(options.cacheDir);
      const progress = { found: 0, done: 0, fetched: 0, bytes: 0 };
      const wholes = await everyOne(places.map((place) => fetchPlace(place, { options, wanted, cache, progress, signal })));
      const view = await cache.view();
      try {
        const directories = await wrapped(options.cacheDir, () => show(view, places, wholes, { wanted, signal }));
        await cache.sweep(options.mostCacheBytes ?? MOST_CACHE_BYTES, options.now());
        const fingerprint = fingerprintOf(places, wholes);
        return { directories, fingerprint, took: sum(wholes, wanted, progress), close: () => rm(view, { recursive: true, force: true }) };
      } catch (error) {
        await rm(view, { recursive: true, force: true });
        throw error;
      }
    },
  };
}

async function fetchPlace(place: UsagePlace, fetch: Fetch): Promise<Whole> {
  const { options, wanted } = fetch;
  const s3 = openS3({ region: place.region, assumeRoleArn: place.assumeRoleArn, maxSockets: MOST_SOCKETS, ...options.client });
  try {
    const at: Looking = { s3, bucket: place.bucket, signal: listened(fetch.signal) };
    const months = await monthPrefixes(at, place, wanted.months);
    const brought = await settle(months.prefixes, at, fetch);
    return { root: months.root, brought: brought.objects, pages: months.pages + brought.pages, requests: s3.requests() };
  } finally {
    s3.close();
  }
}

/** Lists the prefixes and brings what they hold; those in which an object changed meanwhile are listed anew. */
async function settle(
  prefixes: readonly string[],
  at: Looking,
  fetch: Fetch,
): Promise<{ readonly objects: readonly Brought[]; readonly pages: number }> {
  const whole = new Map<string, readonly Brought[]>();
  let pages = 0;
  for (let round = 1; ; round += 1) {
    const open = prefixes.filter((prefix) => !whole.has(prefix));
    if (open.length === 0) return { objects: [...whole.values()].flat(), pages };
    if (round > MOST_ROUNDS) throw restless(at.bucket, open);
    const listed = await together(open, at.signal, async (prefix, signal) => ({ prefix, ...(await list({ ...at, signal }, prefix)) }));
    const files = listed.flatMap(({ prefix, objects }) => objects.filter(isFile).map((object) => ({ prefix, object })));
    fetch.progress.found += files.length;
    const brought = await together(files, at.signal, async ({ prefix, object }, signal) => ({
      prefix,
      it: await bring({ ...at, signal }, object, fetch),
    }));
    for (const { prefix, pages: more } of listed) {
      pages += more;
      const its = brought.filter((each) => each.prefix === prefix).map((each) => each.it);
      const all = its.filter((each) => each !== null);
      if (all.length === its.length) whole.set(prefix, all);
    }
  }
}

/** What a console makes to show a folder is no file. */
function isFile({ key }: S3Object): boolean {
  return !key.endsWith('/');
}

/** The object's copy in the cache, fetched when it is not there; null when the object is not the listed one any more. */
async function bring(at: Looking, object: S3Object, fetch: Fetch): Promise<Brought | null> {
  const { options, wanted, cache, progress } = fetch;
  const isWanted = wanted.isReport(object.key) && object.size <= wanted.mostBytes && isReachable(object.key);
  const found = isWanted ? await cache.find(at.bucket, object) : null;
  const path = isWanted ? (found ?? (await fetchObject(at, object, fetch))) : null;
  progress.done += 1;
  options.hear?.(progress);
  return isWanted && path === null ? null : { object, path };
}

/** False for keys that a client or proxy on the way may resolve as a path, to another object than the one listed. Kiro writes none. */
function isReachable(key: string): boolean {
  return !key.split('/').some((name) => name === '.' || name === '..');
}

async function fetchObject(at: Looking, object: S3Object, { options, cache, progress }: Fetch): Promise<string | null> {
  const draft = cache.draft();
  const digest = await wrapped(options.cacheDir, () => download(at, object, draft));
  if (digest === null) return null;
  progress.fetched += 1;
  progress.bytes += object.size;
  return await cache.keep(draft, at.bucket, object, digest);
}

type Shown = { readonly file: string; readonly brought: Brought };

/** Makes the folders that are read. An object that two places hold is there once. */
async function show(view: string, places: readonly UsagePlace[], wholes: readonly Whole[], fetch: Pick<Fetch, 'wanted' | 'signal'>) {
  const taken = new Set<string>();
  const directories = new Map<string, string>();
  const shown = places.flatMap((place, i): readonly Shown[] => {
    const { root, brought } = wholes[i] ?? { root: '', brought: [] };
    const pathOf = layout();
    return brought.flatMap((each): readonly Shown[] => {
      const id = `${place.bucket}/${each.object.key}`;
      if (taken.has(id)) return [];
      taken.add(id);
      const to = pathOf(each.object.key.slice(root.length));
      const directory = join(view, `${i}-${to.root}`);
      directories.set(directory, `s3://${place.bucket}/${root}`);
      return [{ file: join(directory, to.path), brought: each }];
    });
  });
  const made = new Set<string>();
  await together(shown, fetch.signal, async ({ file, brought: { object, path } }) => {
    if (path !== null) await placeFile(file, path, made);
    else await placeEmpty(file, fetch.wanted.isReport(object.key) ? object.size : 0, made);
  });
  return [...directories].map(([path, url]) => ({ path, url }));
}

/** ETags change with the content, and the listing is whole, so that they say all there is to know. */
function fingerprintOf(places: readonly UsagePlace[], wholes: readonly Whole[]): string {
  const lines = wholes.flatMap(({ brought }, i) =>
    brought.map(({ object: { key, etag, size }, path }) => JSON.stringify([places[i]?.bucket, key, etag, size, path !== null])),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

function sum(wholes: readonly Whole[], { isReport }: UsageWanted, { fetched, bytes }: UsageProgress): UsageFetch {
  const total = (of: (whole: Whole) => number): number => wholes.reduce((all, whole) => all + of(whole), 0);
  const reports = total((w) => w.brought.filter(({ object }) => isReport(object.key)).length);
  return { pages: total((w) => w.pages), reports, fetched, bytes, requests: total((w) => w.requests) };
}

function restless(bucket: string, prefixes: readonly string[]): RemoteError {
  const message = `Objects below s3://${bucket}/${prefixes[0]} changed each of the ${MOST_ROUNDS} times that they were read.`;
  const advice = 'Try again when nobody writes there; Kiro writes its reports at about 02:00 UTC.';
  return new RemoteError([{ kind: 'incomplete', operation: 's3:GetObject', message, advice, requestId: null }]);
}
