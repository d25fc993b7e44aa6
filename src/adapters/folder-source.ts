import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { UserError } from '../errors.ts';
import { revisionOf } from '../model/revision.ts';
import type { Fetched, Source, SourceFile } from '../ports.ts';
import { blobId, gitEnv, type TreeEntry } from './git.ts';
import { gitMissing } from './git-error.ts';
import { run } from './git-run.ts';
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
      return revision === undefined ? fromDisk(dir, signal) : fromCommit(dir, revision, signal);
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

/** What git prints, without its last line end; null when it fails. */
async function ask(folder: string, args: readonly string[], signal: AbortSignal): Promise<string | null> {
  const { code, stdout } = await run('git', args, { folder, env, signal });
  return code === 0 ? stdout.toString('utf8').replace(/\n$/, '') : null;
}

/** Null outside Git. @throws Error on a machine without git. */
async function workTree(dir: string, signal: AbortSignal): Promise<WorkTree | null> {
  // One process an answer, since a folder's name may hold line ends; all at once, since each takes longer to start than to answer.
  const answers = [['--show-toplevel'], ['--show-prefix'], ['--verify', '--quiet', 'HEAD^{commit}'], ['--abbrev-ref', 'HEAD']];
  const [root, prefix, commit, branch] = await Promise.all(answers.map((args) => ask(dir, ['rev-parse', ...args], signal)));
  if (root === undefined || root === null || root === '') return null;
  return { root, prefix: (prefix ?? '').replace(/\/$/, ''), branch: branch ?? 'HEAD', commit: commit === '' ? null : (commit ?? null) };
}

async function fromDisk(dir: string, signal: AbortSignal): Promise<Fetched> {
  const withoutGit = () => null; // a folder can be read on a machine that has none
  const [tree, files] = await Promise.all([workTree(dir, signal).catch(withoutGit), readFolder(dir, signal)]);
  signal.throwIfAborted();
  const prefix = tree === null || tree.prefix === '' ? {} : { prefix: tree.prefix };
  if (tree === null || tree.commit === null) return { revision: null, files, ...prefix };
  const dirty = await differs(files, tree, tree.commit, signal);
  return { revision: revisionOf(tree.branch, tree.commit, dirty), files, ...prefix };
}

async function readFolder(dir: string, signal: AbortSignal): Promise<readonly SourceFile[]> {
  const found = await walk(dir, '', [], signal);
  const limit = pLimit(16);
  const read = await Promise.all(found.map((file) => limit(() => ('skipped' in file ? file : readOne(dir, file.path, signal)))));
  return read.toSorted(byPath);
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

async function fromCommit(dir: string, revision: string, signal: AbortSignal): Promise<Fetched> {
  const tree = await workTree(dir, signal).catch((error: unknown) => {
    throw gitMissing(error) ?? error;
  });
  if (tree === null)
    throw new UserError(`--revision needs a Git work tree, and ${dir} is in none; leave the flag out, or name a folder of a clone.`);
  const name = /@sha(?:1|256):([0-9a-f]+)$/.exec(revision)?.[1] ?? revision;
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const commit = name.startsWith('-') ? null : await ask(tree.root, asked, signal);
  if (commit === null || commit === '') {
    throw new UserError(
      `There is no revision "${revision}" in ${tree.root}; run \`git log\` there to see what there is, or \`git fetch\` to get more.`,
    );
  }
  const files = await readCommit({ env, folder: tree.root }, commit, tree.prefix, new Map(), signal);
  if (files === null) throw new UserError(`Revision "${revision}" has no folder ${tree.prefix}; name another --config or --revision.`);
  const branch = await ask(tree.root, ['rev-parse', '--abbrev-ref', name], signal);
  // The merge base of two commits is the older one exactly when the newer one contains it.
  const base = tree.commit === null ? null : await ask(tree.root, ['merge-base', commit, tree.commit], signal);
  const past = base === commit && commit !== tree.commit;
  return { revision: revisionOf(branch === null || branch === '' ? labelOf(revision) : branch, commit), files, ...(past ? { past } : {}) };
}

/** What a revision that is no branch is called: as it was asked for, an id by its first digits. */
function labelOf(asked: string): string {
  const name = asked.replace(/@sha(?:1|256):[0-9a-f]+$/, '');
  // Of a search (`:/text`), whose text may have line ends: a revision is one line.
  if (name === '' || /[\p{Cc}\u2028\u2029]/u.test(name)) return 'HEAD';
  return /^[0-9a-f]{13,}$/.test(name) ? name.slice(0, 12) : name;
}
