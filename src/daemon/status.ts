import { contested, failing, lastApplied, lastPasses, suspension } from '../model/journal-state.ts';
import { usd } from '../model/money.ts';
import type { Mode, Settings } from '../model/settings.ts';
import { summary } from '../report/summary.ts';
import { settingsDocument, windowsDocument } from './control-status.ts';
import type { Daemon } from './daemon.ts';
import type { Ended } from './deps.ts';
import { changedParts, policyChanges } from './digest.ts';
import { countsOf } from './entry.ts';
import { quarantined } from './quarantine.ts';

/** Passes that the status page and `/api/history` show. */
export const HISTORY = 20;

/** A large first pass takes minutes; later than this after it was due, passes hang. */
const GRACE_MS = 3_600_000;

/** Why the daemon is not ready to do its work; empty when it is. Names nobody. */
export function unready(daemon: Daemon): readonly string[] {
  const { journal, now, lockLost } = daemon.deps;
  const latest = daemon.latest();
  const reasons: string[] = [];
  if (!journal.writable) reasons.push('The journal cannot be written, so nothing is applied.');
  if (lockLost() !== null) reasons.push('The lock of the state directory was lost.');
  if (daemon.bug() !== null) reasons.push('A bug in kirosync ended the last pass; the log has its stack.');
  if (latest === null) reasons.push('No pass has ended yet.');
  else {
    for (const { operation, kind } of latest.result.failures) reasons.push(`${operation}: ${kind}.`);
    const late = latest.nextDue === null ? 0 : now().getTime() - latest.nextDue.getTime();
    if (late > GRACE_MS) reasons.push(`The pass that was due ${Math.round(late / 60_000)} minutes ago has not ended.`);
  }
  return reasons;
}

/** Everything that `/api/status` says and the page shows, as plain JSON. Money in dollars, instants in RFC 3339. */
export function statusDocument(daemon: Daemon) {
  const { settings, journal, now, nextRun } = daemon.deps;
  const entries = journal.entries();
  const latest = daemon.latest();
  const planned = daemon.planned();
  const applied = lastApplied(entries);
  const suspended = suspension(entries, now());
  const running = daemon.loop.running();
  const configuration = planned?.result.configuration ?? null;
  const drift = daemon.drift();
  const waiting = quarantined(failing(entries), now());
  return {
    format: 'kirosync.status/v1',
    now: now().toISOString(),
    startedAt: daemon.startedAt.toISOString(),
    outcome: daemon.bug() === null ? (latest?.result.outcome ?? null) : 'incomplete',
    message: daemon.bug() ?? latest?.result.message ?? null,
    bug: daemon.bug(),
    ready: unready(daemon).length === 0,
    unready: unready(daemon),
    mode: settings.mode,
    profiles: profileModes(settings),
    suspended:
      suspended === null ? null : { owner: suspended.owner, reason: suspended.reason, since: suspended.at, until: suspended.until },
    ...windowsDocument(daemon),
    settings: settingsDocument(daemon),
    revision: { attempted: latest?.result.attempted ?? null, applied: applied?.revision ?? null },
    running: running === null ? null : { kind: running.kind, askedBy: running.asks.map((ask) => `${ask.by}: ${ask.reason}`) },
    served: daemon.loop.served('reconcile'),
    next: nextRun()?.toISOString() ?? null,
    lastPass: latest === null ? null : passDocument(latest),
    plan: planned === null ? null : planSummary(planned),
    changedSinceApplied: configuration === null ? [] : changedParts(configuration, applied?.digests ?? null),
    policyChanges: policyChanges(entries).slice(0, HISTORY),
    drift: drift === null ? null : { base: drift.base, items: drift.items.length, open: drift.items.filter((item) => !item.held).length },
    quarantined: [...waiting].map(([key, one]) => ({
      key,
      since: one.since,
      failures: one.count,
      retryAt: one.retryAt.toISOString(),
      error: one.error,
    })),
    contested: [...contested(entries).values()].map(({ key, at }) => ({ key, since: at })),
    diagnostics: latest?.result.diagnostics ?? [],
    failures: latest?.result.failures ?? [],
    reports: reportsDocument(daemon),
    forge: daemon.deps.forge === undefined ? null : { failures: daemon.posts.troubles() },
    journal: { writable: journal.writable, fresh: journal.fresh, problems: journal.problems },
  };
}

export type Status = ReturnType<typeof statusDocument>;

/** The credits reports; null where none are made. */
function reportsDocument({ deps, reports }: Daemon) {
  if (deps.credits === undefined) return null;
  const last = reports.last();
  return { last: last === null ? null : { at: last.at.toISOString(), month: last.month }, troubles: reports.troubles() };
}

function passDocument({ pass, startedAt, finishedAt, result, calls }: Ended) {
  const counts = countsOf(result);
  return {
    pass,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    outcome: result.outcome,
    message: result.message,
    counts,
    calls,
  };
}

function planSummary({ pass, result }: Ended) {
  const { plan } = result;
  if (plan === null) return null;
  const { before, after } = plan.money.monthly;
  return {
    pass,
    revision: plan.revision,
    hash: plan.hash,
    summary: summary(plan),
    monthlyUsd: { before: usd(before), after: usd(after), delta: usd(after - before) },
    violations: plan.violations.map(({ rule, message, limit, actual }) => ({ rule, message, limit, actual })),
    unresolved: plan.unresolved.length,
    warnings: plan.warnings.length,
  };
}

/** The newest passes, newest first, as `/api/history` gives them. */
export function historyDocument(daemon: Daemon) {
  return { format: 'kirosync.history/v1', passes: lastPasses(daemon.deps.journal.entries(), HISTORY) };
}

/** The profiles that have a mode of their own. */
function profileModes({ profiles }: Settings): Readonly<Record<string, { readonly mode: Mode }>> {
  return Object.fromEntries(Object.entries(profiles).flatMap(([name, { mode }]) => (mode === undefined ? [] : [[name, { mode }]])));
}
