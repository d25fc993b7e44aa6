import { percent } from '../src/report/backtest-finding.ts';
import { backtestText } from '../src/report/backtest-text.ts';
import { type BacktestGroup, backtest } from '../src/usage/backtest.ts';
import { DEVELOPMENT_SEEDS, UNSEEN_SEEDS, usageHistory } from '../test/support/usage-history.ts';

/**
 * The forecast on synthetic histories, each seed an organisation, with the regimes that the generator gave:
 * `npx tsx scripts/backtest.ts [unseen | development] [people of each regime and seed, 100] [markdown | text]`.
 */
const [which = 'unseen', each = '100', format = 'markdown'] = process.argv.slice(2);
const seeds = which === 'unseen' ? UNSEEN_SEEDS : DEVELOPMENT_SEEDS;
const result = backtest(
  ...seeds.map((seed) => {
    const { from, people } = usageHistory({ seed, each: Number(each) });
    return { from, months: ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10'], people };
  }),
);

function line(name: string, { forecasts, error, below, covered, above }: BacktestGroup): string {
  const cells = [error.forecast, error.pace, error.lastMonth, covered, below, above].map(percent);
  return `| ${[name, forecasts, ...cells].join(' | ')} |\n`;
}

if (format === 'text') process.stdout.write(`${backtestText(result, { color: false })}\n`);
else {
  process.stdout.write('| | forecasts | forecast | pace | last month | in range | below | above |\n|---|---|---|---|---|---|---|---|\n');
  process.stdout.write(line('each person', result.overall) + line('organisation', result.organisation));
  for (const group of result.days) process.stdout.write(line(`after day ${group.day}`, group));
  for (const group of result.regimes) process.stdout.write(line(`${group.regime} (${group.people})`, group));
}
