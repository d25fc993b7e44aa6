import type { Diagnostic } from './model/diagnostic.ts';

/** The user can mend this: wrong flag, file or setting. Exit 1; a daemon stalls until the revision changes. */
export class UserError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(message: string, options: { readonly cause?: unknown; readonly diagnostics?: readonly Diagnostic[] } = {}) {
    super(message, { cause: options.cause });
    this.name = 'UserError';
    this.diagnostics = options.diagnostics ?? [];
  }
}

/** One thing that a remote refused or did not answer. */
export type RemoteFailure = {
  /** denied: a human must grant something. unreachable: may pass. incomplete: a read that failed or ended early. wrong: the remote is not what was configured. */
  readonly kind: 'denied' | 'unreachable' | 'incomplete' | 'wrong';
  /** "identitystore:ListUsers", "git fetch". */
  readonly operation: string;
  /** A full sentence: what was tried, what came back. */
  readonly message: string;
  /** What to do next, a full sentence. */
  readonly advice: string;
  readonly requestId: string | null;
};

/** A bug of ours ended a pass. Says in which step, and of which revision where that was known; `cause` is what was thrown. */
export class PassError extends Error {
  readonly step: string;
  readonly attempted: string | null;
  constructor(step: string, attempted: string | null, cause: unknown) {
    const of = attempted === null ? '' : ` of ${attempted}`;
    super(`the pass${of} ended in its step ${step}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'PassError';
    this.step = step;
    this.attempted = attempted;
  }
}

/** Git or AWS could not be reached, denied access, or a read did not complete. Exit 5; lists every failure at once. */
export class RemoteError extends Error {
  readonly failures: readonly RemoteFailure[];
  constructor(failures: readonly RemoteFailure[], options: { readonly cause?: unknown } = {}) {
    super(failures.map((f) => f.message).join('\n'), { cause: options.cause });
    this.name = 'RemoteError';
    this.failures = failures;
  }
}
