import { addMonths, type Day, dayOf, isDay, type Month, monthOf, startOf } from '../model/day.ts';

const DAY_MS = 86_400_000;

/** Days since 1970-01-01; -1 for a text that is no day, or one before. */
export function dayNumber(text: string): number {
  return isDay(text) && text >= '1970' ? startOf(text).getTime() / DAY_MS : -1;
}

/** The day of a number that `dayNumber` gave. */
export function numberedDay(number: number): Day {
  return dayOf(new Date(number * DAY_MS));
}

/** The first day that a report can tell of: rows of earlier ones are damage. */
export const FIRST_DAY = dayNumber('2020-01-01');

/** The last day that an export of this time (14 digits) can tell of; without end when the time is none. */
export function lastDayOf(stamp: string): number {
  const day = dayNumber(`${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`);
  return day === -1 ? Number.MAX_SAFE_INTEGER : day;
}

/** The months that a report of `month` needs: it, `past` before it, and up to `through`, for who is active by then. */
export function spanOf(month: Month, past: number, through: Month): { readonly first: Month; readonly last: Month } {
  return { first: addMonths(month, -past), last: through > month ? through : month };
}

/** True when a report of this activity day (null: its path has none) may have rows that count. */
export function isNeeded(date: Day | null, span: { readonly first: Month; readonly last: Month }): boolean {
  return date === null || (monthOf(date) >= span.first && monthOf(date) <= span.last);
}
