import type { Commit, GitSource } from '../ports.ts';

/** What is told of commits: the one that a revision names, and those after the applied revision, newest first. */
export type Story = { readonly attempted: Commit | null; readonly applied: Commit | null; readonly waiting: readonly Commit[] };

const NO_STORY: Story = { attempted: null, applied: null, waiting: [] };

/** Commits that a page names at most; the branch has the others. */
const MOST_WAITING = 20;

/** Git reads its own folder for this; a disk that hangs must not hang the page. */
const PATIENCE_MS = 3_000;

/**
 * Author, subject and time of the revisions that a page shows, read from the local copy. What cannot be read is left out:
 * the page then shows the revision alone. Each answer is kept, since what a commit says never changes.
 */
export function commitBook(
  source: Pick<GitSource, 'commits'>,
  patienceMs: number = PATIENCE_MS,
): (attempted: string | null, applied: string | null) => Promise<Story> {
  let kept: { readonly id: string; readonly story: Promise<Story> } | null = null;
  return async (attempted, applied) => {
    const id = JSON.stringify([attempted, applied]);
    if (kept?.id !== id) kept = { id, story: storyOf(source, attempted, applied, patienceMs) };
    const mine = kept;
    try {
      return await mine.story;
    } catch {
      if (kept === mine) kept = null;
      return NO_STORY;
    }
  };
}

async function storyOf(
  source: Pick<GitSource, 'commits'>,
  attempted: string | null,
  applied: string | null,
  patienceMs: number,
): Promise<Story> {
  const signal = AbortSignal.timeout(patienceMs);
  const of = async (revision: string | null): Promise<Commit | null> =>
    revision === null ? null : ((await source.commits(null, revision, 1, signal))[0] ?? null);
  const newest = await of(attempted);
  if (attempted === applied) return { attempted: newest, applied: newest, waiting: [] };
  const [before, since] = await Promise.all([
    of(applied),
    attempted === null || applied === null ? [] : source.commits(applied, attempted, MOST_WAITING, signal),
  ]);
  return { attempted: newest, applied: before, waiting: since };
}
