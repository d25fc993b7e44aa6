import type { Commit, GitSource } from '../ports.ts';
import { type Html, html, NOTHING } from '../report/html.ts';
import { revisionText } from './now-fact.ts';

/** Git reads its own folder for this; a disk that hangs must not hang the page. */
const PATIENCE_MS = 3_000;

/** Commits that are read for one page; the others are shown by their id alone. */
const MOST_COMMITS = 8;

/** Author, subject and time of the first revisions of a list, by revision; what cannot be read is left out. */
export async function commitsOf(
  source: Pick<GitSource, 'commits'>,
  revisions: readonly (string | null)[],
): Promise<ReadonlyMap<string, Commit>> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const wanted = [...new Set(revisions.filter((revision) => revision !== null))].slice(0, MOST_COMMITS);
  const read = async (revision: string): Promise<readonly (readonly [string, Commit])[]> => {
    const [commit] = await source.commits(null, revision, 1, signal).catch(() => []);
    return commit === undefined ? [] : [[revision, commit]];
  };
  return new Map((await Promise.all(wanted.map(read))).flat());
}

/** A revision, with who wrote it and what it says where that is known. */
export function approved(revision: string, commits: ReadonlyMap<string, Commit>): Html {
  const commit = commits.get(revision);
  const story =
    commit === undefined
      ? NOTHING
      : html` <span class="soft">${commit.subject === '' ? '(no subject)' : commit.subject}, by ${commit.author}</span>`;
  return html`${revisionText(revision)}${story}`;
}
