import { RemoteError } from '../errors.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { commitOf } from '../model/revision.ts';
import type { Fetched, GitSource } from '../ports.ts';
import type { Policy } from '../reconcile.ts';
import { signatureDiagnostics } from './signature.ts';

export type PolicyDeps = {
  readonly source: GitSource;
  /** The revision that was applied last, null before the first. */
  readonly applied: string | null;
  /** The commit id that an operator accepts although it does not descend from the applied one; null without one. */
  readonly accepted: () => Promise<string | null>;
};

/**
 * The policy to follow now: the branch's newest revision, or the last good one when the source does not answer. A revision
 * that must not be followed is `refused`; the applied revision is then still observed, where it is known.
 * @throws RemoteError when there is neither; UserError for a URL or branch that git must not be given, and for keys that
 * cannot be read.
 */
export async function policy(deps: PolicyDeps, signal: AbortSignal): Promise<Policy> {
  const { fetched, failures } = await newest(deps.source, signal);
  const { applied, source } = deps;
  const { revision } = fetched;
  if (revision === null || applied === revision) return { ...fetched, failures, diagnostics: [], applied: null };
  const follows = applied !== null && (await source.descends(applied, revision, signal));
  const commit = commitOf(revision);
  const accepted = commit !== null && applied !== null && (await deps.accepted()) === commit;
  const rewrites = applied === null || follows || accepted ? [] : [rewritten(applied, revision, commit)];
  // An accepted history begins anew, as the first one did: its newest commit is signed, whatever came before.
  const verification = await source.verify(follows && !accepted ? applied : null, revision, signal);
  const diagnostics = [...rewrites, ...signatureDiagnostics(verification, commit)];
  const before = applied === null ? null : await known(source, applied, signal);
  if (diagnostics.length === 0) return { ...fetched, failures, diagnostics, applied: before };
  return { ...(before ?? { revision: null, files: [] }), failures, diagnostics, refused: revision, applied: null };
}

async function newest(
  source: GitSource,
  signal: AbortSignal,
): Promise<{ readonly fetched: Fetched; readonly failures: Policy['failures'] }> {
  try {
    return { fetched: await source.fetch(signal), failures: [] };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const fetched = await source.lastGood(signal);
    if (fetched === null) throw error;
    return { fetched, failures: error.failures };
  }
}

/** A revision that our repository has lost only costs the explanation of churn, so it is no reason to stop. */
async function known(source: GitSource, revision: string, signal: AbortSignal): Promise<Fetched | null> {
  try {
    return await source.read(revision, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

function rewritten(applied: string, found: string, commit: string | null): Diagnostic {
  return {
    severity: 'error',
    rule: 'history-rewritten',
    message:
      `${found} does not descend from the applied revision ${applied}: somebody rewrote the branch. Nothing is applied until the branch ` +
      `contains the applied revision again, or an operator accepts the new history by writing ${commit ?? 'its commit id'} to the file accept-history in stateDir.`,
  };
}
