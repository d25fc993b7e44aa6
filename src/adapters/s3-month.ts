import pLimit from 'p-limit';
import type { Month } from '../model/day.ts';
import type { UsagePlace } from '../model/usage-place.ts';
import { type Looking, list } from './s3-list.ts';

/** Listings asked for at once. */
const AT_ONCE = 8;

/** The folders that Kiro makes below the prefix of a bucket, for a month of an account and Region. */
const LEVELS = ['AWSLogs', 'account', 'KiroLogs', 'user_report', 'region', 'year', 'month'] as const;
const SHAPES: ReadonlyMap<string, RegExp> = new Map([
  ['account', /^\d{12}$/],
  ['region', /^[a-z0-9-]{3,32}$/],
]);

/** Prefixes that hold the wanted months, each ending in `/`; `root` is what stands before `AWSLogs/` in all of them. */
type Months = { readonly root: string; readonly prefixes: readonly string[]; readonly pages: number };

/**
 * Where the reports of the months are. Account and Region come from the place; where it does not say, the levels above
 * the months are looked at one by one, so that the rest of a bucket is never listed. A place may point into the folders
 * (`.../AWSLogs/111122223333/`); then only what is below it is wanted.
 * @throws RemoteError as a list does.
 */
export async function monthPrefixes(at: Looking, place: UsagePlace, months: readonly Month[]): Promise<Months> {
  const limit = pLimit(AT_ONCE);
  const { root, given } = split(place.prefix);
  let pages = 0;
  const below = async (prefix: string, shape: RegExp): Promise<readonly string[]> => {
    const found = await limit(() => list(at, prefix, true));
    pages += found.pages;
    return found.folders.map((folder) => folder.slice(prefix.length, -1)).filter((name) => shape.test(name));
  };
  const down = async (prefix: string, level: number, year: string): Promise<readonly string[]> => {
    const kind = LEVELS[level];
    if (kind === undefined) return [[prefix, ...given.slice(LEVELS.length).map((name) => `${name}/`)].join('')];
    const names = await namesOf(kind, given[level], year, place, months, (shape) => below(prefix, shape));
    const deeper = names.map((name) => down(`${prefix}${name}/`, level + 1, kind === 'year' ? name : year));
    return (await Promise.all(deeper)).flat();
  };
  return { root, prefixes: (await down(root, 0, '')).toSorted(), pages };
}

/** What may stand at a level: the names that the place or the months say, else those that are there. */
async function namesOf(
  kind: (typeof LEVELS)[number],
  given: string | undefined,
  year: string,
  place: UsagePlace,
  months: readonly Month[],
  found: (shape: RegExp) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const known = knownNames(kind, year, place, months);
  if (given !== undefined) return known === null || known.includes(given) ? [given] : [];
  const shape = SHAPES.get(kind);
  return known ?? (shape === undefined ? [] : await found(shape));
}

function knownNames(
  kind: (typeof LEVELS)[number],
  year: string,
  { within }: UsagePlace,
  months: readonly Month[],
): readonly string[] | null {
  if (kind === 'account') return within === null ? null : [within.account];
  if (kind === 'region') return within === null ? null : [within.region];
  if (kind === 'year') return [...new Set(months.map((month) => month.slice(0, 4)))];
  if (kind === 'month') return months.filter((month) => month.startsWith(year)).map((month) => month.slice(5));
  return [kind];
}

/** A prefix as what stands before `AWSLogs` (ending in `/`, or empty), and the names from there on. */
function split(prefix: string): { readonly root: string; readonly given: readonly string[] } {
  const names = prefix === '' ? [] : prefix.split('/');
  const at = names.lastIndexOf(LEVELS[0]);
  const before = at < 0 ? names : names.slice(0, at);
  return { root: before.map((name) => `${name}/`).join(''), given: at < 0 ? [] : names.slice(at) };
}
