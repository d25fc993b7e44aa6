import { addDays, addMonths, type Day, dayOf, daysInMonth, type Month, monthOf, startOf } from '../model/day.ts';
import { type Facts, type PlaceDays, placeOf } from './facts.ts';

/** Working days of a month that may be without any row of a place: public holidays. More are reports that are missing. */
const MOST_MISSING = 2;

/** Reports arrive a day late: after so many days a weekend at the end of a month has no more rows to come. */
const SETTLED_DAYS = 3;

/** True from Monday to Friday. */
export function isWorkday(day: Day): boolean {
  const weekday = startOf(day).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

function nearestWorkday(day: Day, step: 1 | -1): Day {
  return isWorkday(day) ? day : nearestWorkday(addDays(day, step), step);
}

/**
 * Why the reports of a place do not cover a month whole, as the end of a sentence; null when they do: rows on or before its first
 * working day, rows on or after its last day (its last working day, when a weekend at its end is three days over), and at
 * most two working days between them without a row of anybody. `today` is a UTC day.
 */
export function gapOf(place: PlaceDays, month: Month, today: Day): string | null {
  const [first, last] = [`${month}-01`, `${month}-${daysInMonth(month)}`];
  if (place.from > nearestWorkday(first, 1)) return `the reports begin on ${place.from}`;
  const end = today >= addDays(last, SETTLED_DAYS) ? nearestWorkday(last, -1) : last;
  if (place.through < end) return `the reports end on ${place.through}`;
  const missing = place.months.find((one) => one.month === month)?.missing ?? daysInMonth(month);
  return missing <= MOST_MISSING ? null : `${missing} working days are without a row`;
}

/** The closed months of `Facts.pastMonths` and `Facts.month` that the reports cover whole, by `placeOf`, oldest first. */
export function coveredMonths(facts: Facts, today: Day): ReadonlyMap<string, readonly Month[]> {
  const closed = [...facts.pastMonths, facts.month].filter((month) => month < monthOf(today));
  return new Map(facts.places.map((place) => [placeOf(place), closed.filter((month) => gapOf(place, month, today) === null)]));
}

/** A sentence for each place and closed month that is left out; months before the first row of a place are not missed. */
export function coverageNotes(facts: Facts, nameOf: (place: string) => string, today: Day): readonly string[] {
  const months = [...facts.pastMonths, facts.month].filter((month) => month < monthOf(today));
  return facts.places.flatMap((place) => {
    const left = months.flatMap((month) => {
      const why = monthOf(place.from) > month ? null : gapOf(place, month, today);
      return why === null ? [] : [`${month} (${why})`];
    });
    if (left.length === 0) return [];
    return [`Not covered whole by the reports of ${nameOf(placeOf(place))}, and left out of advice and movers: ${left.join(', ')}.`];
  });
}

/** True when advice on this month is still news: the current month, or the last closed one. */
export function isRecent(month: Month, now: Date): boolean {
  return month >= addMonths(monthOf(dayOf(now)), -1);
}
