import { type Applied, type ApplyEvent, apply } from './apply/apply.ts';
import { type BlobCache, keepOnly } from './config/file.ts';
import { load } from './config/load.ts';
import { drift } from './drift/drift.ts';
import { unite } from './drift/scope.ts';
import { PassError, RemoteError, type RemoteFailure, UserError } from './errors.ts';
import type { Outcome } from './exit.ts';
import type { Configuration } from './model/configuration.ts';
import { dayOf } from './model/day.ts';
import { type Diagnostic, sentence } from './model/diagnostic.ts';
import type { Drift, SeatRecord } from './model/drift.ts';
import type { Live, ReadScope } from './model/live.ts';
import { type Change, changesOf, type Plan } from './model/plan.ts';
import type { Resolution } from './model/seat.ts';
import type { Operator } from './model/settings.ts';
import { needsSecondReading, unconfirmed } from './plan/confirm.ts';
import type { RecentRemoval } from './plan/guard/guard.ts';
import type { UsageTiers } from './plan/manual.ts';
import { plan } from './plan/plan.ts';
import type { DirectoryWriter, Fetched } from './ports.ts';
import { resolve } from './resolve/resolve.ts';
import { readScope } from './resolve/scope.ts';

/** The policy of a pass. `failures`: the source did not answer, and these are the files of the last good revision. */
export type Policy = Fetched & {
  readonly failures: readonly RemoteFailure[];
  /** What forbids following the newest revision (a rewritten history, a commit without a good signature). */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The newest revision, where it is not followed. `revision` and `files` are then those that were applied last: they are
   * observed, and nothing is applied. Without such files `revision` is null.
   */
  readonly refused?: string;
  /** The files of the revision that was applied last, where that is another one. */
  readonly applied: Fetched | null;
};

/** What a plan was made from. */
type Seen = { readonly configuration: Configuration; readonly live: Live; readonly resolution: Resolution };

/** What earlier passes and the operator say about this one; it decides what is applied, never what is planned. */
export type Standing = {
  readonly record: SeatRecord | null;
  readonly recentRemovals: readonly RecentRemoval[];
  /** Why nothing may be applied (observe mode, suspended, no journal); null when it may. */
  readonly restraint: string | null;
  /** Why nothing of a profile is applied now (observe mode, a change window), a full sentence; null when it may be. */
  readonly waits: (profile: string) => string | null;
  /** Why nothing may be applied of a policy, whether it changes anything or not, after this earlier one; null when it may. */
  readonly refrains: (configuration: Configuration, earlier: Configuration) => string | null;
  /** Told of every plan; answers why a single change of it is left alone, or null. */
  readonly skip: (plan: Plan, revision: string | null, seen: Seen) => (change: Change) => string | null;
};

export type PassDeps = {
  readonly fetch: (signal: AbortSignal) => Promise<Policy>;
  readonly observe: (scope: ReadScope, signal: AbortSignal) => Promise<Live>;
  /** Asked for only when something is applied. */
  readonly writer: (scope: ReadScope, live: Live) => DirectoryWriter;
  readonly operator: Operator;
  /** What earlier passes read of files: of the same content nothing is read again. Left with what this pass read. */
  readonly blobs: BlobCache;
  readonly usageTiers: (configuration: Configuration, live: Live, signal: AbortSignal) => Promise<UsageTiers>;
  readonly standing: Standing;
  readonly now: () => Date;
  readonly emit: (event: ApplyEvent, plan: Plan) => void;
};

/** What a pass found and did. Everything after `outcome` is null or empty where the pass stopped before it. */
export type Result = {
  readonly outcome: Outcome;
  /** One sentence on why it stopped where it stopped; null when all went well. */
  readonly message: string | null;
  readonly attempted: string | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly failures: readonly RemoteFailure[];
  readonly configuration: Configuration | null;
  readonly live: Live | null;
  readonly resolution: Resolution | null;
  readonly plan: Plan | null;
  readonly drift: Drift | null;
  readonly applied: Applied | null;
};

const NOTHING = {
  diagnostics: [],
  failures: [],
  configuration: null,
  live: null,
  resolution: null,
  plan: null,
  drift: null,
  applied: null,
};

/** The step a pass is in, for whoever has to find a bug. */
type Progress = { step: 'fetch' | 'load' | 'observe' | 'plan' | 'apply' };

/**
 * One pass: fetch → load → observe → drift → plan → guard → apply. Bad files and remotes that refuse are outcomes.
 * @throws PassError for a bug of ours, with the step and the revision.
 */
export async function reconcile(deps: PassDeps, signal: AbortSignal): Promise<Result> {
  let policy: Policy | null = null;
  const progress: Progress = { step: 'fetch' };
  try {
    policy = await deps.fetch(signal);
    return await follow(policy, deps, progress, signal);
  } catch (error) {
    const end = { ...NOTHING, attempted: policy?.refused ?? policy?.revision ?? null, diagnostics: policy?.diagnostics ?? [] };
    if (error instanceof RemoteError) {
      return { ...end, outcome: 'unreachable', message: error.message, failures: [...(policy?.failures ?? []), ...error.failures] };
    }
    if (error instanceof UserError)
      return { ...end, outcome: 'invalid', message: error.message, diagnostics: [...end.diagnostics, ...error.diagnostics] };
    if (signal.aborted) return { ...end, outcome: 'incomplete', message: 'The pass was stopped before it wrote anything.' };
    throw new PassError(progress.step, policy?.revision ?? null, error);
  }
}

