import { UserError } from '../errors.ts';
import { dayOf, type Month, monthOf } from '../model/day.ts';
import type { Settings } from '../model/settings.ts';
import { type CreditsFormat, creditsFormat } from './credits-format.ts';

export type CreditsOptions = {
  /** Directories and s3:// places with user reports; without them those of the settings, else of the profiles. */
  readonly usage?: readonly string[] | undefined;
  readonly month?: string | undefined;
  readonly live?: string | undefined;
  readonly format?: string | undefined;
  readonly idleAfter?: string | undefined;
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

/** The months that are read before the current one tell no more. */
const MOST_IDLE_DAYS = 90;

/** After how many days without use a seat is called idle. @throws UserError for what is no whole number from 1 to 90. */
export function askedIdleDays({ idleAfter }: CreditsOptions, { reports }: Pick<Settings, 'reports'>): number {
  if (idleAfter === undefined) return reports.idleAfterDays;
  const days = /^\d{1,4}$/.test(idleAfter) ? Number(idleAfter) : 0;
  if (days >= 1 && days <= MOST_IDLE_DAYS) return days;
  throw new UserError(`--idle-after must be a whole number of days from 1 to ${MOST_IDLE_DAYS}, and is ${JSON.stringify(idleAfter)}.`);
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
