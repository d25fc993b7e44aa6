import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RemoteError, UserError } from '../errors.ts';
import { commitOf, revisionOf } from '../model/revision.ts';
import type { GitSettings } from '../model/settings.ts';
import type { Verification } from '../model/signature.ts';
import type { Commit, Fetched, GitSource } from '../ports.ts';
import { gitIn } from './git-client.ts';
import { type GitContext, gitContext } from './git-context.ts';
import { failure, gitFailure } from './git-error.ts';
import { removeLeftovers } from './git-leftover.ts';
import { verifyRange } from './git-signature.ts';
import { trust } from './git-trust.ts';
import { upkeep } from './git-upkeep.ts';
import { readCommit } from './policy-file.ts';

/**
 * A branch of a Git repository, fetched into a bare repository below `stateDir`. Files come from its objects, so that
 * symlinks, submodules, hooks and filters of the policy repository never run. Old revisions stay in it.
 * @throws UserError for a URL or branch name that git must not be given.
 */
export function gitSource(settings: GitSettings, stateDir: string): GitSource {
  const it = gitContext(settings, stateDir);
  return {
    fetch: async (signal) => {
      await guarded(it, signal, () => fetchBranch(it, signal));
      const head = await newest(it, signal);
      if (head === null) throw gitFailure(new Error("couldn't find remote ref"), settings, it.secrets);
      return filesOf(it, head, signal);
    },
    read: (revision, signal) => readRevision(it, revision, signal),
    lastGood: async (signal) => {
      const head = existsSync(join(it.folder, 'HEAD')) ? await newest(it, signal) : null;
      return head === null ? null : filesOf(it, head, signal);
    },
    descends: (from, to, signal) => descends(it, from, to, signal),
    commits: (from, to, limit, signal) => commits(it, from, to, limit, signal),
    verify: (from, to, signal) => guarded(it, signal, () => verify(it, from, to, signal)),
  };
}

async function fetchBranch(it: GitContext, signal: AbortSignal): Promise<void> {
  await mkdir(it.folder, { recursive: true, mode: 0o700 });
  const git = gitIn(it.folder, it.env, signal);
  const usable =
    existsSync(join(it.folder, 'HEAD')) && (await git.raw(['rev-parse', '--is-bare-repository']).catch(() => '')).trim() === 'true';
  if (!usable) {
    await rm(it.folder, { recursive: true, force: true });
    await mkdir(it.folder, { recursive: true, mode: 0o700 });
    await git.init(true, ['--quiet']);
  }
  await removeLeftovers(it.folder, it.settings.branch, Date.now());
  const ref = `refs/heads/${it.settings.branch}`;
  const flags = ['--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--no-auto-maintenance', '--force'];
  await git.fetch([...flags, '--', it.url, `+${ref}:${ref}`]);
  await upkeep(it, signal);
}

/** The commit of the branch as fetched last; null before the first fetch. */
async function newest(it: GitContext, signal: AbortSignal): Promise<string | null> {
  const text = await gitIn(it.folder, it.env, signal)
    .raw(['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${it.settings.branch}^{commit}`])
    .catch(() => '');
  signal.throwIfAborted();
  const commit = text.trim();
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
}

async function filesOf(it: GitContext, commit: string, signal: AbortSignal): Promise<Fetched> {
  const files = await guarded(it, signal, () => readCommit(it, commit, it.settings.path, it.cache, signal));
  if (files !== null) return { revision: revisionOf(it.settings.branch, commit), files };
  throw failure({
    kind: 'wrong',
    operation: 'git fetch',
    message: `Branch "${it.settings.branch}" has no folder "${it.settings.path}" at ${commit.slice(0, 12)}.`,
    advice: 'Set git.path (KIROSYNC_GIT_PATH) to the folder that holds the configuration.',
    requestId: null,
  });
}

async function readRevision(it: GitContext, revision: string, signal: AbortSignal): Promise<Fetched> {
  const commit = commitOf(revision);
  const known = commit !== null && (await isKnown(it, commit, signal));
  if (commit === null || !known)
    throw new UserError(
      `Revision ${revision} is not in the local copy of the repository; fetch first, or name a revision of ${it.settings.branch}.`,
    );
  return filesOf(it, commit, signal);
}

async function isKnown(it: GitContext, commit: string, signal: AbortSignal): Promise<boolean> {
  if (!existsSync(join(it.folder, 'HEAD'))) return false;
  const kind = await gitIn(it.folder, it.env, signal)
    .raw(['cat-file', '-t', commit])
    .catch(() => '');
  signal.throwIfAborted();
  return kind.trim() === 'commit';
}

async function descends(it: GitContext, from: string, to: string, signal: AbortSignal): Promise<boolean> {
  const [older, newer] = [commitOf(from), commitOf(to)];
  if (older === null || newer === null || !(await isKnown(it, older, signal)) || !(await isKnown(it, newer, signal))) return false;
  // The merge base of two commits is the older one exactly when the newer one contains it.
  const base = await gitIn(it.folder, it.env, signal)
    .raw(['merge-base', older, newer])
    .catch(() => '');
  signal.throwIfAborted();
  return base.trim() === older;
}

async function commits(it: GitContext, from: string | null, to: string, limit: number, signal: AbortSignal): Promise<readonly Commit[]> {
  const newer = commitOf(to);
  if (newer === null || !(await isKnown(it, newer, signal))) return [];
  const older = from === null ? null : commitOf(from);
  const since = older !== null && (await isKnown(it, older, signal)) ? older : null;
  const range = since === null ? ['--max-count=1', newer] : [`--max-count=${limit}`, `${since}..${newer}`];
  const text = await gitIn(it.folder, it.env, signal).raw(['log', '--no-show-signature', '-z', '--format=%H%n%an%n%aI%n%s', ...range]);
  return text.split('\0').flatMap((entry) => {
    const [commit, author, at, subject] = entry.split('\n');
    if (commit === undefined || author === undefined || at === undefined || at === '') return [];
    return [{ revision: revisionOf(it.settings.branch, commit), author, at: new Date(at).toISOString(), subject: subject ?? '' }];
  });
}

async function verify(it: GitContext, from: string | null, to: string, signal: AbortSignal): Promise<Verification> {
  const newer = commitOf(to);
  if (it.settings.verify === null) return { commits: 0, unverified: [] };
  if (newer === null || !(await isKnown(it, newer, signal)))
    throw new UserError(`Revision ${to} is not in the local copy of the repository.`);
  const trusted = await trust(it.settings.verify, it.keys, it.env, signal);
  const older = from === null ? null : commitOf(from);
  return verifyRange({ folder: it.folder, env: it.env, trust: trusted }, older, newer, it.verified, signal);
}

/** Runs a step; an abort keeps its own reason, whatever git says becomes a RemoteError. */
async function guarded<T>(it: GitContext, signal: AbortSignal, step: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await step();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof RemoteError || error instanceof UserError ? error : gitFailure(error, it.settings, it.secrets);
  }
}
