import { Counter, Histogram, Registry } from 'prom-client';
import type { Daemon, DaemonEvent } from './daemon.ts';
import type { Ended } from './deps.ts';
import { countsOf } from './entry.ts';
import { callMetrics } from './metrics-count.ts';
import { forgeMetrics } from './metrics-forge.ts';
import { byLabel, showGauges } from './metrics-gauge.ts';
import { notifyMetrics } from './metrics-notify.ts';
import { planFamilies } from './metrics-plan.ts';
import { reportMetrics } from './metrics-report.ts';
import { OUTCOMES, stateFamilies } from './metrics-state.ts';
import type { NotifyEvent } from './notify.ts';

export type Metrics = {
  readonly hear: (event: DaemonEvent) => void;
  /** Counts what became of a notification. */
  readonly notified: (event: NotifyEvent) => void;
  readonly text: (daemon: Daemon) => Promise<string>;
  readonly contentType: string;
};

/** What runs: the version of kirosync, and of Node.js. */
type Build = { readonly version: string; readonly node: string };

const UNKNOWN: Build = { version: 'unknown', node: process.versions.node };
const ASKERS = ['schedule', 'webhook', 'signal', 'api', 'start'] as const;

/** A pass of a small organisation takes a second, a first one of a large organisation minutes. */
const BUCKETS = [0.3, 1, 3, 10, 30, 100, 300, 1000];

/**
 * Prometheus metrics: what happened is counted from the start of the process; how things stand is looked up for each answer.
 * They carry counts, money, profiles, tiers and names that the settings give, never people.
 */
export function metrics(build: Build = UNKNOWN): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counted = eventMetrics(registers);
  const calls = callMetrics(registers);
  const notified = notifyMetrics(registers);
  const credits = reportMetrics(registers);
  const forge = forgeMetrics(registers);
  let answered: Date | null = null;
  return {
    contentType: registry.contentType,
    notified: notified.hear,
    hear: (event) => {
      if (event.type === 'pass' && hasAnswered(event.ended)) answered = event.ended.startedAt;
      counted(event);
      forge.hear(event);
      if (event.type === 'report' || event.type === 'report-failed') credits.hear(event);
    },
    text: async (daemon) => {
      calls(daemon.deps);
      const receivers = daemon.deps.settings.notify.map(({ name }) => name);
      notified.know(receivers);
      const now = new Registry();
      const { version, node } = build;
      showGauges(now, [
        {
          ...byLabel('kirosync_build_info', 'What runs.', 'version', []),
          labels: ['version', 'node'],
          points: [{ labels: { version, node }, value: 1 }],
        },
        ...stateFamilies(daemon, answered),
        ...planFamilies(daemon),
        ...credits.families(),
        ...notified.families(receivers),
      ]);
      return `${await registry.metrics()}${await now.metrics()}`;
    },
  };
}

/** Counters of what passes do. */
function eventMetrics(registers: Registry[]): (event: DaemonEvent) => void {
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const passes = new Counter({ name: 'kirosync_passes_total', help: 'Passes that ended, by outcome.', labelNames: ['outcome'], registers });
  const bugs = counter('kirosync_bugs_total', 'Passes and reports that a bug in kirosync ended.');
  const asks = new Counter({
    name: 'kirosync_asks_total',
    help: 'Asks for a pass or a report, by who asked.',
    labelNames: ['by'],
    registers,
  });
  const changes = new Counter({
    name: 'kirosync_changes_total',
    help: 'Changes by what became of them; one that is skipped, or waits, counts in every pass.',
    labelNames: ['fate'],
    registers,
  });
  const effects = counter('kirosync_effects_total', 'Applied changes that changed something in Identity Center.');
  const duration = new Histogram({ name: 'kirosync_pass_duration_seconds', help: 'Duration of passes.', buckets: BUCKETS, registers });
  for (const outcome of OUTCOMES) passes.inc({ outcome }, 0);
  for (const by of ASKERS) asks.inc({ by }, 0);
  for (const fate of ['applied', 'failed', 'skipped']) changes.inc({ fate }, 0);
  const ended = ({ result, startedAt, finishedAt }: Ended) => {
    const { applied, failed, skipped, ...counts } = countsOf(result);
    passes.inc({ outcome: result.outcome });
    for (const [fate, count] of Object.entries({ applied, failed, skipped })) changes.inc({ fate }, count);
    effects.inc(counts.effects);
    // A clock that was set back meanwhile tells nothing about how long it took.
    duration.observe(Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000);
  };
  return (event) => {
    if (event.type === 'pass') ended(event.ended);
    if (event.type === 'threw') bugs.inc();
    if (event.type === 'asked') asks.inc({ by: event.ask.by });
  };
}

/** True for a pass whose source was reached; one that was stopped before it knew a revision says nothing. */
function hasAnswered({ result }: Ended): boolean {
  return result.attempted !== null && !result.failures.some(({ operation }) => operation.startsWith('git'));
}
