import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { failing, suspension } from '../model/journal-state.ts';
import { usd } from '../model/money.ts';
import type { Daemon, DaemonEvent } from './daemon.ts';
import type { Ended } from './deps.ts';
import { countsOf } from './entry.ts';
import { quarantined } from './quarantine.ts';

const OUTCOMES = ['in-sync', 'applied', 'invalid', 'pending', 'incomplete', 'refused', 'unreachable'] as const;

export type Metrics = {
  readonly hear: (event: DaemonEvent) => void;
  readonly text: (daemon: Daemon) => Promise<string>;
  readonly contentType: string;
};

/** Prometheus metrics in a registry of their own. They carry counts and profiles, never people. */
export function metrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const passes = new Counter({ name: 'kirosync_passes_total', help: 'Passes that ended, by outcome.', labelNames: ['outcome'], registers });
  const bugs = new Counter({ name: 'kirosync_bugs_total', help: 'Passes that a bug in kirosync ended.', registers });
  const asks = new Counter({ name: 'kirosync_asks_total', help: 'Asks for a pass, by who asked.', labelNames: ['by'], registers });
  const effects = new Counter({ name: 'kirosync_effects_total', help: 'Writes that changed something in Identity Center.', registers });
  const failed = new Counter({ name: 'kirosync_failed_changes_total', help: 'Changes that failed.', registers });
  const calls = new Counter({
    name: 'kirosync_api_calls_total',
    help: 'AWS API calls, by operation.',
    labelNames: ['operation'],
    registers,
  });
  const seconds = new Histogram({
    name: 'kirosync_pass_seconds',
    help: 'Duration of passes.',
    buckets: [1, 3, 10, 30, 100, 300, 1000],
    registers,
  });
  const last = gauge('kirosync_last_pass_timestamp_seconds', 'When the last pass ended.');
  const inSync = gauge('kirosync_in_sync', '1 when the last pass found or left nothing to do.');
  const planned = gauge('kirosync_planned_changes', 'Changes of the last plan.');
  const held = gauge('kirosync_held_changes', 'Held changes of the last plan.');
  const manual = gauge('kirosync_manual_steps', 'Steps of the last plan that only a human can do.');
  const violations = gauge('kirosync_violations', 'Guard violations of the last plan.');
  const drift = new Gauge({ name: 'kirosync_drift_items', help: 'Drift of the last pass.', labelNames: ['kind'], registers });
  const monthly = gauge('kirosync_monthly_usd', 'Run-rate at list price before the last plan, dollars a month.');
  const quarantine = gauge('kirosync_quarantined_changes', 'Changes that keep failing and are backed off.');
  const suspended = gauge('kirosync_suspended_seconds', 'Age of the suspension in force; 0 without one.');
  const writable = gauge('kirosync_journal_writable', '1 when the journal can be written.');
  const throttles = gauge('kirosync_throttles', 'Throttles that AWS answered since the start.');
  for (const outcome of OUTCOMES) passes.inc({ outcome }, 0);

  const ended = ({ result, startedAt, finishedAt, calls: made }: Ended) => {
    const counts = countsOf(result);
    passes.inc({ outcome: result.outcome });
    effects.inc(counts.effects);
    failed.inc(counts.failed);
    for (const [operation, count] of Object.entries(made)) calls.inc({ operation }, count);
    seconds.observe((finishedAt.getTime() - startedAt.getTime()) / 1000);
    last.set(finishedAt.getTime() / 1000);
    inSync.set(result.outcome === 'in-sync' || result.outcome === 'applied' ? 1 : 0);
    if (result.plan === null) return;
    planned.set(counts.planned);
    held.set(counts.held);
    manual.set(result.plan.manual.length);
    violations.set(result.plan.violations.length);
    monthly.set(usd(result.plan.money.monthly.before));
    for (const kind of ['missing', 'unexpected', 'changed', 'unmanaged'] as const)
      drift.set({ kind }, result.drift?.items.filter((item) => item.kind === kind).length ?? 0);
  };
  return {
    contentType: registry.contentType,
    hear: (event) => {
      if (event.type === 'pass') ended(event.ended);
      if (event.type === 'threw') bugs.inc();
      if (event.type === 'asked') asks.inc({ by: event.ask.by });
    },
    text: async ({ deps }) => {
      const now = deps.now();
      const entries = deps.journal.entries();
      const pause = suspension(entries, now);
      suspended.set(pause === null ? 0 : (now.getTime() - Date.parse(pause.at)) / 1000);
      quarantine.set(quarantined(failing(entries), now).size);
      writable.set(deps.journal.writable ? 1 : 0);
      throttles.set(deps.throttles());
      return await registry.metrics();
    },
  };
}
