import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { GitVerify } from '../model/settings.ts';
import { signerProblems } from './allowed-signer.ts';
import type { GitEnv } from './git.ts';
import { run } from './git-run.ts';

/** The keys that count now, copied to a folder of ours; `digest` changes with any of them. Paths are null where no file was named. */
export type Trust = {
  readonly digest: string;
  readonly folder: string;
  readonly signers: string | null;
  readonly revoked: string | null;
  /** GNUPGHOME: empty where no keys were named, so that the keys of whoever runs this never count. */
  readonly gnupg: string;
  readonly gpg: boolean;
};

/**
 * Every imported key counts alike, nothing is fetched from the network, no agent is started, and a signature over a weak
 * hash is none.
 */
const GPG_CONF = ['batch', 'no-tty', 'trust-model always', 'no-auto-key-retrieve', 'disable-dirmngr', 'no-autostart', 'weak-digest SHA1'];

/**
 * Makes the key folder below `parent`, anew whenever a file has changed: a key that was taken out must not stay.
 * @throws UserError when a file cannot be read or holds no key, or a program is missing.
 */
export async function trust(verify: GitVerify, parent: string, env: GitEnv, signal: AbortSignal): Promise<Trust> {
  const files = {
    signers: await content('sshAllowedSignersFile', verify.sshAllowedSignersFile),
    revoked: await content('sshRevocationFile', verify.sshRevocationFile),
    keys: await content('gpgKeysFile', verify.gpgKeysFile),
  };
  if (files.revoked !== null && !isRevocation(files.revoked)) {
    const what = 'is neither a list of public keys nor a key revocation list, so every ssh signature would count as revoked';
    throw new UserError(`${verify.sshRevocationFile} (git.verify.sshRevocationFile) ${what}; mend the file.`);
  }
  const [wrong] = files.signers === null ? [] : signerProblems(files.signers.toString('utf8'));
  if (wrong !== undefined) throw new UserError(`${verify.sshAllowedSignersFile}:${wrong} (git.verify.sshAllowedSignersFile).`);
  const digest = digestOf(Object.values(files));
  const folder = join(parent, digest.slice(0, 16));
  if (!existsSync(join(folder, 'gnupg'))) await build(parent, folder, files, verify, env, signal);
  await removeOthers(parent, digest.slice(0, 16));
  return {
    digest,
    folder,
    signers: files.signers === null ? null : join(folder, 'allowed_signers'),
    revoked: files.revoked === null ? null : join(folder, 'revoked'),
    gnupg: join(folder, 'gnupg'),
    gpg: files.keys !== null,
  };
}

type Files = { readonly signers: Buffer | null; readonly revoked: Buffer | null; readonly keys: Buffer | null };

async function content(setting: keyof GitVerify, file: string | null): Promise<Buffer | null> {
  if (file === null) return null;
  return readFile(file).catch((cause: unknown) => {
    throw new UserError(`${file} (git.verify.${setting}) cannot be read, so no commit can be verified; restore it, or mend the setting.`, {
      cause,
    });
  });
}

/** A list in the binary form of OpenSSH's PROTOCOL.krl, or one public key a line. */
function isRevocation(bytes: Buffer): boolean {
  if (bytes.subarray(0, 6).toString('latin1') === 'SSHKRL') return true;
  const lines = bytes.toString('utf8').split('\n');
  return lines.every((line) => /^\s*(#.*)?$/.test(line) || /^\s*(?:ssh-|ecdsa-|sk-)[\w.@-]+ [A-Za-z0-9+/]+=*(?:\s|$)/.test(line));
}

function digestOf(contents: readonly (Buffer | null)[]): string {
  const hash = createHash('sha256');
  for (const each of contents) hash.update(each === null ? '-' : `${each.length}:`).update(each ?? '');
  return hash.digest('hex');
}

/** Built beside its place and moved there, so that a process that is killed leaves no half a key ring. */
async function build(parent: string, folder: string, files: Files, verify: GitVerify, env: GitEnv, signal: AbortSignal): Promise<void> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(join(parent, 'draft-'));
  const gnupg = join(draft, 'gnupg');
  await mkdir(gnupg, { mode: 0o700 });
  await writeFile(join(gnupg, 'gpg.conf'), `${GPG_CONF.join('\n')}\n`);
  if (files.signers !== null) await writeFile(join(draft, 'allowed_signers'), files.signers);
  if (files.revoked !== null) await writeFile(join(draft, 'revoked'), files.revoked);
  if (files.keys !== null) await importKeys(files.keys, verify.gpgKeysFile ?? '', { ...env, GNUPGHOME: gnupg }, draft, signal);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

/**
 * Block by block, since gpg takes what stands in one stream for parts of one key, and would drop a revocation that does not
 * follow the key it revokes. A block that fails is tried again after the others: a revocation may stand before its key.
 */
async function importKeys(keys: Buffer, file: string, env: GitEnv, folder: string, signal: AbortSignal): Promise<void> {
  const refuse = (what: string) =>
    new UserError(`${file} (git.verify.gpgKeysFile) ${what}; write public keys into it with \`gpg --armor --export KEY\`.`);
  if (keys.includes('PRIVATE KEY BLOCK')) throw refuse('holds a private key');
  const blocks = keys.toString('utf8').match(/-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g) ?? [];
  if (blocks.length === 0) throw refuse('holds no key');
  const taken = async (block: string) => {
    const { code } = await run('gpg', ['--quiet', '--trust-model', 'pgp', '--import'], { folder, env, signal, input: `${block}\n` }).catch(
      (error: unknown) => {
        throw missingProgram(error, 'gpg') ?? error;
      },
    );
    return code === 0;
  };
  // Trust model pgp, since under `always` no trust database is made, and without one gpg takes no revocation.
  const failed: number[] = [];
  for (const [i, block] of blocks.entries()) if (!(await taken(block))) failed.push(i);
  for (const i of failed) {
    if (!(await taken(blocks[i] ?? ''))) throw refuse(`holds something that gpg does not take (block ${i + 1} of ${blocks.length})`);
  }
}

/** The words for a machine without a program; null for every other error. */
export function missingProgram(error: unknown, program: 'gpg' | 'ssh-keygen'): UserError | null {
  if (!(error instanceof Error) || !/ENOENT/.test(error.message)) return null;
  const of = program === 'gpg' ? 'GnuPG' : 'OpenSSH';
  return new UserError(`The program ${program} was not found, so no commit can be verified; install ${of}, or put it on PATH.`, {
    cause: error,
  });
}

async function removeOthers(parent: string, kept: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (name !== kept) await rm(join(parent, name), { recursive: true, force: true });
  }
}
