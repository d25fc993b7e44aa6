import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RemoteError, UserError } from '../errors.ts';
import { branchRefusal, transportOf, withoutCredentials } from '../model/git-url.ts';
import { commitOf, revisionOf } from '../model/revision.ts';
import type { GitSettings } from '../model/settings.ts';
import type { Commit, Fetched, GitSource } from '../ports.ts';
import { type GitEnv, gitEnv, gitIn } from './git.ts';
import { failure, gitFailure } from './git-error.ts';
import { type BlobCache, readCommit } from './policy-file.ts';

type Context = {
  readonly settings: GitSettings;
  /** The URL without credentials, as git gets it. */
  readonly url: string;
  readonly folder: string;
  readonly env: GitEnv;
  readonly secrets: readonly string[];
  readonly cache: BlobCache;
};

/**
 * A branch of a Git repository, fetched into a bare repository below `stateDir`. Files come from its objects, so that
 * symlinks, submodules, hooks and filters of the policy repository never run. Old revisions stay in it.
 * @throws UserError for a URL or branch name that git must not be given.
 */
export function gitSource(settings: GitSettings, stateDir: string): GitSource {
  const it = context(settings, stateDir);
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
  };
}

function context(settings: GitSettings, stateDir: string): Context {
  const checked = transportOf(settings.url, settings.auth.allowHttp);
  const refusal = 'refusal' in checked ? checked.refusal : branchRefusal(settings.branch);
  if (refusal !== null || 'refusal' in checked) throw new UserError(refusal ?? 'The Git URL is refused.');
  const { url, user, password } = withoutCredentials(settings.url);
  const token = settings.auth.token ?? password ?? (user === null ? null : '');
  const basic = token === null ? null : Buffer.from(`${user ?? 'x-access-token'}:${token}`).toString('base64');
  const folder = join(stateDir, 'git', `${createHash('sha256').update(url).digest('hex').slice(0, 16)}.git`);
  const low = [
    ['http.lowSpeedLimit', '1000'],
    ['http.lowSpeedTime', '30'],
  ] as const;
  // Bound to the host, so that a redirect elsewhere does not take the token along.
  const header =
    basic === null || !/^https?:/i.test(url)
      ? []
      : [[`http.${new URL(url).origin}/.extraHeader`, `Authorization: Basic ${basic}`] as const];
  const env = gitEnv({
    gitDir: folder,
    protocols: checked.transport,
    config: [...low, ...header],
    more: checked.transport === 'ssh' ? { GIT_SSH_COMMAND: sshCommand(settings.auth) } : {},
  });
  const secrets = [settings.auth.token, password, basic, user !== null && password === null ? user : null].filter(
    (each) => each !== null && each !== '',
  );
  return { settings, url, folder, env, secrets: secrets.filter((each) => each !== null), cache: new Map() };
}

function sshCommand(auth: GitSettings['auth']): string {
  const key = auth.sshKeyFile === null ? [] : ['-i', quoted(auth.sshKeyFile), '-o', 'IdentitiesOnly=yes'];
  const hosts = auth.knownHostsFile === null ? [] : ['-o', quoted(`UserKnownHostsFile="${auth.knownHostsFile}"`)];
  const fixed = ['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', 'ConnectTimeout=15', '-o', 'ServerAliveInterval=15'];
  return ['ssh', '-F', '/dev/null', ...fixed, ...key, ...hosts].join(' ');
}

/** For the shell that git starts ssh with. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

async function fetchBranch(it: Context, signal: AbortSignal): Promise<void> {
  await mkdir(it.folder, { recursive: true, mode: 0o700 });
  const git = gitIn(it.folder, it.env, signal);
  const usable =
    existsSync(join(it.folder, 'HEAD')) && (await git.raw(['rev-parse', '--is-bare-repository']).catch(() => '')).trim() === 'true';
  if (!usable) {
    await rm(it.folder, { recursive: true, force: true });
    await mkdir(it.folder, { recursive: true, mode: 0o700 });
    await git.init(true, ['--quiet']);
  }
  await removeStaleLocks(it);
  const ref = `refs/heads/${it.settings.branch}`;
  const flags = ['--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--no-auto-maintenance', '--force'];
  await git.fetch([...flags, '--', it.url, `+${ref}:${ref}`]);
}

/** Git holds these for milliseconds; an old one was left by a killed process and would fail every fetch from then on. */
async function removeStaleLocks(it: Context): Promise<void> {
  for (const name of ['config.lock', 'HEAD.lock', 'packed-refs.lock', `refs/heads/${it.settings.branch}.lock`]) {
    const path = join(it.folder, name);
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > 60_000) await rm(path, { force: true });
  }
}

/** The commit of the branch as fetched last; null before the first fetch. */
async function newest(it: Context, signal: AbortSignal): Promise<string | null> {
  const text = await gitIn(it.folder, it.env, signal)
    .raw(['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${it.settings.branch}^{commit}`])
    .catch(() => '');
  signal.throwIfAborted();
  const commit = text.trim();
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
}

async function filesOf(it: Context, commit: string, signal: AbortSignal): Promise<Fetched> {
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

async function readRevision(it: Context, revision: string, signal: AbortSignal): Promise<Fetched> {
  const commit = commitOf(revision);
  const known = commit !== null && (await isKnown(it, commit, signal));
  if (commit === null || !known)
    throw new UserError(
      `Revision ${revision} is not in the local copy of the repository; fetch first, or name a revision of ${it.settings.branch}.`,
    );
  return filesOf(it, commit, signal);
}

async function isKnown(it: Context, commit: string, signal: AbortSignal): Promise<boolean> {
  if (!existsSync(join(it.folder, 'HEAD'))) return false;
  const kind = await gitIn(it.folder, it.env, signal)
    .raw(['cat-file', '-t', commit])
    .catch(() => '');
  signal.throwIfAborted();
  return kind.trim() === 'commit';
}

async function descends(it: Context, from: string, to: string, signal: AbortSignal): Promise<boolean> {
  const [older, newer] = [commitOf(from), commitOf(to)];
  if (older === null || newer === null || !(await isKnown(it, older, signal)) || !(await isKnown(it, newer, signal))) return false;
  // The merge base of two commits is the older one exactly when the newer one contains it.
  const base = await gitIn(it.folder, it.env, signal)
    .raw(['merge-base', older, newer])
    .catch(() => '');
  signal.throwIfAborted();
  return base.trim() === older;
}

async function commits(it: Context, from: string | null, to: string, limit: number, signal: AbortSignal): Promise<readonly Commit[]> {
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

/** Runs a step; an abort keeps its own reason, whatever git says becomes a RemoteError. */
async function guarded<T>(it: Context, signal: AbortSignal, step: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await step();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof RemoteError ? error : gitFailure(error, it.settings, it.secrets);
  }
}
