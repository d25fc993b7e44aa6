import type { Backtest, BacktestGroup } from '../usage/backtest.ts';

/** The 80 % range is sound where it holds between these parts of the months. */
const COVERS = { least: 0.7, most: 0.9 } as const;
/** Fewer forecasts than these say nothing of a range: one month is five of them. */
const FEW = 25;

export function percent(part: number | null): string {
  return part === null ? '-' : `${(part * 100).toFixed(1)}%`;
}

function of(name: string, { forecasts, error, covered, below, above }: BacktestGroup): readonly string[] {
  if (forecasts === 0 || error.forecast === null) return [];
  const { forecast, pace, lastMonth } = error;
  const texts: string[] = [];
  if (pace !== null && forecast >= pace)
    texts.push(`${name}: the forecast (error ${percent(forecast)}) does not beat the month-to-date pace (${percent(pace)}).`);
  if (lastMonth !== null && forecast >= lastMonth)
    texts.push(`${name}: the forecast (error ${percent(forecast)}) does not beat last month's total (${percent(lastMonth)}).`);
  const ends = `${percent(below)} ended below it and ${percent(above)} above`;
  if (forecasts < FEW) texts.push(`${name}: ${forecasts} forecasts are too few to judge the range by.`);
  else if (covered !== null && covered < COVERS.least)
    texts.push(`${name}: the 80% range is too narrow: it held ${percent(covered)} of the months; ${ends}.`);
  else if (covered !== null && covered > COVERS.most)
    texts.push(`${name}: the 80% range is too wide: it held ${percent(covered)} of the months; ${ends}.`);
  return texts;
}

/** Where the forecast does not beat a baseline or its range does not hold 70 to 90 % of the months; one sentence else. */
export function backtestFindings({ months, people, of: all, overall, days, regimes, organisation }: Backtest): readonly string[] {
  if (months.length === 0)
    return ['No month can be tested: the usage given must cover two whole months that follow each other, the later one closed.'];
  if (overall.forecasts === 0) return ['Nobody used anything in these months: there is nothing to test the forecast on.'];
  const found = [
    ...of('Each person', overall),
    ...of('The organisation', organisation),
    ...days.flatMap((group) => of(`After day ${group.day}`, group)),
    ...regimes.flatMap((group) => of(`Regime ${group.regime}`, group)),
  ];
  const sample = people < all ? [`Tested on ${people} of ${all} people, spread evenly over the list; "organisation" is their sum.`] : [];
  if (found.length > 0) return [...found, ...sample];
  return ['The forecast beats both baselines, and its 80% range holds 70% to 90% of the months, in every line above.', ...sample];
}
