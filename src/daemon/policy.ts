import { RemoteError } from '../errors.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { commitOf } from '../model/revision.ts';
import type { Fetched, GitSource } from '../ports.ts';
import type { Policy } from '../reconcile.ts';

export type PolicyDeps = {
  readonly source: GitSource;
  /** The revision that was applied last, null before the first. */
  readonly applied: string | null;
  /** The commit id that an operator accepts although it does not descend from the applied one; null without one. */
  readonly accepted: () => Promise<string | null>;
};

/**
 * The policy to follow now: the branch's newest revision, or the last good one when the source does not answer.
 * @throws RemoteError when there is neither; UserError for a URL or branch that git must not be given.
 */
export async function policy(deps: PolicyDeps, signal: AbortSignal): Promise<Policy> {
  const { fetched, failures } = await newest(deps.source, signal);
  const { applied } = deps;
  if (applied === null || fetched.revision === null || applied === fetched.revision)
    return { ...fetched, failures, diagnostics: [], applied: null };
  const follows = await deps.source.descends(applied, fetched.revision, signal);
  if (follows) return { ...fetched, failures, diagnostics: [], applied: await known(deps.source, applied, signal) };
  const commit = commitOf(fetched.revision);
  const accepted = commit !== null && (await deps.accepted()) === commit;
  const diagnostics = accepted ? [] : [rewritten(applied, fetched.revision, commit)];
  return { ...fetched, failures, diagnostics, applied: accepted ? await known(deps.source, applied, signal) : null };
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
