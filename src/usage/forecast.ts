import type { Credit, Forecast, OutlookDay } from '../model/credits.ts';
import { addDays, addMonths, type Day, startOf } from '../model/day.ts';
import { creditOf } from './amount.ts';
import type { Facts, UsagePerson } from './facts.ts';
import { daysApart } from './history.ts';
import { type Projection, project } from './project.ts';
import { amountQuantile } from './quantile.ts';

/** What one person is expected to use in the whole month, with what sums over people need to give a sound range. */
export type PersonForecast = Forecast & {
  /** Used so far. */
  readonly used: Credit;
  /** Expected credits of each day after `Facts.historyThrough` to the last day of the month. */
  readonly days: readonly number[];
  /** Of what is still to be used in the month, in square credits. */
  readonly variance: number;
  /** Variance of one day, as a multiple of the square of what is expected of it. */
  readonly dayNoise: number;
};

/** What a forecast of one person may be told beside the history. */
export type ForecastOptions = {
  /** The most credits of a month, where the profile's overage is off; null or absent without a limit. */
  readonly cap?: Credit | null;
};

/** People of one organisation share public holidays, releases and fashions: so much of a sum is wrong for all together. */
export const SHARED = 0.07;
/** The same for one day. */
const SHARED_DAY = 0.25;

/** A rounded amount of 0.01 credit; what is left of a forecast is never negative. */
function amount(value: number): Credit {
  return creditOf(Math.round(Math.max(0, value) * 100) / 100);
}

function asNumber(credit: Credit): number {
  return Number(credit) / 1e18;
}

/** The part of a projection that a limit leaves: the days until it is reached. */
function limited(projection: Projection, room: number): Projection {
  if (projection.high <= room) return projection;
  let left = room;
  const days = projection.days.map((day) => {
    const taken = Math.min(day, left);
    left -= taken;
    return taken;
  });
  const mean = Math.min(projection.mean, room);
  const variance = Math.min(projection.variance, (room / 2) ** 2);
  return { ...projection, days, mean, variance, low: Math.min(projection.low, room), high: Math.min(projection.high, room) };
}

/**
 * What a person will have used when the month ends, from that person's own days. Null without a history to tell it from, and
 * when that is over with the month (or later): a closed month needs no forecast. Somebody at the cap stays there.
 */
export function forecastOf(person: UsagePerson, facts: Facts, options: ForecastOptions = {}): PersonForecast | null {
  const { historyFrom, historyThrough, month } = facts;
  if (historyFrom === null || historyThrough === null) return null;
  const next = addMonths(month, 1);
  const ahead = daysApart(historyThrough, `${next}-01`) - 1;
  if (ahead <= 0) return null;
  const end = person.daily.length;
  const before = Math.max(0, daysApart(addDays(historyThrough, 1), `${month}-01`));
  const whole = project(person.daily, 0, end, ahead, startOf(historyFrom).getUTCDay());
  // Days between the history and the month (a report that is late) are expected, but no part of the month.
  const skipped = whole.days.slice(0, before).reduce((sum, day) => sum + day, 0);
  const rest = whole.mean > 0 ? Math.max(0, 1 - skipped / whole.mean) : 0;
  const inMonth = { ...whole, mean: whole.mean * rest, variance: whole.variance * rest, low: whole.low * rest, high: whole.high * rest };
  const { cap } = options;
  const room = cap === undefined || cap === null ? Infinity : Math.max(0, asNumber(cap - person.used));
  const { mean, low, high, variance, dayNoise, days } = limited(inMonth, room);
  const { used } = person;
  return { used, expected: used + amount(mean), low: used + amount(low), high: used + amount(high), days, variance, dayNoise };
}

/** The 80 % range of a sum of independent amounts with these moments, of which a part is wrong for all together. */
export function rangeOfSum(mean: number, variance: number, shared: number = SHARED): { readonly low: number; readonly high: number } {
  const all = variance + (shared * mean) ** 2;
  return { low: Math.min(mean, amountQuantile(0.1, mean, all)), high: Math.max(mean, amountQuantile(0.9, mean, all)) };
}

/** The forecast of all these people together: its range is that of the sum, narrower than the sum of the ranges. */
export function sumForecasts(all: readonly PersonForecast[]): Forecast {
  const [only] = all;
  if (only !== undefined && all.length === 1) return { expected: only.expected, low: only.low, high: only.high };
  let [used, expected, variance] = [0n, 0n, 0];
  for (const one of all) {
    used += one.used;
    expected += one.expected;
    variance += one.variance;
  }
  const { low, high } = rangeOfSum(asNumber(expected - used), variance);
  return { expected, low: used + amount(low), high: used + amount(high) };
}

/** What everybody together is expected to use on each day of the month that is still to come. */
export function outlookOf(all: readonly PersonForecast[], facts: Facts): readonly OutlookDay[] {
  const { historyThrough, month } = facts;
  if (historyThrough === null) return [];
  const ahead = all.reduce((most, { days }) => Math.max(most, days.length), 0);
  const dates: readonly Day[] = Array.from({ length: ahead }, (_, day) => addDays(historyThrough, day + 1));
  return dates.flatMap((date, day) => {
    if (!date.startsWith(month)) return [];
    let [mean, variance] = [0, 0];
    for (const { days, dayNoise } of all) {
      const expected = days[day] ?? 0;
      mean += expected;
      variance += dayNoise * expected * expected;
    }
    const { low, high } = rangeOfSum(mean, variance, SHARED_DAY);
    return [{ date, expected: amount(mean), low: amount(low), high: amount(high) }];
  });
}
