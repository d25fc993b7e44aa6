/** `branch@sha1:<40 hex>` (`HEAD~2@sha1:…` where that was asked for), with `-dirty` at the end when the files on disk differ from that commit. */
export type Revision = string;

const FORM = /^(?<branch>.*)@(?:sha1:(?<short>[0-9a-f]{40})|sha256:(?<long>[0-9a-f]{64}))(?:-dirty)?$/;

/** The revision of a commit on a branch (`HEAD` when no branch is checked out). */
export function revisionOf(branch: string, commit: string, dirty = false): Revision {
  return `${branch}@${commit.length === 64 ? 'sha256' : 'sha1'}:${commit}${dirty ? '-dirty' : ''}`;
}

/** The commit id in a revision; null when the text is no revision. */
export function commitOf(revision: Revision): string | null {
  const groups = FORM.exec(revision)?.groups;
  return groups?.['short'] ?? groups?.['long'] ?? null;
}
