import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { UserError } from '../errors.ts';
import { revisionOf } from '../model/revision.ts';
import type { Fetched, Source, SourceFile } from '../ports.ts';
import { blobId, gitEnv, gitIn, type TreeEntry } from './git.ts';
import { gitMissing } from './git-error.ts';
import { listTree } from './git-tree.ts';
import { byPath, isHidden, isPolicyFile, isPolicyLink, LARGEST, MOST_FILES, readCommit } from './policy-file.ts';

/** Where a folder lies in a Git work tree: the tree's root, the folder's path below it, branch and commit. */
type WorkTree = { readonly root: string; readonly prefix: string; readonly branch: string; readonly commit: string | null };

// The folder may belong to somebody else (a checkout in a CI container); only objects are read, so nothing can run.
// A folder that looks like a repository (`HEAD`, `config`, `objects`) inside the tree is data of whoever wrote the tree: it must
// neither give the revision nor be asked for its configuration.
const env = gitEnv({
  config: [
    ['safe.directory', '*'],
    ['safe.bareRepository', 'explicit'],
  ],
});

/**
 * The policy files of a folder, sorted by path. The revision is null outside Git, `branch@sha1:…` when the YAML is as in
 * that commit, with `-dirty` when it is not. With `revision` (anything `git rev-parse` takes) the files of that commit
 * are read from Git's objects instead of the disk, and one that is no branch stands in the branch's place: `HEAD~2@sha1:…`.
 * `fetch` throws UserError when the folder, a file of it, or the revision cannot be read.
 */
export function folderSource(dir: string, revision?: string): Source {
  return {
    fetch: async (signal) => {
      await checkFolder(dir, revision !== undefined);
      const tree = await workTree(dir, revision !== undefined, signal);
      return revision === undefined ? fromDisk(dir, tree, signal) : fromCommit(dir, tree, revision, signal);
    },
  };
}

async function checkFolder(dir: string, inCommit: boolean): Promise<void> {
  const found = await stat(dir).catch(() => null);
  if (found?.isDirectory() === true) return;
  const next = inCommit
    ? 'With --revision it must exist in the work tree too.'
    : 'Name the folder that holds the configuration with --config DIR.';
  throw new UserError(`${dir} ${found === null ? 'does not exist' : 'is not a folder'}. ${next}`);
}

/** Null outside Git. */
async function workTree(dir: string, needed: boolean, signal: AbortSignal): Promise<WorkTree | null> {
  const git = gitIn(dir, env, signal);
  const ask = async (...args: string[]) => {
    const text = await git.raw(['rev-parse', ...args]).catch((error: unknown) => {
      const missing = needed ? gitMissing(error) : null;
      if (missing !== null) throw missing;
      return null;
    });
    signal.throwIfAborted();
    return text?.replace(/\n$/, '') ?? null;
  };
  const root = await ask('--show-toplevel');
  if (root === null || root === '') return null;
  const prefix = ((await ask('--show-prefix')) ?? '').replace(/\/$/, '');
  const commit = await ask('--verify', '--quiet', 'HEAD^{commit}');
  return { root, prefix, branch: (await ask('--abbrev-ref', 'HEAD')) ?? 'HEAD', commit: commit === '' ? null : commit };
}

async function fromDisk(dir: string, tree: WorkTree | null, signal: AbortSignal): Promise<Fetched> {
  const found = await walk(dir, '', [], signal);
  const limit = pLimit(16);
  const read = await Promise.all(found.map((file) => limit(() => ('skipped' in file ? file : readOne(dir, file.path, signal)))));
  const files = read.toSorted(byPath);
  const prefix = tree === null || tree.prefix === '' ? {} : { prefix: tree.prefix };
  if (tree === null || tree.commit === null) return { revision: null, files, ...prefix };
  const dirty = await differs(files, tree, tree.commit, signal);
  return { revision: revisionOf(tree.branch, tree.commit, dirty), files, ...prefix };
}

type Found = { readonly path: string } | Extract<SourceFile, { skipped: string }>;

