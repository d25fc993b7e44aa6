import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { branchRefusal, transportOf, withoutCredentials } from '../model/git-url.ts';
import type { GitSettings } from '../model/settings.ts';
import { type GitEnv, gitEnv } from './git.ts';
import type { Verified } from './git-signature.ts';
import type { BlobCache } from './policy-file.ts';

/** What every step of a Git source needs. */
export type GitContext = {
  readonly settings: GitSettings;
  /** The URL without credentials, as git gets it. */
  readonly url: string;
  /** The local repository. */
  readonly folder: string;
  /** Where keys that commits are verified with are copied to. */
  readonly keys: string;
  readonly env: GitEnv;
  readonly secrets: readonly string[];
  readonly cache: BlobCache;
  readonly verified: Verified;
};

/** @throws UserError for a URL or branch name that git must not be given. */
export function gitContext(settings: GitSettings, stateDir: string): GitContext {
  const checked = transportOf(settings.url, settings.auth.allowHttp);
  const refusal = 'refusal' in checked ? checked.refusal : branchRefusal(settings.branch);
  if (refusal !== null || 'refusal' in checked) throw new UserError(refusal ?? 'The Git URL is refused.');
  const { url, user, password } = withoutCredentials(settings.url);
  const token = settings.auth.token ?? password ?? (user === null ? null : '');
  const basic = token === null ? null : Buffer.from(`${user ?? 'x-access-token'}:${token}`).toString('base64');
  const folder = join(stateDir, 'git', `${createHash('sha256').update(url).digest('hex').slice(0, 16)}.git`);
  // Bound to the host, so that no other gets the token.
  const header =
    basic === null || !/^https?:/i.test(url)
      ? []
      : [[`http.${new URL(url).origin}/.extraHeader`, `Authorization: Basic ${basic}`] as const];
  const env = gitEnv({
    gitDir: folder,
    protocols: checked.transport,
    config: [...FETCH, ...header],
    // Without a home: libcurl would read .netrc there, which is the user's configuration too.
    more: { HOME: '/dev/null', ...(checked.transport === 'ssh' ? { GIT_SSH_COMMAND: sshCommand(settings.auth) } : {}) },
  });
  const secrets = [settings.auth.token, password, basic, user !== null && password === null ? user : null].filter(
    (each) => each !== null && each !== '',
  );
  const keys = join(stateDir, 'git-keys');
  return { settings, url, folder, keys, env, secrets: secrets.filter((each) => each !== null), cache: new Map(), verified: new Map() };
}

const FETCH = [
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '30'],
  // The operator's URL says where the policy is, not whoever answers there.
  ['http.followRedirects', 'false'],
  // What no Git would make (two entries of one name, `.git` in a tree, options as submodule URLs) is refused whole.
  ['fetch.fsckObjects', 'true'],
  // Larger blobs are copied and never held in memory; none of them is read later.
  ['core.bigFileThreshold', '1m'],
] as const;

/** Options come before any configuration of ssh, which is not read at all. */
function sshCommand(auth: GitSettings['auth']): string {
  const key = auth.sshKeyFile === null ? [] : ['-i', quoted(literal(auth.sshKeyFile)), '-o', 'IdentitiesOnly=yes'];
  const hosts = auth.knownHostsFile === null ? [] : ['-o', quoted(`UserKnownHostsFile="${literal(auth.knownHostsFile)}"`)];
  const fixed = ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'UpdateHostKeys=no', 'ConnectTimeout=15', 'ServerAliveInterval=15'];
  return ['ssh', '-F', '/dev/null', ...fixed.flatMap((each) => ['-o', each]), ...key, ...hosts].join(' ');
}

/** ssh replaces `%` sequences in file names. */
function literal(path: string): string {
  return path.replaceAll('%', '%%');
}

/** For the shell that git starts ssh with. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
