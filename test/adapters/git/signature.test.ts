import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitSource } from '../../../src/adapters/git-source.ts';
import { UserError } from '../../../src/errors.ts';
import type { GitVerify } from '../../../src/model/settings.ts';
import type { GitSource } from '../../../src/ports.ts';
import { type Repository, repository } from '../../support/repository.ts';
import { commitOn, GPG, type GpgKeys, gpgKeys, type Keys, rewrittenCommit, SSH, sshKeys } from './key.ts';
import { gitSettings, signal, temporary } from './source.ts';

const NOBODY: GitVerify = { sshAllowedSignersFile: null, sshRevocationFile: null, gpgKeysFile: null };
const at = (commit: string) => `main@sha1:${commit}`;

let policy: Repository;
let state: ReturnType<typeof temporary>;
/** The commit that counts as applied; every case is a commit above it. */
let base: string;
const cases = new Map<string, string>();
const keep = (name: string, commit: string) => {
  cases.set(name, commit);
  return commit;
};
const caseOf = (name: string) => cases.get(name) ?? '';

/** What is wrong with a case, newest first: the rule and the key that is named. */
async function problems(source: GitSource, name: string, from: string | null = base) {
  const { unverified } = await source.verify(from === null ? null : at(from), at(caseOf(name)), signal());
  return unverified.map((each) => [each.problem, each.commit === caseOf(name) ? 'itself' : each.commit]);
}

/** One branch that contains every case, so that one fetch brings them all. */
async function fetched(verify: GitVerify): Promise<GitSource> {
  const source = gitSource(gitSettings(policy.url, { verify }), state.folder);
  await source.fetch(signal());
  return source;
}