async function walk(root: string, below: string, found: Found[], signal: AbortSignal): Promise<readonly Found[]> {
  for (const entry of (await list(join(root, below))).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    signal.throwIfAborted();
    if (found.length >= MOST_FILES) return found;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (isHidden(path)) continue;
    if (entry.isSymbolicLink()) {
      if (isPolicyLink(path)) found.push({ path, skipped: 'symlink' });
    } else if (entry.isDirectory()) {
      if (existsSync(join(root, path, '.git'))) found.push({ path, skipped: 'submodule' });
      else await walk(root, path, found, signal);
    } else if (entry.isFile() && isPolicyFile(path)) {
      found.push({ path });
    }
  }
  return found;
}

async function list(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new UserError(`The folder ${folder} cannot be read; check its permissions.`, { cause: error });
  });
}

async function readOne(root: string, path: string, signal: AbortSignal): Promise<SourceFile> {
  signal.throwIfAborted();
  try {
    const full = join(root, path);
    if ((await stat(full)).size > LARGEST) return { path, skipped: 'too-large' };
    const content = new Uint8Array(await readFile(full));
    return { path, content, id: blobId(content) };
  } catch (error) {
    throw new UserError(`The file ${join(root, path)} cannot be read; check its permissions.`, { cause: error });
  }
}

/**
 * True when the YAML on disk is not that of the commit. Compared by blob id, since `git status` may run programs that the
 * repository's configuration names; a repository that converts line ends therefore looks modified.
 */
async function differs(files: readonly SourceFile[], tree: WorkTree, commit: string, signal: AbortSignal): Promise<boolean> {
  const wanted = (entry: TreeEntry) => entry.mode.startsWith('100') && isPolicyFile(entry.path);
  const listed = await listTree({ env, folder: tree.root }, { commit, below: tree.prefix }, wanted, MOST_FILES, signal).catch(() => null);
  signal.throwIfAborted();
  const committed = listed?.wanted ?? [];
  const before = new Map(committed.map((entry) => [entry.path, entry.id]));
  const read = files.filter((file) => 'id' in file);
  const large = new Set(files.flatMap((file) => ('skipped' in file && file.skipped === 'too-large' ? [file.path] : [])));
  return read.some((file) => before.get(file.path) !== file.id) || read.length + large.size !== before.size;
}

async function fromCommit(dir: string, tree: WorkTree | null, revision: string, signal: AbortSignal): Promise<Fetched> {
  if (tree === null)
    throw new UserError(`--revision needs a Git work tree, and ${dir} is in none; leave the flag out, or name a folder of a clone.`);
  const git = gitIn(tree.root, env, signal);
  const name = /@sha(?:1|256):([0-9a-f]+)$/.exec(revision)?.[1] ?? revision;
  const text = name.startsWith('-')
    ? ''
    : await git.raw(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]).catch(() => '');
  signal.throwIfAborted();
  const commit = text.trim().split('\n').at(-1) ?? '';
  if (commit === '') {
    throw new UserError(
      `There is no revision "${revision}" in ${tree.root}; run \`git log\` there to see what there is, or \`git fetch\` to get more.`,
    );
  }
  const files = await readCommit({ env, folder: tree.root }, commit, tree.prefix, new Map(), signal);
  if (files === null) throw new UserError(`Revision "${revision}" has no folder ${tree.prefix}; name another --config or --revision.`);
  const branch = (await git.raw(['rev-parse', '--abbrev-ref', name]).catch(() => '')).trim();
  // The merge base of two commits is the older one exactly when the newer one contains it.
  const base = tree.commit === null ? '' : await git.raw(['merge-base', commit, tree.commit]).catch(() => '');
  signal.throwIfAborted();
  const past = base.trim() === commit && commit !== tree.commit;
  return { revision: revisionOf(branch === '' ? labelOf(revision) : branch, commit), files, ...(past ? { past } : {}) };
}

/** What a revision that is no branch is called: as it was asked for, an id by its first digits. */
function labelOf(asked: string): string {
  const name = asked.replace(/@sha(?:1|256):[0-9a-f]+$/, '');
  // Of a search (`:/text`), whose text may have line ends: a revision is one line.
  if (name === '' || /[\p{Cc}\u2028\u2029]/u.test(name)) return 'HEAD';
  return /^[0-9a-f]{13,}$/.test(name) ? name.slice(0, 12) : name;
}
