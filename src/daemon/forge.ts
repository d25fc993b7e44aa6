import { RemoteError, type RemoteFailure } from '../errors.ts';
import { commentBody, markerOf } from '../forge/comment.ts';
import { digestOf, type Facts, isSettled, type Standing, standingOf, statusOf } from '../forge/outcome.ts';
import { commitOf } from '../model/revision.ts';
import type { DaemonDeps, Ended } from './deps.ts';
import { factsOf, isOlder, postedOf } from './forge-facts.ts';

export type ForgeEvent =
  | { readonly type: 'posted'; readonly revision: string; readonly standing: Standing; readonly pulls: number }
  | { readonly type: 'post-failed'; readonly failure: RemoteFailure };

/** Posts what passes made of a revision to the forge, beside the passes. */
export type Poster = {
  /** Told of every pass that ended; returns at once. Of several that end meanwhile the last one is posted. */
  readonly after: (ended: Ended) => void;
  /** What did not work in the last try. */
  readonly troubles: () => readonly RemoteFailure[];
  /** When the first of the tries failed that have failed in a row since; null after one that worked. */
  readonly failingSince: () => Date | null;
  /** Ends what is under way; an outcome that was not posted is posted by the next process. */
  readonly close: () => Promise<void>;
};

/** Commits between two passes whose pull requests are looked for, and pull requests that are written to: a pass comes every few minutes. */
const COMMITS = 20;
const PULLS = 10;

type ForgeDeps = Pick<DaemonDeps, 'settings' | 'journal' | 'source' | 'forge' | 'now' | 'log'>;
type Job = { readonly facts: Facts; readonly pass: number; readonly at: string };

/** The poster of a daemon; without `git.forge` it does nothing. */
export function poster(deps: ForgeDeps, emit: (event: ForgeEvent) => void): Poster {
  const ending = new AbortController();
  let waiting: Job | null = null;
  let working: Promise<void> | null = null;
  let troubles: readonly RemoteFailure[] = [];
  let failingSince: Date | null = null;
  /** What was written of a digest that could not be posted whole, so that it is not written again. */
  const done = new Map<string, string>();

  const fail = (failures: readonly RemoteFailure[]) => {
    troubles = [...troubles, ...failures];
    for (const failure of failures) {
      tell(deps, failure);
      emit({ type: 'post-failed', failure });
    }
  };
  const attempt = async (job: Job) => {
    troubles = [];
    try {
      await post({ ...deps, done, fail }, job, ending.signal, emit);
      failingSince = troubles.length === 0 ? null : (failingSince ?? deps.now());
    } catch (error) {
      if (ending.signal.aborted) return;
      failingSince ??= deps.now();
      if (error instanceof RemoteError) fail(error.failures);
      else deps.log.error({ err: error }, 'a bug in kirosync kept an outcome from the forge; passes go on');
    }
  };
  const work = async () => {
    while (waiting !== null && !ending.signal.aborted) {
      const job: Job = waiting;
      waiting = null;
      await attempt(job);
    }
    working = null;
  };
  return {
    after: (ended) => {
      const { attempted } = ended.result;
      if (deps.forge === undefined || attempted === null || commitOf(attempted) === null) return;
      if (!isOwed(deps, attempted, ended.pass)) return;
      waiting = { facts: factsOf(deps, ended, attempted), pass: ended.pass, at: ended.finishedAt.toISOString() };
      working ??= work();
    },
    troubles: () => troubles,
    failingSince: () => failingSince,
    close: async () => {
      ending.abort(new Error('the daemon stops'));
      await working;
    },
  };
}

/**
 * Whether anything is to be said of a revision, which the journal is told before: a restart must not take it for one that
 * was in force before the forge was set.
 */
function isOwed({ journal, now }: ForgeDeps, revision: string, pass: number): boolean {
  const entries = journal.entries();
  if (postedOf(entries, revision, '').before !== null) return true;
  if (isOlder(entries, revision, pass)) return false;
  void journal.append({ type: 'posted', at: now().toISOString(), pass, revision, digest: '', settled: false, comments: [] });
  return true;
}

type PostDeps = ForgeDeps & { readonly done: Map<string, string>; readonly fail: (failures: readonly RemoteFailure[]) => void };

