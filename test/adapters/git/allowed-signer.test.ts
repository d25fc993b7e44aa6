import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signerProblems } from '../../../src/adapters/allowed-signer.ts';
import { trust } from '../../../src/adapters/git-trust.ts';
import { type Keys, SSH, sshKeys } from './key.ts';
import { signal, temporary } from './source.ts';

describe.skipIf(!SSH)(`a file of allowed signers${SSH ? '' : ' (skipped: ssh-keygen is not installed)'}`, () => {
  let ssh: Keys;
  beforeAll(() => {
    ssh = sshKeys(['ana']);
    const message = ssh.write('m', 'hello');
    spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', '-f', join(ssh.folder, 'ana'), message]);
  });
  afterAll(() => ssh.dispose());

  /** Whether ssh-keygen finds the key in the file. */
  const found = (text: string) => {
    writeFileSync(join(ssh.folder, 'signers'), text);
    const args = ['-Y', 'find-principals', '-s', join(ssh.folder, 'm.sig'), '-f', join(ssh.folder, 'signers')];
    return spawnSync('ssh-keygen', args).status === 0;
  };

  it.each([
    'a@b KEY',
    'a@b,c@d KEY',
    '"a b" KEY',
    '* KEY',
    '!z@z,* KEY',
    '  a@b\tKEY',
    'a@b namespaces="git" KEY',
    'a@b NAMESPACES="git,file" KEY',
    'a@b namespaces="git",valid-after="20200101",valid-before="20991231235959Z"   KEY',
    '# who\r\n\r\na@b KEY\r\n',
  ])('is read as ssh-keygen reads it: %s', (line) => {
    const text = line.replace('KEY', ssh.line('ana'));
    expect([found(text), signerProblems(text)]).toEqual([true, []]);
  });

  it.each([
    ['', '1: the file names no signer'],
    ['# nobody\n\n', '1: the file names no signer'],
    ['KEY', '1: it begins with a key, and nobody is named before it'],
    ['# who\na@b KEY\nhello there', '3: there is no key on it'],
    ['a@b', '1: there is no key on it'],
    ['a@b namespaces="git" valid-before="20991231" KEY', '1: it has options with a space between them; options are joined by commas'],
    ['a@b, c@d namespaces="git" KEY', '1: it has more than a name and options before the key'],
    ['a@b foo="git" KEY', '1: it has an option that is none of'],
    ['a@b namespaces=git KEY', '1: it has an option that is none of'],
    ['a@b valid-after="tomorrow" KEY', '1: it has an option that is none of'],
    ['a@b ssh-ed25519 AAAA', '1: the key after ssh-ed25519 is cut off'],
    ['a@b ssh-ed25519 hello!', '1: the key after ssh-ed25519 is not base64'],
    ['a@b ssh-ed25519', '1: the key after ssh-ed25519 is not base64'],
  ])('says which line ssh-keygen passes over: %s', (line, says) => {
    const text = line.replace('KEY', ssh.line('ana'));
    expect(signerProblems(text)).toEqual([expect.stringContaining(says)]);
    expect(found(text)).toBe(line.includes('a@b KEY'));
  });

  it('is refused with its name, its line and the setting before anything is verified', async () => {
    const parent = temporary('trust');
    const file = ssh.write('bad', `a@b namespaces="git" cert-authority ${ssh.line('ana')}\n`);
    const verify = { sshAllowedSignersFile: file, sshRevocationFile: null, gpgKeysFile: null };
    const words = `${file}:1: it has options with a space between them; options are joined by commas`;
    await expect(trust(verify, parent.folder, {}, signal())).rejects.toThrow(words);
    parent.dispose();
  });
});
