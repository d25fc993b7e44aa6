import type { BlobCache } from '../config/file.ts';
import { withFirstSeen } from '../drift/first-seen.ts';
import type { Drift } from '../model/drift.ts';
import type { JournalEntry } from '../model/journal.ts';
import { driftId, openDrift } from '../model/journal-state.ts';
import { callsSince } from './calls.ts';
import type { DaemonDeps, Ended } from './deps.ts';
import { type ForgeEvent, type Poster, poster } from './forge.ts';
import { type Ask, type Loop, type LoopEvent, loop } from './loop.ts';
import { type News, news } from './news.ts';
import { pass } from './pass.ts';
import { type ReportEvent, type Reports, reports } from './report.ts';
import type { Ground, Report } from './report-make.ts';

export type DaemonEvent = LoopEvent | ReportEvent | ForgeEvent | { readonly type: 'pass'; readonly ended: Ended };

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
  /** The credits reports; what is asked for now ends with the daemon. */
  readonly reports: Pick<Reports, 'of' | 'last' | 'troubles'> & { readonly current: () => Promise<Report | null> };
  /** What posts outcomes to the forge. */
  readonly posts: Pick<Poster, 'troubles' | 'failingSince'>;
  /** Both give null, or why the journal could not be written: this process knows of it then, and the next one will not. */
  readonly suspend: (entry: { readonly owner: string; readonly reason: string; readonly until: Date }) => Promise<string | null>;
  readonly resume: (by: string) => Promise<string | null>;
  /** What ended the last pass if that was a bug of ours; null when it ended as it should. */
  readonly bug: () => string | null;
  readonly startedAt: Date;
  /** Told of whatever pages show. */
  readonly news: Pick<News, 'version' | 'listen'>;
};

/** The daemon around passes. `listen` hears everything that happens, in order: tests wait for facts and never for time. */
export function daemon(deps: DaemonDeps, hearer: (event: DaemonEvent) => void = () => {}): Daemon {
  let latest: Ended | null = null;
  let planned: Ended | null = null;
  let bug: string | null = null;
  const startedAt = deps.now();
  const told = news(startedAt);
  const listen = (event: DaemonEvent) => {
    hearer(event);
    // A page that makes a report to show it must not be told to look again.
    if (event.type !== 'asked' && event.type !== 'report') told.tell();
  };

  const hear = (event: LoopEvent) => {
    if (event.type === 'threw') {
      bug = event.error instanceof Error ? event.error.message : String(event.error);
      deps.log.error({ kind: event.turn.kind, err: event.error }, 'a bug in kirosync ended a pass; the daemon goes on');
    }
    listen(event);
  };
  const book = reports(deps, listen);
  const posts = poster(deps, listen);
  const ending = new AbortController();
  const blobs: BlobCache = new Map();
  const turns = loop(async (turn, signal) => {
    if (turn.kind === 'report') {
      await book.scheduled(groundOf(planned, latest), signal);
      return;
    }
    const before = deps.calls();
    // A copy: settings that are loaded meanwhile are for the next pass.
    const done = await pass({ ...deps, blobs }, turn, signal);
    latest = { ...done, nextDue: deps.nextRun(), calls: callsSince(before, deps.calls()) };
    bug = null;
    if (done.result.plan !== null) planned = latest;
    listen({ type: 'pass', ended: latest });
    posts.after(latest);
  }, hear);

  const append = async (entry: JournalEntry): Promise<string | null> => {
    await deps.journal.append(entry);
    told.tell();
    return deps.journal.writable ? null : (deps.journal.problems.at(-1) ?? 'The journal cannot be written.');
  };
  return {
    deps,
    loop: turns,
    ask: turns.ask,
    run: async (signal) => {
      signal.addEventListener('abort', () => ending.abort(signal.reason), { once: true });
      await book.open();
      await turns.run(signal);
      await posts.close();
    },
    latest: () => latest,
    planned: () => planned,
    drift: () => seenDrift(planned?.result.drift ?? null, deps),
    reports: { ...book, current: () => book.current(groundOf(planned, latest), ending.signal) },
    posts,
    suspend: async ({ owner, reason, until }) => {
      const unwritten = await append({ type: 'suspended', at: deps.now().toISOString(), owner, reason, until: until.toISOString() });
      deps.log.warn({ until: until.toISOString(), reason, unwritten }, 'suspended: passes observe and report, and apply nothing');
      return unwritten;
    },
    resume: async (by) => {
      const unwritten = await append({ type: 'resumed', at: deps.now().toISOString(), by });
      deps.log.info({ by, unwritten }, 'resumed');
      return unwritten;
    },
    bug: () => bug,
    startedAt,
    news: told,
  };
}

/** What a report can be made of: the newest pass that got as far as a plan. */
function groundOf(planned: Ended | null, latest: Ended | null): Ground | null {
  const { configuration = null, live = null, resolution = null } = planned?.result ?? {};
  if (configuration === null || live === null || resolution === null) return null;
  const isOld = planned !== latest;
  const note = isOld ? `Seats are those of ${live.instant}: no pass since then could read the policy and live state.` : null;
  return { found: { configuration, live, resolution }, note };
}

function seenDrift(drift: Drift | null, deps: DaemonDeps): Drift | null {
  if (drift === null) return null;
  const open = openDrift(deps.journal.entries());
  return withFirstSeen(drift, (item) => open.get(driftId(item))?.at ?? null);
}