/** Posts one outcome, where it says something new. The journal is told once everything was taken. */
async function post(deps: PostDeps, { facts, pass, at }: Job, signal: AbortSignal, emit: (event: ForgeEvent) => void): Promise<void> {
  const { journal, forge, done, settings } = deps;
  const { git } = settings;
  const commit = commitOf(facts.revision);
  if (forge === undefined || git === null || commit === null) return;
  const digest = digestOf(facts);
  const { before, same } = postedOf(journal.entries(), facts.revision, digest);
  const standing = standingOf(facts);
  // A second look for pull requests where the forge named none yet: it finds out about a merge after the push.
  const isSaid = same.length > 1 || same.some(({ comments }) => comments.length > 0) || (standing === 'unreachable' && before?.digest);
  if (before?.settled === true || isSaid) return;
  const failures: RemoteFailure[] = [];
  const caught = async <T>(none: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RemoteError) || signal.aborted) throw error;
      failures.push(...error.failures);
      return none;
    }
  };
  const once = (what: string, work: () => Promise<string>): Promise<string> =>
    caught('', async () => {
      const key = `${digest} ${what}`;
      const id = done.get(key) ?? (await work());
      done.set(key, id);
      return id;
    });
  if (same.length === 0) await once('status', () => forge.setStatus(commit, statusOf(facts), signal).then(() => 'set'));
  const marker = markerOf(git.branch, git.path);
  const body = commentBody({ facts, marker, names: git.forge?.names ?? false, at });
  const comments: { readonly pull: number; readonly id: string }[] = [];
  const pulls = standing === 'unreachable' ? [] : await caught([], () => pullsOf(deps, facts.revision, commit, signal));
  for (const { pull, id: known } of pulls) {
    const id = await once(`pull ${pull}`, () => forge.comment({ pull, id: known, marker, body }, signal));
    if (id !== '') comments.push({ pull, id });
  }
  if (failures.length > 0) return deps.fail(failures);
  done.clear();
  const settled = isSettled(facts) && (comments.length > 0 || same.length > 0);
  await journal.append({ type: 'posted', at: deps.now().toISOString(), pass, revision: facts.revision, digest, settled, comments });
  deps.log.info(
    { revision: facts.revision, outcome: standing, pulls: comments.map(({ pull }) => pull) },
    'posted the outcome to the forge',
  );
  emit({ type: 'posted', revision: facts.revision, standing, pulls: comments.length });
}

/**
 * The merged pull requests that brought this revision, and those since the last one that was settled, with the ids of our
 * comments where the journal has them: what was refused before is put right by what was merged after it.
 */
async function pullsOf({ journal, forge, source, log }: PostDeps, revision: string, commit: string, signal: AbortSignal) {
  const posted = journal.entries().filter((entry) => entry.type === 'posted');
  const ids = new Map(posted.flatMap(({ comments }) => comments.map(({ pull, id }) => [pull, id] as const)));
  const known = posted.filter((entry) => entry.revision === revision).flatMap(({ comments }) => comments.map(({ pull }) => pull));
  const numbers = new Set(known);
  if (numbers.size === 0) {
    const base = posted.findLast((entry) => entry.settled && entry.revision !== revision)?.revision ?? null;
    const commits = await source.commits(base, revision, COMMITS, signal).catch((err: unknown) => {
      if (signal.aborted) throw err;
      log.warn({ err, revision }, 'the commits of a revision cannot be listed: only the newest one is looked at');
      return [];
    });
    const each = new Set([commit, ...commits.flatMap(({ revision: one }) => commitOf(one) ?? [])]);
    for (const one of each) for (const number of (await forge?.merged(one, signal)) ?? []) numbers.add(number);
  }
  return [...numbers].slice(0, PULLS).map((pull) => ({ pull, id: ids.get(pull) ?? null }));
}

/** What came back may name people, so it is told only where names are. */
function tell({ log, settings }: ForgeDeps, { operation, kind, message, advice, requestId }: RemoteFailure): void {
  const said = settings.log.names ? message : 'what came back is in the status';
  log.warn({ operation, kind, requestId, advice }, `an outcome was not posted to the forge, the next pass tries again: ${said}`);
}
