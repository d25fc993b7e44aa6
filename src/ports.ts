import type { Live, ReadScope } from './model/live.ts';

/** Reads Identity Center. It has no write method, so whoever holds only this cannot write. */
export interface DirectoryReader {
  /**
   * Everything the scope asks for, read to the last page.
   * @throws RemoteError with every failure found, when anything was denied, unreachable, wrong or ended early.
   */
  observe(scope: ReadScope, signal: AbortSignal): Promise<Live>;
}

/** What a write did. `effect` is false when the wish was already true ("already a member", "already gone"). */
export type Written = { readonly effect: boolean; readonly requestId: string | null };

/**
 * Writes to Identity Center. Each call retries what may be retried and paces itself to the quota; it throws
 * RemoteError when the change finally failed, and the signal's reason when it was not sent because of an abort.
 */
export interface DirectoryWriter {
  createGroup(group: string, signal: AbortSignal): Promise<Written & { readonly groupId: string }>;
  createMembership(member: { readonly groupId: string; readonly userId: string }, signal: AbortSignal): Promise<Written>;
  deleteMembership(membership: { readonly membershipId: string }, signal: AbortSignal): Promise<Written>;
  assignApplication(assignment: { readonly applicationArn: string; readonly groupId: string }, signal: AbortSignal): Promise<Written>;
}

/** One file of the policy repository; `skipped` says why it has no content. Paths use `/` and are relative to the root. */
export type SourceFile =
  | { readonly path: string; readonly content: Uint8Array; readonly id: string }
  | { readonly path: string; readonly skipped: 'symlink' | 'submodule' | 'too-large' };

/** `revision` is `branch@sha1:<40 hex>`, null for a folder that is no Git work tree. */
export type Fetched = { readonly revision: string | null; readonly files: readonly SourceFile[] };

/** Where the policy comes from: a folder, or a Git branch. */
export interface Source {
  /** @throws RemoteError when it cannot be read; UserError when the folder does not exist. */
  fetch(signal: AbortSignal): Promise<Fetched>;
}