describe.skipIf(!SSH)(`signed commits${SSH ? '' : ' (skipped: ssh-keygen is not installed)'}`, () => {
  let ssh: Keys;
  beforeAll(() => {
    policy = repository();
    state = temporary('state');
    ssh = sshKeys(['ana', 'mallory', 'gone', 'old', 'files', 'ca', 'cert', 'later']);
    base = policy.commit('unsigned, and applied before signatures were asked for', { 'a.yaml': '1' });
    const good = (parents: readonly string[], subject?: string) =>
      commitOn(policy, parents, { sign: ssh.sign('ana'), ...(subject ? { subject } : {}) });
    const by = (key: string) => keep(key, commitOn(policy, [base], { sign: ssh.sign(key), subject: key }));
    for (const key of ['ana', 'mallory', 'gone', 'old', 'files', 'later']) by(key);
    const dated = (commit: string, sign: readonly string[]) => {
      const text = policy.git('cat-file', 'commit', commit).replace(/\d+ \+0000/g, `${Date.UTC(2019, 5) / 1000} +0000`);
      const payload = text.replace(/gpgsig [\s\S]*?END SSH SIGNATURE-----\n/, '');
      writeFileSync(join(ssh.folder, 'payload'), payload);
      execFileSync(
        'ssh-keygen',
        ['-q', '-Y', 'sign', '-n', 'git', '-f', String(sign.at(-1)).replace('user.signingkey=', ''), join(ssh.folder, 'payload')],
        {
          stdio: 'ignore',
        },
      );
      const signature = readFileSync(join(ssh.folder, 'payload.sig'), 'utf8').trimEnd().replaceAll('\n', '\n ');
      execFileSync('rm', [join(ssh.folder, 'payload.sig')]);
      return rewrittenCommit(policy, commit, () => payload.replace(/\n\n/, `\ngpgsig ${signature}\n\n`));
    };
    keep('dated back', dated(caseOf('old'), ssh.sign('old')));
    const certify = [
      '-q',
      '-s',
      join(ssh.folder, 'ca'),
      '-I',
      'id',
      '-n',
      'cert@example.com',
      '-V',
      '20190101:20200101',
      join(ssh.folder, 'cert.pub'),
    ];
    execFileSync('ssh-keygen', certify, { stdio: 'ignore' });
    keep('certificate dated back', dated(caseOf('ana'), ssh.sign('cert-cert.pub')));
    keep('unsigned', commitOn(policy, [base]));
    keep(
      'changed',
      rewrittenCommit(policy, caseOf('ana'), (text) => text.replace(/ana\n$/, 'evil\n')),
    );
    const other = policy.git('cat-file', 'commit', commitOn(policy, [base], { subject: 'other' }));
    const stolen = /gpgsig [\s\S]*?END SSH SIGNATURE-----\n/.exec(policy.git('cat-file', 'commit', caseOf('ana')))?.[0] ?? '';
    keep(
      'copied',
      rewrittenCommit(policy, caseOf('ana'), () => other.replace('\n\n', `\n${stolen}\n`)),
    );
    keep(
      'two signatures',
      rewrittenCommit(policy, caseOf('ana'), (text) => text.replace('\n\n', `\n${stolen}\n`)),
    );
    keep(
      'in the message',
      rewrittenCommit(policy, caseOf('ana'), () => `${other}\n${stolen}`),
    );
    keep(
      'rubbish',
      rewrittenCommit(policy, caseOf('ana'), () =>
        other.replace('\n\n', '\ngpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n\n'),
      ),
    );
    keep(
      's/mime',
      rewrittenCommit(policy, caseOf('ana'), () =>
        other.replace('\n\n', '\ngpgsig -----BEGIN SIGNED MESSAGE-----\n MIIB\n -----END SIGNED MESSAGE-----\n\n'),
      ),
    );
    keep(
      'pgp',
      rewrittenCommit(policy, caseOf('ana'), () =>
        other.replace('\n\n', '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iHUE\n -----END PGP SIGNATURE-----\n\n'),
      ),
    );
    keep('one among signed', good([good([caseOf('unsigned')]), base].slice(0, 1)));
    keep('merge of unsigned', good([caseOf('ana'), caseOf('unsigned')]));
    keep('octopus', good([caseOf('ana'), good([base], 'b'), caseOf('unsigned')]));
    keep('merge of signed', good([caseOf('ana'), good([base], 'c'), good([base], 'd')]));
    keep('huge', commitOn(policy, [base], { subject: 'x'.repeat(100) }));
    keep(
      'huge',
      rewrittenCommit(policy, caseOf('ana'), (text) => text + 'x'.repeat(1024 * 1024)),
    );
    let many = base;
    for (let i = 0; i < 11; i += 1) many = commitOn(policy, [many], { subject: `unsigned ${i}` });
    keep('eleven', good([many]));
  });
  afterAll(() => {
    policy.dispose();
    state.dispose();
    ssh.dispose();
  });

  /** Every case becomes reachable from the branch, with nothing checked out. */
  function publish(): void {
    const all = commitOn(policy, [...new Set([base, ...cases.values()])]);
    policy.git('update-ref', 'refs/heads/main', all);
  }

  function signers(): string {
    const lines = [
      '# who may decide about seats',
      `ana@example.com namespaces="git" ${ssh.line('ana')}`,
      `gone@example.com ${ssh.line('gone')}`,
      `old@example.com valid-before="20200101Z" ${ssh.line('old')}`,
      `later@example.com valid-after="29991231Z" ${ssh.line('later')}`,
      `files@example.com namespaces="file" ${ssh.line('files')}`,
      `cert@example.com cert-authority ${ssh.line('ca')}`,
    ];
    return ssh.write('signers', `${lines.join('\n')}\n`);
  }

  describe('ssh signatures', () => {
    let source: GitSource;
    beforeAll(async () => {
      publish();
      const verify = { ...NOBODY, sshAllowedSignersFile: signers(), sshRevocationFile: ssh.write('revoked', `${ssh.line('gone')}\n`) };
      source = await fetched(verify);
    });

    it.each([
      ['unsigned', 'unsigned-commit'],
      ['in the message', 'unsigned-commit'],
      ['mallory', 'unknown-signer'],
      ['files', 'unknown-signer'],
      ['gone', 'revoked-key'],
      ['old', 'expired-key'],
      ['later', 'expired-key'],
      ['dated back', 'expired-key'],
      ['certificate dated back', 'unknown-signer'],
      ['changed', 'bad-signature'],
      ['copied', 'bad-signature'],
      ['two signatures', 'unsupported-signature'],
      ['rubbish', 'unknown-signer'],
      ['huge', 'bad-signature'],
      ['s/mime', 'unsupported-signature'],
      ['pgp', 'unknown-signer'],
    ])('%s: %s', async (name, problem) => {
      expect(await problems(source, name)).toEqual([[problem, 'itself']]);
    });

    it('a good signature verifies, also in a merge and as the first revision', async () => {
      expect(await problems(source, 'ana')).toEqual([]);
      expect(await problems(source, 'merge of signed')).toEqual([]);
      expect(await problems(source, 'merge of unsigned', null)).toEqual([]);
    });

    it('one commit is enough, wherever it comes in', async () => {
      const unsigned = [['unsigned-commit', caseOf('unsigned')]];
      expect(await problems(source, 'one among signed')).toEqual(unsigned);
      expect(await problems(source, 'merge of unsigned')).toEqual(unsigned);
      expect(await problems(source, 'octopus')).toEqual(unsigned);
    });

    it('names the key that a signature claims, and who the commit says wrote it', async () => {
      const { unverified } = await source.verify(at(base), at(caseOf('mallory')), signal());
      const print = execFileSync('ssh-keygen', ['-l', '-f', join(ssh.folder, 'mallory.pub')], { encoding: 'utf8' }).split(' ')[1];
      expect(unverified).toEqual([{ problem: 'unknown-signer', commit: caseOf('mallory'), author: 'Ana', key: print }]);
    });

    it('stops after ten, and looks at nothing when nothing is new', async () => {
      const eleven = await source.verify(at(base), at(caseOf('eleven')), signal());
      expect([eleven.commits, eleven.unverified.length]).toEqual([12, 10]);
      expect(await source.verify(at(caseOf('ana')), at(base), signal())).toEqual({ commits: 0, unverified: [] });
    });
  });

  describe('keys that change while the daemon runs', () => {
    it('a key that is taken out, or revoked, counts no more from the next pass on', async () => {
      publish();
      const file = ssh.write('changing', `ana@example.com ${ssh.line('ana')}\n`);
      const revoked = ssh.write('changing-revoked', '# nobody yet\n');
      const source = await fetched({ ...NOBODY, sshAllowedSignersFile: file, sshRevocationFile: revoked });
      expect(await problems(source, 'ana')).toEqual([]);
      ssh.write('changing-revoked', `${ssh.line('ana')}\n`);
      expect(await problems(source, 'ana')).toEqual([['revoked-key', 'itself']]);
      ssh.write('changing-revoked', '');
      expect(await problems(source, 'ana')).toEqual([]);
      ssh.write('changing', `mallory@example.com ${ssh.line('mallory')}\n`);
      expect(await problems(source, 'ana')).toEqual([['unknown-signer', 'itself']]);
      expect(await problems(source, 'mallory')).toEqual([]);
      expect(readdirSync(join(state.folder, 'git-keys'))).toHaveLength(1);
    });

    it.each([
      ['is gone', () => join(ssh.folder, 'nowhere'), 'cannot be read'],
      ['is no list of keys', () => ssh.write('rubbish', 'not a key\n'), 'neither a list of public keys'],
    ])('a revocation list that %s stops everything', async (_what, file, words) => {
      const source = await fetched({ ...NOBODY, sshAllowedSignersFile: signers(), sshRevocationFile: file() });
      const verifying = source.verify(at(base), at(caseOf('ana')), signal());
      await expect(verifying).rejects.toThrow(UserError);
      await expect(verifying).rejects.toThrow(words);
    });

    it('without git.verify nothing is looked at', async () => {
      const source = gitSource(gitSettings(policy.url), state.folder);
      await source.fetch(signal());
      expect(await source.verify(at(base), at(caseOf('mallory')), signal())).toEqual({ commits: 0, unverified: [] });
    });
  });

  describe.skipIf(!GPG)(`GPG signatures${GPG ? '' : ' (skipped: gpg is not installed)'}`, () => {
    let gpg: GpgKeys;
    let source: GitSource;
    beforeAll(async () => {
      gpg = gpgKeys({
        bob: {},
        stranger: {},
        stolen: {},
        past: { on: '20200101', expires: '1d' },
        brief: { on: '20200101', more: '--default-sig-expire 1d' },
        weak: { more: '--digest-algo SHA1 --ignore-time-conflict' },
      });
      for (const key of ['bob', 'stranger', 'stolen', 'past', 'brief', 'weak']) {
        keep(`gpg ${key}`, commitOn(policy, [base], { sign: gpg.sign(key), subject: key }));
      }
      keep(
        'gpg changed',
        rewrittenCommit(policy, caseOf('gpg bob'), (text) => text.replace(/bob\n$/, 'evil\n')),
      );
      publish();
      const keys = gpg.revocation('stolen') + ['bob', 'stolen', 'past', 'brief', 'weak'].map(gpg.exported).join('');
      source = await fetched({ ...NOBODY, gpgKeysFile: gpg.write('keys.asc', keys) });
    });
    afterAll(() => gpg.dispose());

    it.each([
      ['gpg stranger', 'unknown-signer'],
      ['gpg stolen', 'revoked-key'],
      ['gpg past', 'expired-key'],
      ['gpg brief', 'expired-key'],
      ['gpg weak', 'unknown-signer'],
      ['gpg changed', 'bad-signature'],
      ['unsigned', 'unsigned-commit'],
      ['ana', 'unknown-signer'],
    ])('%s: %s', async (name, problem) => {
      expect(await problems(source, name)).toEqual([[problem, 'itself']]);
    });

    it('a good one verifies, by a key ring of our own and not by that of the user', async () => {
      expect(await problems(source, 'gpg bob')).toEqual([]);
      const none = await fetched({ ...NOBODY, gpgKeysFile: gpg.write('other.asc', gpg.exported('weak')) });
      const home = process.env['GNUPGHOME'];
      process.env['GNUPGHOME'] = gpg.folder;
      const found = await problems(none, 'gpg bob').finally(() => {
        if (home === undefined) delete process.env['GNUPGHOME'];
        else process.env['GNUPGHOME'] = home;
      });
      expect(found).toEqual([['unknown-signer', 'itself']]);
    });

    it('a file without a public key, or with a private one, stops everything', async () => {
      const empty = await fetched({ ...NOBODY, gpgKeysFile: gpg.write('empty.asc', '') });
      await expect(empty.verify(null, at(caseOf('ana')), signal())).rejects.toThrow('holds no key');
      const alone = await fetched({ ...NOBODY, gpgKeysFile: gpg.write('alone.asc', gpg.exported('bob') + gpg.revocation('stolen')) });
      await expect(alone.verify(null, at(caseOf('ana')), signal())).rejects.toThrow('does not take (block 2 of 2)');
      const secret = await fetched({ ...NOBODY, gpgKeysFile: gpg.write('secret.asc', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n') });
      await expect(secret.verify(null, at(caseOf('ana')), signal())).rejects.toThrow('holds a private key');
    });
  });
});
