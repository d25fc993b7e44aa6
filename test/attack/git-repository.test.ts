import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folderSource } from '../../src/adapters/folder-source.ts';
import { gitSource } from '../../src/adapters/git-source.ts';
import type { SourceFile } from '../../src/ports.ts';
import { commitOn } from '../adapters/git/key.ts';
import { failureOf, gitSettings, signal, temporary } from '../adapters/git/source.ts';
import { type Repository, repository } from '../support/repository.ts';

/** Repositories made to make their reader run, follow or load something. What is never there afterwards is the marker. */
let policy: Repository;
let state: ReturnType<typeof temporary>;
let marker: string;

beforeAll(() => {
  policy = repository();
  policy.commit('first', { 'a.yaml': 'kind: A\n' });
});
afterAll(() => policy.dispose());
beforeEach(() => {
  state = temporary('state');
  marker = join(state.folder, 'ran');
});
afterEach(() => {
  expect(existsSync(marker)).toBe(false);
  state.dispose();
});

const fetched = () => gitSource(gitSettings(policy.url), join(state.folder, 'state')).fetch(signal());
const told = (files: readonly SourceFile[]) =>
  files.map((file) => ('skipped' in file ? [file.path, file.skipped] : [file.path, file.content.length]));

type Entry = { readonly mode: string; readonly name: string | Buffer; readonly id: string };

/** A tree as its bytes: Git itself would refuse to make some of them. */
function tree(entries: readonly Entry[]): string {
  const parts = entries.flatMap(({ mode, name, id }) => [
    Buffer.from(`${mode} `),
    Buffer.from(name),
    Buffer.from([0]),
    Buffer.from(id, 'hex'),
  ]);
  writeFileSync(join(policy.folder, '.git', 'tree'), Buffer.concat(parts));
  return policy.git('hash-object', '--literally', '-t', 'tree', '-w', join('.git', 'tree')).trim();
}

function blob(text: string | Buffer): string {
  writeFileSync(join(policy.folder, '.git', 'blob'), text);
  return policy.git('hash-object', '-w', join('.git', 'blob')).trim();
}

/** The branch at a commit of exactly this tree. */
function publish(id: string): void {
  policy.git(
    'update-ref',
    'refs/heads/main',
    commitOn(policy, [policy.git('rev-list', '--max-parents=0', 'main').trim().split('\n')[0] ?? ''], { tree: id }),
  );
}

describe('refused whole, by name', () => {
  const file = (name: string): Entry => ({ mode: '100644', name, id: blob('kind: A\n') });
  it.each<[string, () => string, RegExp]>([
    ['a folder .git with a hook', () => tree([{ mode: '40000', name: '.git', id: tree([file('config')]) }]), /hasDotgit/],
    ['.git in capitals', () => tree([{ mode: '40000', name: '.GIT', id: tree([file('config')]) }]), /hasDotgit/],
    ['two entries of one name', () => tree([file('a.yaml'), file('a.yaml')]), /duplicateEntries/],
    ['a folder ..', () => tree([{ mode: '40000', name: '..', id: tree([file('a.yaml')]) }]), /hasDotdot/],
    ['a path as a name', () => tree([file('../../a.yaml')]), /fullPathname/],
    [
      'a submodule address that is an option',
      () => tree([{ mode: '100644', name: '.gitmodules', id: blob('[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch\n') }]),
      /gitmodulesUrl/,
    ],
    [
      'a submodule path that is an option',
      () => tree([{ mode: '100644', name: '.gitmodules', id: blob('[submodule "x"]\n\tpath = -x\n\turl = https://git.example.com/x\n') }]),
      /gitmodulesPath/,
    ],
  ])('%s', async (_what, make, words) => {
    publish(make());
    const { failures } = await failureOf(fetched());
    expect(failures).toMatchObject([
      { kind: 'wrong', message: expect.stringMatching(words), advice: expect.stringContaining('who pushed it') },
    ]);
  });
});

