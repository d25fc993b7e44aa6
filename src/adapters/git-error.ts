import { RemoteError, type RemoteFailure } from '../errors.ts';
import { redactUrls } from '../model/git-url.ts';
import type { GitSettings } from '../model/settings.ts';

const DENIED =
  /authentication failed|could not read (username|password)|permission denied|access denied|not authorized|HTTP (401|403)|error: 40[13]|host key verification failed|repository .*not found|repository not found/i;

/** The failure of a machine without git; null for every other error. */
export function gitMissing(error: unknown): RemoteError | null {
  const text = error instanceof Error ? error.message : String(error);
  if (!/spawn \S*git ENOENT/.test(text)) return null;
  const message = 'The program git was not found.';
  return failure({
    kind: 'unreachable',
    operation: 'git',
    requestId: null,
    message,
    advice: 'Install git (2.36 or later), or put it on PATH.',
  });
}

/** What git said, as one failure: its own words without secrets, whether a human must act, and what to do. */
export function gitFailure(error: unknown, settings: GitSettings, secrets: readonly string[]): RemoteError {
  const missing = gitMissing(error);
  if (missing !== null) return missing;
  const text = clean(error instanceof Error ? error.message : String(error), secrets);
  const url = redactUrls(settings.url);
  const operation = 'git fetch';
  const base = { operation, requestId: null };
  if (/couldn't find remote ref|no such ref|not find remote branch/i.test(text)) {
    return failure({
      ...base,
      kind: 'wrong',
      message: `${url} has no branch "${settings.branch}".`,
      advice: 'Set git.branch (KIROSYNC_GIT_BRANCH) to a branch that exists.',
    });
  }
  const told = lastWords(text);
  if (/fsck error|hasDot|duplicateEntries|badTree|invalid index-pack output/i.test(text)) {
    return failure({
      ...base,
      kind: 'wrong',
      message: `${url} holds something that no Git would make, and nothing of it was taken: ${told}`,
      advice: 'Find out who pushed it; push a branch whose history does not contain it.',
    });
  }
  if (/returned error: 30\d/.test(text)) {
    return failure({
      ...base,
      kind: 'wrong',
      message: `${url} answered with a redirect, which is not followed: ${told}`,
      advice: 'Set git.url to the address that it leads to, if that is where the policy repository is now.',
    });
  }
  if (DENIED.test(text)) {
    return failure({ ...base, kind: 'denied', message: `${url} denied access: ${told}`, advice: advice(settings, text) });
  }
  return failure({
    ...base,
    kind: 'unreachable',
    message: `${url} could not be fetched: ${told}`,
    advice: 'Check git.url and the network between this machine and the Git host; kirosync goes on with the last good revision.',
  });
}

export function failure(one: RemoteFailure): RemoteError {
  return new RemoteError([one]);
}

function advice(settings: GitSettings, text: string): string {
  if (/host key verification/i.test(text)) return 'Put the key of the Git host into the file named by git.auth.knownHostsFile.';
  if (/^https?:/i.test(settings.url))
    return 'Give a token that may read the repository (KIROSYNC_GIT_TOKEN_FILE or KIROSYNC_GIT_TOKEN), and check git.url.';
  return 'Give a deploy key that may read the repository (git.auth.sshKeyFile), and check git.url.';
}

/** The text without secrets, however git quoted them, and without credentials in URLs. */
function clean(text: string, secrets: readonly string[]): string {
  return redactUrls(secrets.reduce((each, secret) => (secret === '' ? each : each.replaceAll(secret, '***')), text));
}

/** Git's `fatal:`, `ERROR:` or `remote:` lines on one line; else its last line. At most 300 characters. */
function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.filter((line) => /^(fatal|error|remote|ssh)\b/i.test(line));
  const said = (telling.length > 0 ? telling : lines.slice(-1)).join(' ');
  return said.length > 300 ? `${said.slice(0, 300)}…` : said || 'git gave no reason.';
}
