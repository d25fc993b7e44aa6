import { UserError } from '../errors.ts';
import { backtestJson } from '../report/backtest-json.ts';
import { backtestText } from '../report/backtest-text.ts';
import { backtest } from '../usage/backtest.ts';
import { historiesOf } from '../usage/backtest-history.ts';
import type { Facts } from '../usage/facts.ts';

/**
 * `kirosync credits --backtest`: how wrong the forecast would have been on the past months of the usage given, as text, or as
 * JSON where `format` says so. `closed`: the facts' own month is over, and is tested too. Reads no live state.
 * @throws UserError without usage
 */
export function backtestOf(facts: Facts | null, closed: boolean, format: string, color: boolean): string {
  if (facts === null)
    throw new UserError(
      '--backtest needs usage of past months, and no place of usage is known. Give --usage with a directory or s3://bucket/prefix.',
    );
  const result = backtest(historiesOf(facts, closed));
  return format === 'json' ? backtestJson(result) : backtestText(result, { color });
}
