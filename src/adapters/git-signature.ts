import pLimit from 'p-limit';
import { MOST_COMMITS, MOST_UNVERIFIED, type SignatureProblem, type Unverified, type Verification } from '../model/signature.ts';
import { type CommitObject, formOf, parseCommit, sshKeyOf } from './commit-object.ts';
import { type GitEnv, readObjects } from './git.ts';
import { run } from './git-run.ts';
import type { Trust } from './git-trust.ts';
import { sshProblem } from './ssh-signature.ts';

/** A larger commit is refused unread: its message is data of whoever may push. */
const LARGEST_COMMIT = 1024 * 1024;

/** Commits that are read and verified at a time. */
const AT_ONCE = 100;

export type SignatureDeps = { readonly folder: string; readonly env: GitEnv; readonly trust: Trust };

/** Commits that verified, by the keys that they verified with. */
export type Verified = Map<string, string>;

/**
 * Looks at every commit that `to` reaches and `from` does not, whichever parent leads there; only at `to` when `from` is
 * null. Newest first, until enough are found that do not verify.
 */
export async function verifyRange(
  deps: SignatureDeps,
  from: string | null,
  to: string,
  verified: Verified,
  signal: AbortSignal,
): Promise<Verification> {
  const ids = from === null ? [to] : await between(deps, from, to, signal);
  if (ids.length > MOST_COMMITS) {
    return { commits: ids.length, unverified: [{ problem: 'too-many-commits', commit: to, author: '', key: null }] };
  }
  const left = ids.filter((id) => verified.get(id) !== deps.trust.digest);
  const found: Unverified[] = [];
  for (let at = 0; at < left.length && found.length < MOST_UNVERIFIED; at += AT_ONCE) {
    const batch = left.slice(at, at + AT_ONCE);
    const bad = await verifyBatch(deps, batch, signal);
    const wrong = new Set(bad.map((each) => each.commit));
    for (const id of batch) if (!wrong.has(id)) verified.set(id, deps.trust.digest);
    found.push(...bad);
  }
  const wanted = new Set(ids);
  for (const id of verified.keys()) if (!wanted.has(id)) verified.delete(id);
  return { commits: ids.length, unverified: found.slice(0, MOST_UNVERIFIED) };
}

async function between(deps: SignatureDeps, from: string, to: string, signal: AbortSignal): Promise<readonly string[]> {
  const args = ['rev-list', `--max-count=${MOST_COMMITS + 1}`, `${from}..${to}`];
  const { code, stdout, stderr } = await run('git', args, { folder: deps.folder, env: deps.env, signal });
  if (code !== 0) throw new Error(`git rev-list ended with ${code}: ${stderr.trim()}`);
  return stdout
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '');
}

async function verifyBatch(deps: SignatureDeps, ids: readonly string[], signal: AbortSignal): Promise<readonly Unverified[]> {
  const objects = await readObjects({ ...deps, kind: 'commit', largest: LARGEST_COMMIT }, ids, signal);
  const judged = await gitJudgement(
    deps,
    ids.filter((id) => isSigned(objects.get(id), id)),
    signal,
  );
  const limit = pLimit(4);
  const found = await Promise.all(
    ids.map((id) =>
      limit(async (): Promise<readonly Unverified[]> => {
        const bytes = objects.get(id);
        if (bytes === undefined) return [{ problem: 'bad-signature', commit: id, author: '', key: null }];
        const commit = parseCommit(Buffer.from(bytes), algorithmOf(id));
        const judgement = judged.get(id) ?? NONE;
        const problem = await problemOf(deps, id, commit, judgement, signal);
        if (problem === null) return [];
        const key = judgement.key ?? (commit.signature === null ? null : sshKeyOf(commit.signature));
        return [{ problem, commit: id, author: commit.author, key }];
      }),
    ),
  );
  return found.flat();
}

function algorithmOf(id: string): 'sha1' | 'sha256' {
  return id.length === 40 ? 'sha1' : 'sha256';
}

