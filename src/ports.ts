import type { Month } from './model/day.ts';
import type { JournalEntry } from './model/journal.ts';
import type { Live, ReadScope } from './model/live.ts';
import type { Verification } from './model/signature.ts';
import type { UsagePlace } from './model/usage-place.ts';

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

/**
 * `revision` is `branch@sha1:<40 hex>`, null for a folder that is no Git work tree. `prefix` is the folder's path below the
 * root of its work tree, without a slash at the end: empty or absent where it is that root, or in none. `past`: true for a revision
 * that the work tree's own commit has left behind, so that following it would be a revert.
 */
export type Fetched = {
  readonly revision: string | null;
  readonly files: readonly SourceFile[];
  readonly prefix?: string;
  readonly past?: boolean;
};

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

/** What a commit status says: `failure` is for what a human must change, `error` for what may pass. */
export type ForgeState = 'success' | 'pending' | 'failure' | 'error';

/** The host of the policy repository, where the outcome of a merge is posted. Every call may be repeated. */
export interface Forge {
  /** The merged pull requests (GitLab: merge requests) of the followed branch that contain a commit. @throws RemoteError */
  merged(commit: string, signal: AbortSignal): Promise<readonly number[]>;
  /** Sets the status `kirosync` of a commit. @throws RemoteError */
  setStatus(commit: string, status: { readonly state: ForgeState; readonly description: string }, signal: AbortSignal): Promise<void>;
  /**
   * Makes or replaces our comment on a pull request, and returns its id: the one with `id` where it is still there, else one
   * that we wrote and that begins with `marker`, else a new one. @throws RemoteError
   */
  comment(comment: ForgeComment, signal: AbortSignal): Promise<string>;
}

/** `body` begins with `marker`, which no reader sees. */
export type ForgeComment = { readonly pull: number; readonly id: string | null; readonly marker: string; readonly body: string };

/** A credits report that is kept: when it was made and which month it is of. */
export type KeptReport = { readonly at: Date; readonly month: Month };

/** The last scheduled credits reports, which survive a restart. */
export interface ReportShelf {
  /** Newest first; none where there is no folder yet. @throws the system's error when it cannot be read. */
  list(): Promise<readonly KeptReport[]>;
  /** One of them; null when it is gone or was never whole. */
  read(report: KeptReport, form: 'json' | 'html'): Promise<string | null>;
  /** Writes a report, in place of one of the same second and month. @throws the system's error, with no half report left. */
  keep(report: KeptReport, texts: { readonly json: string; readonly html: string }): Promise<void>;
  /** Removes one; one that is gone is no error. */
  remove(report: KeptReport): Promise<void>;
}

/** `path` is relative and uses `/`. */
export type ReportFile = { readonly path: string; readonly type: string; readonly text: string };

/** A place outside of `stateDir` that reports are written to. */
export interface ReportSink {
  /** As the settings name it. */
  readonly to: string;
  readonly kind: 'directory' | 's3';
  /** Writes every file, or replaces it. Some may be there when one fails. @throws RemoteError; the signal's reason after an abort. */
  write(files: readonly ReportFile[], signal: AbortSignal): Promise<void>;
}

/** Which reports are wanted. `isReport` judges a key; a report above `mostBytes` is not fetched, but stands there with its size. */
export type UsageWanted = {
  readonly months: readonly Month[];
  readonly isReport: (key: string) => boolean;
  readonly mostBytes: number;
};

/** What a fetch took: pages of lists, reports found, reports fetched now and their bytes, requests with their repetitions. */
export type UsageFetch = {
  readonly pages: number;
  readonly reports: number;
  readonly fetched: number;
  readonly bytes: number;
  readonly requests: number;
};

/** Reports as local directories that hold the bucket's own folders (`AWSLogs/...`), until `close` removes them. */
export type LocalUsage = {
  readonly directories: readonly { readonly path: string; readonly url: string }[];
  readonly took: UsageFetch;
  /** Stands for which objects there are and what is in them: equal fingerprints, equal reports. */
  readonly fingerprint: string;
  readonly close: () => Promise<void>;
};

/** Reads usage reports from S3. It has no write method. */
export interface UsageBuckets {
  /** A folder of this user's own for what was concluded from reports. */
  readonly conclusions: string;
  /**
   * The reports of these months in these places, all of them or none.
   * @throws RemoteError with every place that was denied, unreachable, wrong or ended early; UserError when the cache cannot be written.
   */
  fetch(places: readonly UsagePlace[], wanted: UsageWanted, signal: AbortSignal): Promise<LocalUsage>;
}

/** A body for a receiver of notifications. `id` stays the same when it is sent again. */
export type Delivery = { readonly id: string; readonly body: string };

/** A receiver of notifications. */
export interface NotifySink {
  /**
   * Resolves once the receiver has said that it has it, after as many attempts as its time allows.
   * @throws RemoteError, whose words hold neither the address nor the secret; the signal's reason after an abort.
   */
  send(delivery: Delivery, signal: AbortSignal): Promise<void>;
}
