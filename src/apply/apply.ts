import pLimit from 'p-limit';
import { RemoteError } from '../errors.ts';
import { type Change, changesOf, type Plan } from '../model/plan.ts';
import type { DirectoryWriter } from '../ports.ts';
import { type Dependencies, dependencies } from './dependency.ts';
import { write } from './write.ts';

export type ApplyEvent = {
  readonly type: 'started' | 'succeeded' | 'failed' | 'skipped';
  readonly change: Change;
  /** False when the wish was already true. Only with `succeeded`. */
  readonly effect?: boolean;
  readonly requestId?: string | null;
  /** Why it failed, or was skipped. */
  readonly error?: string;
  /** What a person does about a failure, where that is known. */
  readonly advice?: string;
};

/** `applied + failed + skipped = planned`; `effects` ≤ `applied` really changed something. Complete ⇔ applied = planned. */
export type Applied = {
  readonly planned: number;
  readonly applied: number;
  readonly failed: number;
  readonly skipped: number;
  readonly effects: number;
};

type ApplyDeps = {
  readonly writer: DirectoryWriter;
  readonly emit: (event: ApplyEvent) => void;
  /** Why a change must wait (quarantined, contested, an observed profile), or null. What depends on it waits as well. */
  readonly skip?: (change: Change) => string | null;
  readonly signal: AbortSignal;
};

/** What became of one change. `groupId` for a created group. */
type Fate = { readonly type: 'succeeded' | 'failed' | 'skipped'; readonly effect: boolean; readonly groupId: string | null };

/** Calls under way together for each kind of change. Apart, so that a queue of creates never starves the deletes: their quotas are apart. */
const SIDE_BY_SIDE = 24;

/**
 * Executes the changes of a plan and nothing else: it decides, prints and retries nothing. What depends on nothing runs
 * side by side; one failure stops only what depends on it. An abort lets calls in flight finish and skips the rest.
 * Never rejects because of a change or a listener.
 */
export async function apply(plan: Pick<Plan, 'stages'>, deps: ApplyDeps): Promise<Applied> {
  const changes = changesOf(plan);
  const graph = dependencies(changes);
  const limits = new Map(changes.map((change) => [laneOf(change), pLimit(SIDE_BY_SIDE)]));
  const fates = new Map<Change, Promise<Fate>>();

  // Dependencies are all creates, so creates are started before deletes and groups before everything.
  for (const change of graph.order) {
    const limit = limits.get(laneOf(change)) ?? pLimit(SIDE_BY_SIDE);
    fates.set(change, fate(change, { deps, graph, fates, limit }));
  }
  const all = await Promise.all(fates.values());
  const count = (type: Fate['type']): number => all.filter((f) => f.type === type).length;
  return {
    planned: changes.length,
    applied: count('succeeded'),
    failed: count('failed'),
    skipped: count('skipped'),
    effects: all.filter((f) => f.effect).length,
  };
}

function laneOf(change: Change): string {
  return `${change.action} ${change.kind}`;
}

type Run = {
  readonly deps: ApplyDeps;
  readonly graph: Dependencies;
  readonly fates: ReadonlyMap<Change, Promise<Fate>>;
  readonly limit: ReturnType<typeof pLimit>;
};

async function fate(change: Change, { deps, graph, fates, limit }: Run): Promise<Fate> {
  const say = speaker(deps.emit, change);
  const skipped = (error: string): Fate => {
    say({ type: 'skipped', error });
    return { type: 'skipped', effect: false, groupId: null };
  };

  const reason = reasonToSkip(change, deps);
  if (reason !== null) return skipped(reason);
  const group = await created(graph.groupOf(change), fates);
  for (const needed of graph.waitsFor(change)) {
    if ((await fates.get(needed))?.type !== 'succeeded') return skipped(`${needed.key} was not applied`);
  }
  return await limit(async (): Promise<Fate> => {
    if (deps.signal.aborted) return skipped('stopped before it was sent');
    say({ type: 'started' });
    try {
      const written = await write(change, group, deps.writer, deps.signal);
      say({ type: 'succeeded', effect: written.effect, requestId: written.requestId });
      return { type: 'succeeded', effect: written.effect, groupId: written.groupId };
    } catch (error) {
      if (deps.signal.aborted && error === deps.signal.reason) return skipped('stopped before it was sent');
      say({ type: 'failed', error: wordsOf(error), requestId: requestIdOf(error), ...adviceOf(error) });
      return { type: 'failed', effect: false, groupId: null };
    }
  });
}

/** The id of the group that an earlier change of this plan makes; null when there is none to wait for. */
async function created(group: Change | null, fates: ReadonlyMap<Change, Promise<Fate>>): Promise<string | null> {
  return group === null ? null : ((await fates.get(group))?.groupId ?? null);
}

/** A `skip` that throws is a reason to leave the change alone: the count must hold on every path. */
function reasonToSkip(change: Change, deps: ApplyDeps): string | null {
  try {
    return deps.skip?.(change) ?? null;
  } catch (error) {
    return `whether it may be applied is unknown: ${wordsOf(error)}`;
  }
}

/** Tells the listener; one that throws is no reason to lose a change. */
function speaker(emit: ApplyDeps['emit'], change: Change): (event: Omit<ApplyEvent, 'change'>) => void {
  return (event) => {
    try {
      emit({ ...event, change });
    } catch {
      // The caller's own listener failed; the counts still say what became of the change.
    }
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function adviceOf(error: unknown): { readonly advice?: string } {
  const advice = error instanceof RemoteError ? error.failures[0]?.advice : undefined;
  return advice === undefined ? {} : { advice };
}

function requestIdOf(error: unknown): string | null {
  return error instanceof RemoteError ? (error.failures.find((f) => f.requestId !== null)?.requestId ?? null) : null;
}
