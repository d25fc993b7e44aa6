/** A field of something that was parsed from an answer; undefined where it is not an object or lacks the field. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.entries(value).find(([each]) => each === name)?.[1];
}

/** Where a forge does not say how long; GitHub wants at least a minute. */
const WAIT_MS = 60_000;
/** A longer wish is a mistake of somebody's clock; the hour is GitHub's own window. */
const MOST_WAIT_MS = 3_600_000;

type Refused = { readonly status: number; readonly header: (name: string) => string | null; readonly words: string };

/**
 * Until when a forge wants no more requests; null when it did not ask to wait. GitHub answers 403 or 429 with `retry-after`,
 * or with `x-ratelimit-remaining: 0` and when that ends (`x-ratelimit-reset`, seconds of Unix time), or with words alone about
 * its secondary limit; GitLab answers 429 with `retry-after` and `ratelimit-reset`. 503 may say it too.
 */
export function waitOf({ status, header, words }: Refused, now: Date): Date | null {
  if (status !== 403 && status !== 429 && status !== 503) return null;
  const after = header('retry-after');
  const isSpent = header('x-ratelimit-remaining') === '0' || header('ratelimit-remaining') === '0';
  if (after === null && !isSpent && status !== 429 && !(status === 403 && /rate limit/i.test(words))) return null;
  const reset = isSpent ? (header('x-ratelimit-reset') ?? header('ratelimit-reset')) : null;
  const asked = millisecondsOf(after, now) ?? (reset !== null && /^\d{1,12}$/.test(reset) ? Number(reset) * 1000 - now.getTime() : WAIT_MS);
  return new Date(now.getTime() + Math.min(Math.max(asked, 1000), MOST_WAIT_MS));
}

/** `retry-after` is seconds or a date. */
function millisecondsOf(after: string | null, now: Date): number | null {
  if (after === null) return null;
  if (/^\d{1,9}$/.test(after)) return Number(after) * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? null : date - now.getTime();
}

/** A list of an answer; null when it is none. */
export function listOf(body: unknown): readonly unknown[] | null {
  return Array.isArray(body) ? body : null;
}

/** A comment on a pull request. `author` is the id of who wrote it, `app` that of the GitHub App that did. */
export type Written = { readonly id: string; readonly body: string; readonly author: string | null; readonly app: readonly string[] };

const idOf = (value: unknown): string | null => (typeof value === 'number' || typeof value === 'string' ? String(value) : null);

/** Numbers of the merged pull requests of a branch (GitHub, "List pull requests associated with a commit"). */
export function githubMerged(body: unknown, branch: string): readonly number[] {
  return (listOf(body) ?? []).flatMap((each) => {
    const number = field(each, 'number');
    const isMerged = typeof field(each, 'merged_at') === 'string' && field(field(each, 'base'), 'ref') === branch;
    return isMerged && typeof number === 'number' ? [number] : [];
  });
}

/** Numbers of the merged merge requests of a branch (GitLab, "List merge requests associated with a commit"). */
export function gitlabMerged(body: unknown, branch: string): readonly number[] {
  return (listOf(body) ?? []).flatMap((each) => {
    const number = field(each, 'iid');
    const isMerged = field(each, 'state') === 'merged' && field(each, 'target_branch') === branch;
    return isMerged && typeof number === 'number' ? [number] : [];
  });
}

/** Comments of a page of GitHub ("List issue comments"). */
export function githubComments(body: unknown): readonly Written[] {
  return (listOf(body) ?? []).flatMap((each) => {
    const id = idOf(field(each, 'id'));
    const app = field(each, 'performed_via_github_app');
    const ids = [idOf(field(app, 'id')), idOf(field(app, 'client_id'))].filter((one) => one !== null);
    return id === null ? [] : [{ id, body: String(field(each, 'body') ?? ''), author: idOf(field(field(each, 'user'), 'id')), app: ids }];
  });
}

/** Notes of a page of GitLab ("List all merge request notes"). */
export function gitlabNotes(body: unknown): readonly Written[] {
  return (listOf(body) ?? []).flatMap((each) => {
    const id = idOf(field(each, 'id'));
    if (id === null || field(each, 'system') === true) return [];
    return [{ id, body: String(field(each, 'body') ?? ''), author: idOf(field(field(each, 'author'), 'id')), app: [] }];
  });
}
