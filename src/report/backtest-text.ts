import type { Backtest, BacktestGroup } from '../usage/backtest.ts';
import { backtestFindings, percent } from './backtest-finding.ts';
import { sections } from './section.ts';
import { count } from './summary.ts';
import { type Cell, cell, number, type Palette, palette, table } from './table.ts';

const HEADS = ['forecasts', 'forecast', 'pace', 'last month', 'below', 'in range', 'above'];

function row(name: string, group: BacktestGroup, paint: Palette): readonly Cell[] {
  const { forecast, pace, lastMonth } = group.error;
  const beaten = forecast !== null && ((pace !== null && forecast >= pace) || (lastMonth !== null && forecast >= lastMonth));
  return [
    cell(name),
    number(group.forecasts.toString()),
    number(percent(forecast), beaten ? paint.change : undefined),
    number(percent(pace)),
    number(percent(lastMonth)),
    number(percent(group.below)),
    number(percent(group.covered), group.covered !== null && (group.covered < 0.7 || group.covered > 0.9) ? paint.change : undefined),
    number(percent(group.above)),
  ];
}

/** The back-test for a terminal: errors of the forecast and both baselines, what the range held, and where it fell short. */
export function backtestText(result: Backtest, options: { readonly color: boolean }): string {
  const paint = palette(options.color);
  const head = [cell(''), ...HEADS.map((name) => number(name, paint.quiet))];
  const { months } = result;
  const span = months.length === 0 ? 'no month' : `${months[0]} to ${months.at(-1)}, ${count(months.length, 'month', 'months')}`;
  const rows = [
    row('each person', result.overall, paint),
    row('organisation', result.organisation, paint),
    ...result.days.map((group) => row(`after day ${group.day}`, group, paint)),
    ...result.regimes.map((group) => row(`${group.regime} (${group.people})`, group, paint)),
  ];
  const explained = [
    "  Errors are of the month's total, weighted: the sum of what was wrong over the sum of what was used.",
    '  "pace" goes on as the month so far; "last month" is the total of the month before. Each line but "organisation" is by person.',
  ];
  return sections(
    [
      { title: `Back-test of the forecast (${span}, ${count(result.people, 'person', 'people')})`, lines: explained },
      { title: 'Error by method, and months that ended in the 80% range', lines: months.length === 0 ? [] : table([head, ...rows]) },
      { title: 'What it says', lines: backtestFindings(result).map((text) => `  ${text}`) },
    ],
    paint,
  ).join('\n');
}