async function follow(policy: Policy, deps: PassDeps, progress: Progress, signal: AbortSignal): Promise<Result> {
  const { operator, standing } = deps;
  progress.step = 'load';
  const today = dayOf(deps.now());
  const { refused } = policy;
  const loaded = refused !== undefined && policy.revision === null ? null : load(policy.files, today, deps.blobs);
  const diagnostics = [...policy.diagnostics, ...(loaded === null || loaded.ok ? [] : loaded.diagnostics)];
  const base = { ...NOTHING, attempted: refused ?? policy.revision, diagnostics, failures: policy.failures };
  if (loaded?.ok !== true || (diagnostics.length > 0 && refused === undefined))
    return { ...base, outcome: 'invalid', message: invalid(diagnostics, policy.failures) };

  const { configuration } = loaded;
  const before = policy.applied === null ? null : load(policy.applied.files, today, deps.blobs);
  keepOnly(deps.blobs, [...policy.files, ...(policy.applied?.files ?? [])]);
  const earlier = before?.ok === true ? before.configuration : configuration;
  const scope = unite(readScope(configuration, today, operator), readScope(earlier, today, operator));
  progress.step = 'observe';
  const live = await deps.observe(scope, signal);

  progress.step = 'plan';
  const now = new Date(live.instant);
  const usageTiers = await deps.usageTiers(configuration, live, signal);
  const { record, recentRemovals } = standing;
  const resolution = resolve(configuration, live, now, operator);
  const planned = (seen: Live) =>
    plan({ configuration, live: seen, now: new Date(seen.instant), operator, revision: policy.revision, usageTiers, recentRemovals });
  const made = planned(live);
  const skip = standing.skip(made, policy.revision, { configuration, live, resolution });
  const revision = record?.revision ?? policy.revision;
  const found =
    earlier === configuration || record === null
      ? drift({ configuration, live, resolution, plan: made, record, revision })
      : drift({
          configuration: earlier,
          live,
          resolution: resolve(earlier, live, now, operator),
          plan: made,
          record,
          revision,
          next: resolution,
        });
  const seen = { ...base, configuration, live, resolution, plan: made, drift: found };

  if (diagnostics.length > 0) return { ...seen, outcome: 'invalid', message: invalid(diagnostics, policy.failures) };
  if (policy.failures.length > 0) return { ...seen, outcome: 'unreachable', message: unreachable(policy) };
  if (made.violations.length > 0) return { ...seen, outcome: 'refused', message: made.violations.map((v) => v.message).join(' ') };
  // Before `in-sync`, which records the revision as applied: a rename that changes no seat would let the next commit go.
  const refrain = standing.refrains(configuration, earlier);
  if (refrain === null && changesOf(made).length === 0) return { ...seen, outcome: 'in-sync', message: null };
  const restraints = [standing.restraint, refrain].filter((each) => each !== null);
  if (restraints.length > 0) return { ...seen, outcome: 'pending', message: restraints.join(' ') };

  const waiting = changesOf(made).flatMap((change) => standing.waits(change.profile) ?? []);
  const wait = [...new Set(waiting)].join(' ');
  if (waiting.length === changesOf(made).length) return { ...seen, outcome: 'pending', message: wait };
  progress.step = 'observe';
  const later = needsSecondReading(made) ? await deps.observe(scope, signal) : live;
  const second = later === live ? made : planned(later);
  if (second.violations.length > 0)
    return { ...seen, plan: second, outcome: 'refused', message: second.violations.map((v) => v.message).join(' ') };
  const doubtful = unconfirmed(made, { plan: second, live: later });
  progress.step = 'apply';
  const writer = deps.writer(scope, live);
  const leave = (change: Change) => skip(change) ?? doubtful.get(change.key) ?? null;
  const applied = await apply(made, { writer, emit: (event) => deps.emit(event, made), skip: leave, signal });
  const done = applied.applied === applied.planned;
  if (!done && applied.failed === 0 && applied.skipped === waiting.length) return { ...seen, applied, outcome: 'pending', message: wait };
  return { ...seen, applied, outcome: done ? 'applied' : 'incomplete', message: done ? null : incomplete(applied) };
}

function invalid(diagnostics: readonly Diagnostic[], failures: readonly RemoteFailure[]): string {
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : '';
  const first = `${diagnostics.slice(0, 1).map(sentence).join('')}${more}`;
  return [`The policy cannot be followed: ${first}`, ...failures.map((each) => each.message)].join(' ');
}

function unreachable(policy: Policy): string {
  const of = policy.revision ?? 'the last good revision';
  return `The source did not answer; ${of} is still observed, and nothing is applied. ${policy.failures.map((f) => f.message).join(' ')}`;
}

function incomplete({ applied, failed, skipped, planned }: Applied): string {
  return `${applied} applied, ${failed} failed and ${skipped} skipped of ${planned} planned changes; the next pass takes up what is left.`;
}
