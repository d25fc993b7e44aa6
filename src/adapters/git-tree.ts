import { type GitEnv, parseTree, type TreeEntry } from './git.ts';
import { run } from './git-run.ts';

/** Entries of a tree that are looked at; a few small objects can name more of them than any memory holds. */
const MOST_ENTRIES = 200_000;

/** The same in bytes, for names that are long. */
const MOST_BYTES = 64 * 1024 * 1024;

/** `wanted`: entries that were asked for. `cut`: the tree has more entries than are looked at. */
export type Tree = { readonly wanted: readonly TreeEntry[]; readonly cut: boolean };

/**
 * The entries of a commit below a folder ('' for the root) that `isWanted` keeps, in Git's order, at most `most`; reading
 * stops there. Null when there is no such folder.
 * @throws Error with git's words for anything else that fails.
 */
export async function listTree(
  git: { readonly env: GitEnv; readonly folder: string },
  place: { readonly commit: string; readonly below: string },
  isWanted: (entry: TreeEntry) => boolean,
  most: number,
  signal: AbortSignal,
): Promise<Tree | null> {
  const wanted: TreeEntry[] = [];
  let [rest, entries, bytes, cut] = [Buffer.alloc(0), 0, 0, false];
  const take = (chunk: Buffer): boolean => {
    bytes += chunk.length;
    const text = Buffer.concat([rest, chunk]);
    const end = text.lastIndexOf(0);
    rest = text.subarray(end + 1);
    const found = end === -1 ? [] : parseTree(text.subarray(0, end).toString('utf8'));
    entries += found.length;
    wanted.push(...found.filter(isWanted));
    cut = entries > MOST_ENTRIES || bytes > MOST_BYTES;
    return !cut && wanted.length < most;
  };
  const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', `${place.commit}:${place.below}`];
  const { code, stderr } = await run('git', args, { ...git, signal, take });
  if (code === 0 || code === null) return { wanted: wanted.slice(0, most), cut };
  if (/not a tree object|does not exist|Not a valid object name|exists on disk, but not in/i.test(stderr)) return null;
  throw new Error(`git ls-tree ended with ${code}: ${stderr.trim()}`);
}
