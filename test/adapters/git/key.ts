import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../../support/repository.ts';
import { temporary } from './source.ts';

/** Real keys, made in a folder of their own. `sign` gives what `git commit` needs to sign with one of them. */
export type Keys = {
  readonly folder: string;
  readonly sign: (key: string) => readonly string[];
  /** The public key of an ssh key. */
  readonly line: (key: string) => string;
  readonly write: (name: string, text: string) => string;
  readonly dispose: () => void;
};

/** Makes ed25519 ssh keys of these names. */
export function sshKeys(names: readonly string[]): Keys {
  const { folder, dispose } = temporary('keys');
  for (const name of names) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
  return {
    folder,
    dispose,
    sign: (key) => ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${join(folder, key)}`],
    line: (key) => readFileSync(join(folder, `${key}.pub`), 'utf8').trim(),
    write: (name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
  };
}

/** Has this machine OpenSSH's tools? Without them nothing can sign with an SSH key, and tests that need it say so. */
export const SSH = spawnSync('ssh-keygen', ['-?']).error === undefined;

/** Has this machine GnuPG? Tests that need it say so when they are skipped. */
export const GPG = spawnSync('gpg', ['--version']).status === 0;

export type GpgKeys = Omit<Keys, 'line'> & {
  /** The armored public key, and the certificate that revokes it. */
  readonly exported: (key: string) => string;
  readonly revocation: (key: string) => string;
};

/** Makes a GPG key for each name: `on` is the day (YYYYMMDD) on which it and, at noon, its signatures are made, `expires` as gpg takes it. */
export function gpgKeys(
  names: Readonly<Record<string, { readonly on?: string; readonly expires?: string; readonly more?: string }>>,
): GpgKeys {
  const { folder, dispose } = temporary('gnupg');
  const env = { PATH: process.env['PATH'], GNUPGHOME: folder };
  const gpg = (...args: readonly string[]) =>
    execFileSync('gpg', ['--batch', '--quiet', '--no-tty', ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const prints = new Map<string, string>();
  for (const [name, { on, expires = 'never', more = '' }] of Object.entries(names)) {
    // A clock set so runs on: a key must not be younger than what it signs.
    const time = (hour: string) => (on === undefined ? [] : ['--faked-system-time', `${on}T${hour}0000`]);
    const user = `${name}@example.com`;
    gpg(...time('00'), '--passphrase', '', '--quick-generate-key', user, 'ed25519', 'sign', expires);
    const listed = gpg('--with-colons', '--list-keys', user);
    prints.set(name, /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '');
    const program = `#!/bin/sh\nGNUPGHOME='${folder}' exec gpg ${time('12').join(' ')} ${more} "$@"\n`;
    writeFileSync(join(folder, `${name}.sh`), program, { mode: 0o755 });
  }
  const print = (name: string) => prints.get(name) ?? '';
  return {
    folder,
    sign: (key) => ['-c', `gpg.program=${join(folder, `${key}.sh`)}`, '-c', `user.signingkey=${print(key)}`],
    exported: (key) => gpg('--armor', '--export', print(key)),
    revocation: (key) => {
      const file = readdirSync(join(folder, 'openpgp-revocs.d')).find((each) => each.startsWith(print(key))) ?? '';
      return readFileSync(join(folder, 'openpgp-revocs.d', file), 'utf8').replace(/[\s\S]*:(-----BEGIN)/, '$1');
    },
    write: (name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    dispose: () => {
      spawnSync('gpgconf', ['--kill', 'all'], { env });
      dispose();
    },
  };
}

/** An empty commit on `parents`, signed with what `Keys.sign` gave; on no branch. Its tree is that of the first parent. */
export function commitOn(
  policy: Repository,
  parents: readonly string[],
  options: { readonly sign?: readonly string[]; readonly subject?: string; readonly tree?: string } = {},
): string {
  const { sign = [], subject = 'change', tree = `${parents[0]}^{tree}` } = options;
  const signing = sign.length === 0 ? [] : ['-S'];
  const above = parents.flatMap((parent) => ['-p', parent]);
  return policy.git(...sign, 'commit-tree', ...signing, ...above, '-m', subject, tree).trim();
}

/** Writes a commit object whose text is that of another, changed; unlike `git commit` it keeps the signature. */
export function rewrittenCommit(policy: Repository, commit: string, change: (text: string) => string): string {
  writeFileSync(join(policy.folder, '.git', 'commit-text'), change(policy.git('cat-file', 'commit', commit)));
  return policy.git('hash-object', '-t', 'commit', '-w', join('.git', 'commit-text')).trim();
}
