import type { Backtest, BacktestGroup } from '../usage/backtest.ts';
import { backtestFindings } from './backtest-finding.ts';

function part(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}

function group({ forecasts, error, below, covered, above }: BacktestGroup): object {
  return {
    forecasts,
    error: { forecast: part(error.forecast), pace: part(error.pace), lastMonth: part(error.lastMonth) },
    below: part(below),
    covered: part(covered),
    above: part(above),
  };
}

/** The back-test as `kirosync.backtest/v1`: errors and coverage are parts of 1, rounded to six decimals; names nobody. */
export function backtestJson(result: Backtest): string {
  const document = {
    format: 'kirosync.backtest/v1',
    months: result.months,
    people: { tested: result.people, given: result.of },
    overall: group(result.overall),
    organisation: group(result.organisation),
    days: result.days.map((each) => ({ day: each.day, ...group(each) })),
    regimes: result.regimes.map((each) => ({ regime: each.regime, people: each.people, ...group(each) })),
    findings: backtestFindings(result),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
