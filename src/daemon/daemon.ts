import { withFirstSeen } from '../drift/first-seen.ts';
import type { Drift } from '../model/drift.ts';
import type { JournalEntry } from '../model/journal.ts';
import { driftId, openDrift } from '../model/journal-state.ts';
import type { DaemonDeps, Ended } from './deps.ts';
import { type Ask, type Loop, type LoopEvent, loop } from './loop.ts';
import { pass } from './pass.ts';

export type DaemonEvent = LoopEvent | { readonly type: 'pass'; readonly ended: Ended };

/** The memory of a running daemon; everything that must survive a restart is in the journal. */
export type Daemon = {
  readonly deps: DaemonDeps;
  readonly loop: Pick<Loop, 'running' | 'served'>;
  readonly ask: (ask: Ask) => number;
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly latest: () => Ended | null;
  /** The newest pass that got as far as a plan. */
  readonly planned: () => Ended | null;
  /** Drift of that pass, with when each item was first seen; null before it. */
  readonly drift: () => Drift | null;
  /** The credits report: the last scheduled one, else one made now; null before the first plan, or where none is made. */
  readonly report: (signal: AbortSignal) => Promise<string | null>;
  /** Both give null, or why the journal could not be written: this process knows of it then, and the next one will not. */
  readonly suspend: (entry: { readonly owner: string; readonly reason: string; readonly until: Date }) => Promise<string | null>;
  readonly resume: (by: string) => Promise<string | null>;
  /** What ended the last pass if that was a bug of ours; null when it ended as it should. */
  readonly bug: () => string | null;
  readonly startedAt: Date;
};

const EMPTY_CALLS: Readonly<Record<string, number>> = {};

/** The daemon around passes. `listen` hears everything that happens, in order: tests wait for facts and never for time. */
export function daemon(deps: DaemonDeps, listen: (event: DaemonEvent) => void = () => {}): Daemon {
  let latest: Ended | null = null;
  let planned: Ended | null = null;
  let report: string | null = null;
  let bug: string | null = null;
  const startedAt = deps.now();

  const hear = (event: LoopEvent) => {
    if (event.type === 'threw') {
      bug = event.error instanceof Error ? event.error.message : String(event.error);
      deps.log.error({ kind: event.turn.kind, err: event.error }, 'a bug in kirosync ended a pass; the daemon goes on');
    }
    listen(event);
  };
  const makeReport = async (signal: AbortSignal): Promise<string | null> => {
    const { configuration = null, live = null, resolution = null } = planned?.result ?? {};
    if (deps.credits === undefined || configuration === null || live === null || resolution === null) return null;
    return deps.credits({ configuration, live, resolution }, signal);
  };
  const turns = loop(async (turn, signal) => {
    if (turn.kind === 'report') {
      report = await makeReport(signal);
      return;
    }
    const before = deps.calls();
    const done = await pass(deps, turn, signal);
    latest = { ...done, nextDue: deps.nextRun(), calls: difference(deps.calls(), before) };
    bug = null;
    if (done.result.plan !== null) planned = latest;
    listen({ type: 'pass', ended: latest });
  }, hear);

  const append = async (entry: JournalEntry): Promise<string | null> => {
    await deps.journal.append(entry);
    return deps.journal.writable ? null : (deps.journal.problems.at(-1) ?? 'The journal cannot be written.');
  };
  return {
    deps,
    loop: turns,
    ask: turns.ask,
    run: turns.run,
    latest: () => latest,
    planned: () => planned,
    drift: () => seenDrift(planned?.result.drift ?? null, deps),
    report: async (signal) => report ?? (await makeReport(signal)),
    suspend: async ({ owner, reason, until }) => {
      const unwritten = await append({ type: 'suspended', at: deps.now().toISOString(), owner, reason, until: until.toISOString() });
      deps.log.warn({ until: until.toISOString(), reason, unwritten }, 'suspended: passes observe and report, and apply nothing');
      return unwritten;
    },
    resume: async (by) => {
      const unwritten = await append({ type: 'resumed', at: deps.now().toISOString(), by });
      deps.log.info({ unwritten }, 'resumed');
      return unwritten;
    },
    bug: () => bug,
    startedAt,
  };
}

function seenDrift(drift: Drift | null, deps: DaemonDeps): Drift | null {
  if (drift === null) return null;
  const open = openDrift(deps.journal.entries());
  return withFirstSeen(drift, (item) => open.get(driftId(item))?.at ?? null);
}

function difference(after: Readonly<Record<string, number>>, before: Readonly<Record<string, number>> = EMPTY_CALLS) {
  const old = new Map(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).flatMap(([operation, count]) => {
      const more = count - (old.get(operation) ?? 0);
      return more > 0 ? [[operation, more]] : [];
    }),
  );
}
