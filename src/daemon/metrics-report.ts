import { Counter, type Registry } from 'prom-client';
import { type Figures, reportFigures } from './figure.ts';
import { byLabel, type Family, flag, rounded, single } from './metrics-gauge.ts';
import { overBudgets } from './notify-report.ts';
import type { ReportEvent } from './report.ts';
import type { Report } from './report-make.ts';

const STEPS = ['make', 'keep', 'directory', 's3'] as const;

/** Metrics of the credits reports. They carry profiles, tiers and budgets, never people. */
export function reportMetrics(registers: Registry[]): {
  readonly hear: (event: ReportEvent) => void;
  /** Gauges of the last report; none before there is one. */
  readonly families: () => readonly Family[];
} {
  const name = 'kirosync_credits_report_failures_total';
  const help = 'What did not work of credits reports: making one, keeping it, writing it to a directory or to s3.';
  const failures = new Counter({ name, help, labelNames: ['step'], registers });
  for (const step of STEPS) failures.inc({ step }, 0);
  let families: readonly Family[] = [];
  return {
    hear: (event) => {
      if (event.type === 'report-failed') failures.inc({ step: event.step });
      else families = familiesOf(event.report);
    },
    families: () => families,
  };
}

function familiesOf(report: Report): readonly Family[] {
  const { at, json } = report;
  const figures = reportFigures(report);
  if (figures === null) return [];
  const byTier = tiersIn(figures);
  const made = 'When the credits report was made that the gauges below are of.';
  const through = 'End of the last day that the report has usage of.';
  const forecast = 'Credits expected to be used by the end of the month; low and high hold it in four of five cases.';
  return [
    single('kirosync_credits_report_timestamp_seconds', made, at.getTime() / 1000),
    single('kirosync_usage_through_timestamp_seconds', through, figures.throughSeconds),
    { name: 'kirosync_credits_report_info', help: 'The month of the report.', labels: ['month', 'closed'], points: [figures.month] },
    byTier('kirosync_seat_cost_usd', 'List price of the live seats by the report, dollars a month.', 'seatUsd'),
    ...(figures.hasUsage
      ? [
          {
            name: 'kirosync_usage_rows',
            help: 'Rows of the usage reports, by what became of them.',
            labels: ['result'],
            points: figures.rows,
          },
          byTier('kirosync_credits_plan', 'Credits that the seats include in the month.', 'plan'),
          byTier('kirosync_credits_used', 'Credits used in the month so far, overage included.', 'used'),
          byTier('kirosync_credits_overage', 'Overage credits of the month so far.', 'overage'),
          byTier('kirosync_overage_usd', 'Cost of the overage of the month so far, dollars.', 'overageUsd'),
          byTier('kirosync_idle_seats', 'Seats whose last usage is older than the idle days.', 'idle'),
          byTier('kirosync_unconfirmed_seats', 'Seats held for over 24 hours without any usage.', 'unconfirmed'),
          byTier('kirosync_advised_people', 'People for whom another tier costs less.', 'advised'),
          byTier('kirosync_advised_saving_usd', 'What their advised tiers would save, dollars a month.', 'savingUsd'),
          byTier(
            'kirosync_advised_saving_blocked_usd',
            'What they would save once removals of their seat groups is not never.',
            'blockedUsd',
          ),
          { name: 'kirosync_credits_forecast', help: forecast, labels: ['profile', 'bound'], points: figures.forecasts },
        ]
      : []),
    byLabel('kirosync_budget_exceeded', '1 for a budget that is exceeded, or will be by the forecast.', 'budget', budgetsOf(json, figures)),
  ];
}

function tiersIn({ tiers }: Figures) {
  return (name: string, help: string, of: keyof Figures['tiers'][number]['sums']): Family => {
    const points = tiers.map(({ labels, sums }) => ({ labels, value: rounded(sums[of]) }));
    return { name, help, labels: ['profile', 'tier'], points };
  };
}

/** Each budget of a report, with whether it will not hold. */
function budgetsOf(json: string, { budgets }: Figures): readonly (readonly [string, number])[] {
  const over = new Set((overBudgets(json) ?? []).map(({ name }) => name));
  return budgets.map((name) => [name, flag(over.has(name))]);
}
