import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { folderSource } from '../../../src/adapters/folder-source.ts';
import { gitSource } from '../../../src/adapters/git-source.ts';
import { UserError } from '../../../src/errors.ts';
import { type Repository, repository } from '../../support/repository.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

function folder(files: Readonly<Record<string, string>> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-folder-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

function repo(): Repository {
  const made = repository();
  undo.push(made.dispose);
  return made;
}

const fetch = (dir: string, revision?: string) => folderSource(dir, revision).fetch(new AbortController().signal);
const paths = (files: readonly { readonly path: string }[]) => files.map((file) => file.path);

describe('a folder outside Git', () => {
  it('gives its YAML in order, without hidden names, with no revision', async () => {
    const dir = folder({ 'b.yml': '2', 'a/c.yaml': '3', 'a-b.yaml': '1', '.git-like/x.yaml': '', 'a/.x.yaml': '', 'notes.txt': '' });
    const { revision, files } = await fetch(dir);
    expect(revision).toBeNull();
    expect(paths(files)).toEqual(['a-b.yaml', 'a/c.yaml', 'b.yml']);
  });

  it('reports symlinks, nested repositories and large files and follows none of them', async () => {
    const dir = folder({ 'big.yaml': 'x'.repeat(1024 * 1024 + 1), 'vendor/.git': 'gitdir: elsewhere', 'vendor/x.yaml': 'no' });
    symlinkSync('/etc/passwd', join(dir, 'passwd.yaml'));
    symlinkSync('/etc', join(dir, 'teams'));
    symlinkSync(dir, join(dir, 'loop'));
    expect((await fetch(dir)).files).toEqual([
      { path: 'big.yaml', skipped: 'too-large' },
      { path: 'loop', skipped: 'symlink' },
      { path: 'passwd.yaml', skipped: 'symlink' },
      { path: 'teams', skipped: 'symlink' },
      { path: 'vendor', skipped: 'submodule' },
    ]);
  });

  it('stops one file beyond the limit, so that the loader sees that there are too many', async () => {
    const dir = folder();
    for (let i = 0; i < 20_050; i += 1) writeFileSync(join(dir, `${i}.yaml`), '');
    expect((await fetch(dir)).files).toHaveLength(20_001);
  });

  it.each([
    ['is missing', (dir: string) => join(dir, 'nowhere'), 'does not exist'],
    ['is a file', (dir: string) => join(dir, 'a.yaml'), 'is not a folder'],
  ])('says what to do when it %s', async (_, path, words) => {
    const dir = folder({ 'a.yaml': '' });
    await expect(fetch(path(dir))).rejects.toBeInstanceOf(UserError);
    await expect(fetch(path(dir))).rejects.toThrow(words);
    await expect(fetch(path(dir))).rejects.toThrow('--config DIR');
  });

  it('has no revision to read', async () => {
    await expect(fetch(folder(), 'main')).rejects.toThrow('is in none');
  });
});

describe('a folder in a Git work tree', () => {
  it('has the revision of its commit, clean or dirty by its YAML alone', async () => {
    const policy = repo();
    const commit = policy.commit('first', { 'kiro/a.yaml': '1', 'kiro/notes.txt': '', 'b.yaml': '' });
    const dir = join(policy.folder, 'kiro');
    const clean = `main@sha1:${commit}`;
    expect((await fetch(dir)).revision).toBe(clean);
    policy.write({ 'kiro/notes.txt': 'changed', 'b.yaml': 'changed', 'kiro/.x.yaml': 'hidden' });
    expect((await fetch(dir)).revision).toBe(clean);
    policy.write({ 'kiro/new.yaml': '' });
    expect((await fetch(dir)).revision).toBe(`${clean}-dirty`);
    policy.remove('kiro/new.yaml');
    policy.write({ 'kiro/a.yaml': '2' });
    expect((await fetch(dir)).revision).toBe(`${clean}-dirty`);
    policy.remove('kiro/a.yaml');
    expect((await fetch(dir)).revision).toBe(`${clean}-dirty`);
  });

  it('has no revision before the first commit, and HEAD for its branch when detached', async () => {
    const policy = repo();
    policy.write({ 'a.yaml': '1' });
    expect((await fetch(policy.folder)).revision).toBeNull();
    const commit = policy.commit('first');
    policy.git('checkout', '--quiet', '--detach');
    expect((await fetch(policy.folder)).revision).toBe(`HEAD@sha1:${commit}`);
  });

  it('reads a revision from the commit, below the same folder, whatever is on disk', async () => {
    const policy = repo();
    const first = policy.commit('first', { 'kiro/a.yaml': '1', 'b.yaml': 'no' });
    policy.commit('second', { 'kiro/a.yaml': '2', 'kiro/c.yaml': '3' });
    policy.write({ 'kiro/a.yaml': 'on disk' });
    const dir = join(policy.folder, 'kiro');
    const asked = [
      [first, first.slice(0, 12)],
      [first.slice(0, 10), first.slice(0, 10)],
      ['HEAD~1', 'HEAD~1'],
      [`main@sha1:${first}`, 'main'],
    ] as const;
    for (const [name, label] of asked) {
      const { revision, files } = await fetch(dir, name);
      expect(revision).toBe(`${label}@sha1:${first}`);
      expect(files).toEqual([{ path: 'a.yaml', content: new Uint8Array([0x31]), id: expect.any(String) }]);
    }
    expect((await fetch(dir, 'main')).revision).toMatch(/^main@sha1:/);
  });

  it('gives advice for a revision that does not exist or is an option', async () => {
    const policy = repo();
    policy.commit('first', { 'a.yaml': '1' });
    for (const name of ['nonsense', '--all', '--output=/tmp/x']) await expect(fetch(policy.folder, name)).rejects.toThrow('git log');
    policy.commit('second', { 'kiro/a.yaml': '1' });
    await expect(fetch(join(policy.folder, 'kiro'), 'HEAD~1')).rejects.toThrow('has no folder kiro');
  });

  it('sees the same files with the same ids as the Git source', async () => {
    const policy = repo();
    policy.commit('first', { 'a/b.yaml': 'b', 'a-b.yaml': 'c', 'ä.yaml': 'd' });
    const state = folder();
    const auth = { token: null, sshKeyFile: null, knownHostsFile: null, allowHttp: false };
    const source = gitSource({ url: policy.folder, branch: 'main', path: '', auth, verify: null, forge: null }, state);
    expect(await fetch(policy.folder)).toEqual(await source.fetch(new AbortController().signal));
  });
});