function isSigned(bytes: Uint8Array | undefined, id: string): boolean {
  return bytes !== undefined && parseCommit(Buffer.from(bytes), algorithmOf(id)).signature !== null;
}

/**
 * What Git says: `letter` as `%G?` of git-log(1) defines it, and the key it found. Only G is good; every key that we hand to
 * gpg is trusted, so that U (good, but of unknown validity) is no key of ours.
 */
type Judgement = { readonly letter: string; readonly key: string | null };

const NONE: Judgement = { letter: 'N', key: null };

/**
 * Git's own verification of many commits, in its machine-readable form. A commit it does not speak of is not in the map; one
 * whose signature makes Git itself fail must not hide what is wrong with others, so each is then asked about alone.
 */
async function gitJudgement(deps: SignatureDeps, ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Judgement>> {
  if (ids.length === 0) return new Map();
  const format = '--format=tformat:%H%x00%G?%x00%GF%x00%GK';
  const options = { folder: deps.folder, env: verifyEnv(deps), signal };
  const { code, stdout } = await run('git', ['log', '--no-walk=unsorted', '--no-show-signature', '-z', format, ...ids], options);
  if (code === 0) return judgements(stdout.toString('utf8'));
  const found = new Map<string, Judgement>();
  for (const id of ids.length === 1 ? [] : ids) for (const [key, value] of await gitJudgement(deps, [id], signal)) found.set(key, value);
  return found;
}

function judgements(text: string): ReadonlyMap<string, Judgement> {
  const fields = text.split('\0');
  const found = new Map<string, Judgement>();
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [id = '', letter = '', print = '', key = ''] = fields.slice(at, at + 4);
    found.set(id, { letter, key: print || key || null });
  }
  return found;
}

/** Programs for forms that nobody may sign with are `false`: Git would else ask the keys of the user's own home. */
function verifyEnv({ env, trust }: SignatureDeps): GitEnv {
  const config = [
    ['gpg.program', trust.gpg ? 'gpg' : 'false'],
    ['gpg.x509.program', 'false'],
    ['gpg.ssh.program', trust.signers === null ? 'false' : 'ssh-keygen'],
    ['gpg.ssh.allowedSignersFile', trust.signers ?? '/dev/null'],
    ...(trust.revoked === null ? [] : [['gpg.ssh.revocationFile', trust.revoked]]),
  ];
  const first = Number(env['GIT_CONFIG_COUNT'] ?? '0');
  const added = config.flatMap(([key = '', value = ''], i) => [
    [`GIT_CONFIG_KEY_${first + i}`, key],
    [`GIT_CONFIG_VALUE_${first + i}`, value],
  ]);
  return { ...env, ...Object.fromEntries(added), GIT_CONFIG_COUNT: String(first + config.length), GNUPGHOME: trust.gnupg };
}

async function problemOf(
  deps: SignatureDeps,
  id: string,
  commit: CommitObject,
  judgement: Judgement,
  signal: AbortSignal,
): Promise<SignatureProblem | null> {
  if (commit.signature === null) return 'unsigned-commit';
  const form = formOf(commit.signature);
  if (form === 'unsupported') return 'unsupported-signature';
  const good = judgement.letter === 'G';
  if (form === 'gpg') return deps.trust.gpg ? (good ? null : gpgProblem(judgement.letter)) : 'unknown-signer';
  if (deps.trust.signers === null) return 'unknown-signer';
  const now = await sshProblem(deps, { id, signature: commit.signature, payload: commit.payload, signers: deps.trust.signers }, signal);
  return now ?? (good ? null : 'bad-signature');
}

/** X: the signature has expired, Y: its key has, R: its key was revoked, E and U: its key is not one of ours. */
function gpgProblem(letter: string): SignatureProblem {
  if (letter === 'X' || letter === 'Y') return 'expired-key';
  if (letter === 'R') return 'revoked-key';
  return letter === 'E' || letter === 'U' ? 'unknown-signer' : 'bad-signature';
}
