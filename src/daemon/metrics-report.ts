import { Counter, Gauge, Registry } from 'prom-client';
import { type Figures, figuresOf } from './figure.ts';
import type { ReportEvent } from './report.ts';
import type { Report } from './report-make.ts';

const STEPS = ['make', 'keep', 'directory', 's3'] as const;

/** Metrics of the credits reports. They carry profiles and tiers, never people. */
export function reportMetrics(registers: Registry[]): {
  readonly hear: (event: ReportEvent) => void;
  readonly text: () => Promise<string>;
} {
  const name = 'kirosync_credits_report_failures_total';
  const help = 'What did not work of credits reports: making one, keeping it, writing it to a directory or to s3.';
  const failures = new Counter({ name, help, labelNames: ['step'], registers });
  for (const step of STEPS) failures.inc({ step }, 0);
  let gauges: Registry | null = null;
  return {
    hear: (event) => {
      if (event.type === 'report-failed') failures.inc({ step: event.step });
      else gauges = gaugesOf(event.report);
    },
    text: async () => (await gauges?.metrics()) ?? '',
  };
}

/** Gauges of one report, in a registry of their own: a profile that is gone has none in the next. */
function gaugesOf({ at, json }: Report): Registry | null {
  const figures = figuresOf(json);
  if (figures === null) return null;
  const registry = new Registry();
  const single = (name: string, help: string, value: number | null) => {
    if (value !== null) new Gauge({ name, help, registers: [registry] }).set(value);
  };
  single(
    'kirosync_credits_report_timestamp_seconds',
    'When the credits report was made that the gauges below are of.',
    at.getTime() / 1000,
  );
  single('kirosync_usage_through_timestamp_seconds', 'End of the last day that the report has usage of.', figures.throughSeconds);
  labelled(registry, 'kirosync_credits_report_info', 'The month of the report.', ['month', 'closed'], [figures.month]);
  const byTier = (name: string, help: string, of: keyof Figures['tiers'][number]['sums']) => {
    const points = figures.tiers.map(({ labels, sums }) => ({ labels, value: rounded(sums[of]) }));
    labelled(registry, name, help, ['profile', 'tier'], points);
  };
  byTier('kirosync_seats', 'Live seats.', 'seats');
  byTier('kirosync_seat_cost_usd', 'List price of the live seats, dollars a month.', 'seatUsd');
  if (!figures.hasUsage) return registry;
  labelled(registry, 'kirosync_usage_rows', 'Rows of the usage reports, by what became of them.', ['result'], figures.rows);
  byTier('kirosync_credits_plan', 'Credits that the seats include in the month.', 'plan');
  byTier('kirosync_credits_used', 'Credits used in the month so far, overage included.', 'used');
  byTier('kirosync_credits_overage', 'Overage credits of the month so far.', 'overage');
  byTier('kirosync_overage_usd', 'Cost of the overage of the month so far, dollars.', 'overageUsd');
  byTier('kirosync_idle_seats', 'Seats whose last usage is older than the idle days.', 'idle');
  byTier('kirosync_unconfirmed_seats', 'Seats held for over 24 hours without any usage.', 'unconfirmed');
  byTier('kirosync_advised_people', 'People for whom another tier costs less.', 'advised');
  byTier('kirosync_advised_saving_usd', 'What their advised tiers would save, dollars a month.', 'savingUsd');
  const forecast = 'Credits expected to be used by the end of the month; low and high hold it in four of five cases.';
  labelled(registry, 'kirosync_credits_forecast', forecast, ['profile', 'bound'], figures.forecasts);
  return registry;
}

/** Sums of decimals as floats end in noise. */
function rounded(sum: number): number {
  return Math.round(sum * 10_000) / 10_000;
}

type Point = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

function labelled(registry: Registry, name: string, help: string, labelNames: string[], points: readonly Point[]): void {
  if (points.length === 0) return;
  const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
  for (const { labels, value } of points) gauge.set(labels, value);
}