describe('read as data', () => {
  it('file names with newlines, tabs, quotes, options, bytes that are no UTF-8, and names that differ in case', async () => {
    const id = blob('kind: A\n');
    const names = [
      '\t.yaml',
      '\n.yaml',
      '"\'.yaml',
      '--output=x.yaml',
      '-x.yaml',
      'A.yaml',
      '\\.yaml',
      'a.yaml',
      Buffer.from([0xff, ...Buffer.from('.yaml')]),
    ];
    publish(tree(names.map((name) => ({ mode: '100644', name, id }))));
    const { files } = await fetched();
    expect(files.map((each) => each.path).sort()).toEqual(names.map((name) => name.toString()).sort());
    expect(files.every((each) => 'content' in each)).toBe(true);
  });

  it('symlinks out of the repository, in circles and to devices, and submodules', async () => {
    const link = (name: string, to: string): Entry => ({ mode: '120000', name, id: blob(to) });
    const entries = [link('a.yaml', '/etc/passwd'), link('b.yaml', 'b.yaml'), link('c.yaml', '/dev/zero'), link('d', '../../..')];
    publish(tree([...entries, { mode: '160000', name: 'e', id: '1'.repeat(40) }]));
    const links = ['a.yaml', 'b.yaml', 'c.yaml', 'd'].map((name) => [name, 'symlink']);
    expect(told((await fetched()).files)).toEqual([...links, ['e', 'submodule']]);
  });

  it('filters, hooks and the configuration of the served repository', async () => {
    const run = `touch '${marker}'`;
    const attributes = '*.yaml filter=evil diff=evil text eol=crlf ident export-subst working-tree-encoding=UTF-16\n';
    publish(
      tree([
        { mode: '100644', name: '.gitattributes', id: blob(attributes) },
        { mode: '100644', name: 'a.yaml', id: blob('kind: $Id$\n') },
      ]),
    );
    for (const key of [
      'filter.evil.smudge',
      'filter.evil.process',
      'uploadpack.packObjectsHook',
      'core.fsmonitor',
      'core.sshCommand',
      'core.pager',
    ]) {
      policy.git('config', key, run);
    }
    policy.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    for (const name of [
      'post-checkout',
      'post-index-change',
      'reference-transaction',
      'pre-auto-gc',
      'update',
      'post-update',
      'post-rewrite',
    ]) {
      writeFileSync(join(policy.folder, '.git', 'hooks', name), `#!/bin/sh\n${run}\n`, { mode: 0o755 });
    }
    try {
      expect(told((await fetched()).files)).toEqual([['a.yaml', 'kind: $Id$\n'.length]]);
    } finally {
      for (const name of readdirSync(join(policy.folder, '.git', 'hooks')))
        execFileSync('rm', [join(policy.folder, '.git', 'hooks', name)]);
      for (const section of ['filter.evil', 'uploadpack']) policy.git('config', '--remove-section', section);
      for (const key of ['core.fsmonitor', 'core.sshCommand', 'core.pager']) policy.git('config', '--unset', key);
    }
  });

  it('an enormous blob is named and never read, and a commit with an enormous message is a commit', async () => {
    const id = blob(Buffer.alloc(16 * 1024 * 1024));
    const parent = policy.git('rev-list', '--max-parents=0', 'main').trim().split('\n')[0] ?? '';
    const text = `tree ${tree([{ mode: '100644', name: 'a.yaml', id }])}\nparent ${parent}\nauthor A <a@example.com> 1 +0000\ncommitter A <a@example.com> 1 +0000\n\n`;
    writeFileSync(join(policy.folder, '.git', 'message'), text + 'x'.repeat(2 * 1024 * 1024));
    const commit = policy.git('hash-object', '-t', 'commit', '-w', join('.git', 'message')).trim();
    policy.git('update-ref', 'refs/heads/main', commit);
    const before = process.memoryUsage().arrayBuffers;
    expect(await fetched()).toMatchObject({ revision: `main@sha1:${commit}`, files: [{ path: 'a.yaml', skipped: 'too-large' }] });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  });
});

describe('more than any memory holds', () => {
  /** Trees of trees: a few objects name `wide ** deep` files. */
  function bomb(name: string, wide: number, deep: number): string {
    let [id, mode, leaf] = [blob('kind: A\n'), '100644', name];
    for (let level = 0; level < deep; level += 1) {
      const entries = Array.from({ length: wide }, (_, i) => ({ mode, name: `${i}`.padStart(2, '0') + leaf, id }));
      id = tree(entries);
      [mode, leaf] = ['40000', ''];
    }
    return id;
  }

  it('ten thousand million files of no interest end with a sentence', async () => {
    publish(bomb('.txt', 10, 10));
    const { failures } = await failureOf(fetched());
    expect(failures).toMatchObject([{ kind: 'wrong', message: expect.stringContaining('more files and folders than kirosync looks at') }]);
  });

  it('ten thousand million YAML files are one more than the loader takes', async () => {
    publish(bomb('.yaml', 10, 10));
    expect((await fetched()).files).toHaveLength(20_001);
  });
});

it('a folder that looks like a repository does not give the revision of a checkout, and its configuration is not asked', async () => {
  const checkout = repository();
  try {
    checkout.commit('honest', { 'kiro/a.yaml': 'kind: A\n' });
    const inner = join(checkout.folder, 'kiro');
    mkdirSync(join(state.folder, 'evil'));
    cpSync(join(policy.folder, '.git'), inner, { recursive: true });
    const settings = ['core.bare=false', `core.worktree=${inner}`, `core.fsmonitor=touch ${marker}`, `core.hooksPath=${inner}/hooks`];
    for (const each of settings) execFileSync('git', ['config', '--file', join(inner, 'config'), ...each.split('=')]);
    const evil = policy.git('rev-parse', 'main').trim();
    expect((await folderSource(inner).fetch(signal())).revision).not.toBe(`main@sha1:${evil}`);
    await expect(folderSource(inner, evil).fetch(signal())).rejects.toThrow('needs a Git work tree');
  } finally {
    checkout.dispose();
  }
});
