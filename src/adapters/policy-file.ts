import { RemoteError } from '../errors.ts';
import type { SourceFile } from '../ports.ts';
import { type GitEnv, readObjects, type TreeEntry } from './git.ts';
import { listTree } from './git-tree.ts';

/** Larger files are reported, not read: design limit for one document. */
export const LARGEST = 1024 * 1024;

/** All files of one revision together; what exceeds it is reported as too large, so that a repository cannot fill the memory. */
const LARGEST_TOGETHER = 256 * 1024 * 1024;

/** One more than a repository may have, so that the loader can see that there are too many. */
export const MOST_FILES = 20_001;

/** Contents by blob id, so that what did not change is not read again. */
export type BlobCache = Map<string, Uint8Array>;

/** True for YAML files of which no folder, nor they themselves, begin with a dot. */
export function isPolicyFile(path: string): boolean {
  return /\.ya?ml$/.test(path) && !isHidden(path);
}

export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

/** A link is worth reporting when it could stand for YAML: a YAML file, or (a name without extension) a folder. */
export function isPolicyLink(path: string): boolean {
  return isPolicyFile(path) || (!isHidden(path) && !/\.[^/]*$/.test(path));
}

export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/**
 * The policy files of a commit below a folder of the repository ('' for its root), sorted by path, read from Git's objects.
 * Null when the folder does not exist in that commit.
 */
export async function readCommit(
  git: { readonly env: GitEnv; readonly folder: string },
  commit: string,
  below: string,
  cache: BlobCache,
  signal: AbortSignal,
): Promise<readonly SourceFile[] | null> {
  const tree = await listTree(git, { commit, below }, isWanted, MOST_FILES, signal);
  if (tree === null) return null;
  if (tree.cut) throw tooManyEntries(commit);
  const entries = tree.wanted.toSorted(byPath);
  const readable = withinBudget(entries);
  const missing = [...new Set(entries.filter((entry) => readable.has(entry) && !cache.has(entry.id)).map((entry) => entry.id))];
  for (const [id, content] of await readObjects({ ...git, kind: 'blob', largest: LARGEST }, missing, signal)) cache.set(id, content);
  forget(cache, new Set(entries.map((entry) => entry.id)));
  return entries.map((entry) => sourceFile(entry, readable.has(entry) ? cache.get(entry.id) : undefined));
}

function tooManyEntries(commit: string): RemoteError {
  return new RemoteError([
    {
      kind: 'wrong',
      operation: 'git ls-tree',
      requestId: null,
      message: `Commit ${commit.slice(0, 12)} has more files and folders than kirosync looks at (200,000).`,
      advice: 'Keep the configuration in a repository of its own, or set git.path (KIROSYNC_GIT_PATH) to the folder that holds it.',
    },
  ]);
}

function isWanted(entry: TreeEntry): boolean {
  if (entry.mode === '160000') return !isHidden(entry.path);
  return entry.mode === '120000' ? isPolicyLink(entry.path) : isPolicyFile(entry.path);
}

function withinBudget(entries: readonly TreeEntry[]): ReadonlySet<TreeEntry> {
  let left = LARGEST_TOGETHER;
  return new Set(
    entries.filter((entry) => {
      if (!entry.mode.startsWith('100') || entry.size === null || entry.size > LARGEST) return false;
      left -= entry.size;
      return left >= 0;
    }),
  );
}

function forget(cache: BlobCache, wanted: ReadonlySet<string>): void {
  for (const id of cache.keys()) if (!wanted.has(id)) cache.delete(id);
}

function sourceFile(entry: TreeEntry, content: Uint8Array | undefined): SourceFile {
  if (entry.mode === '160000') return { path: entry.path, skipped: 'submodule' };
  if (entry.mode === '120000') return { path: entry.path, skipped: 'symlink' };
  return content === undefined ? { path: entry.path, skipped: 'too-large' } : { path: entry.path, content, id: entry.id };
}
