import type { JournalEntry } from './model/journal.ts';
import type { Live, ReadScope } from './model/live.ts';
import type { Verification } from './model/signature.ts';

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

/** What a commit says of itself; `author` is a name, never an address. `at` is RFC 3339. */
export type Commit = { readonly revision: string; readonly author: string; readonly at: string; readonly subject: string };

/** A Git branch, fetched into a repository of our own that keeps every revision it has seen. */
export interface GitSource extends Source {
  /** The files of a revision fetched earlier, without going to the remote. @throws UserError when it is not known here. */
  read(revision: string, signal: AbortSignal): Promise<Fetched>;
  /** The newest revision fetched (also by an earlier process), for when the remote does not answer; null before the first. */
  lastGood(signal: AbortSignal): Promise<Fetched | null>;
  /** True when `to` contains `from`; false after a rewrite, or when a revision is not known here. */
  descends(from: string, to: string, signal: AbortSignal): Promise<boolean>;
  /** Commits after `from` up to `to`, newest first, at most `limit`; only `to` when `from` is null or not known here. */
  commits(from: string | null, to: string, limit: number, signal: AbortSignal): Promise<readonly Commit[]>;
  /**
   * Which commits that `to` reaches and `from` does not lack a good signature, as the settings ask for it; only `to` is looked
   * at when `from` is null. Nothing is looked at without `git.verify`.
   * @throws UserError when the keys that count cannot be read.
   */
  verify(from: string | null, to: string, signal: AbortSignal): Promise<Verification>;
}

/**
 * The record of what happened: append-only, on disk before `append` resolves. It never changes a plan.
 * Pure questions to its entries are in `model/journal-state.ts`.
 */
export interface Journal {
  /**
   * False from a write that failed until one that succeeds: nothing may be enforced then. After `append` it speaks of
   * those entries; entries that others append meanwhile may still be on their way.
   */
  readonly writable: boolean;
  /** True when nothing was found at the start (first start, or the journal was lost): drift and first-seen start anew. */
  readonly fresh: boolean;
  /** Full sentences on what was repaired, passed over or could not be written; grows while the process lives. */
  readonly problems: readonly string[];
  /** Never rejects: an entry that cannot be written stays in memory, is written by a later append, and `writable` says no. */
  append(...entries: readonly JournalEntry[]): Promise<void>;
  /** Oldest first. */
  entries(): readonly JournalEntry[];
  close(): Promise<void>;
}
