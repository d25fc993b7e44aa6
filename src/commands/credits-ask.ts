import { UserError } from '../errors.ts';
import { dayOf, type Month, monthOf } from '../model/day.ts';
import { type CreditsFormat, creditsFormat } from './credits-format.ts';

export type CreditsOptions = {
  /** Directories and s3:// places with user reports; without them those of the settings, else of the profiles. */
  readonly usage?: readonly string[] | undefined;
  readonly month?: string | undefined;
  readonly live?: string | undefined;
  readonly format?: string | undefined;
  readonly anonymise?: boolean | undefined;
  readonly backtest?: boolean | undefined;
  readonly out?: string | undefined;
};

/** What is asked for, checked against itself. @throws UserError for what cannot be had together: nothing asked for is ignored. */
export function askedFormat(options: CreditsOptions): CreditsFormat {
  const format = creditsFormat(options.format);
  if (options.anonymise === true && format === 'patch')
    throw new UserError('--anonymise and --format patch exclude each other: a patch of the policy names people. Leave one of them out.');
  if (options.backtest === true && format !== 'text' && format !== 'json')
    throw new UserError(`--backtest prints text or json, not ${format}. Leave --format ${format} or --backtest out.`);
  return format;
}

/**
 * The UTC month to report, the current one unless told. `now` is the recording's instant where there is one.
 * @throws UserError for a text that is no month, and for a month that has not begun.
 */
export function askedMonth({ month, live }: CreditsOptions, now: Date): Month {
  const current = monthOf(dayOf(now));
  if (month === undefined) return current;
  if (!/^[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(month))
    throw new UserError(`--month must be a UTC month written YYYY-MM such as ${current}, and is ${JSON.stringify(month)}.`);
  if (month > current) {
    const when = live === undefined ? `today, ${dayOf(now)} (UTC)` : `on ${dayOf(now)} (UTC), the day of the recording`;
    throw new UserError(`--month ${month} has not begun ${when}. Ask for ${current} or an earlier month.`);
  }
  return month;
}
