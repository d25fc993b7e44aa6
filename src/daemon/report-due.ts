import { addDays, dayOf, type Month, monthOf, startOf } from '../model/day.ts';
import type { KeptReport } from '../ports.ts';

/** Usage of a day is exported the day after, and exports are repeated: on the third day a month has all of its own. */
const SETTLED_ON = 3;

/**
 * The months that a scheduled report is due of, in the order to make them: this month, and then the last one until there is
 * a report of it that was made when its usage was complete.
 */
export function monthsDue(now: Date, kept: readonly KeptReport[]): readonly Month[] {
  const month = monthOf(dayOf(now));
  const first = `${month}-01`;
  const before = monthOf(addDays(first, -1));
  const settled = startOf(addDays(first, SETTLED_ON - 1));
  const isDone = kept.some((report) => report.month === before && report.at >= settled);
  return isDone ? [month] : [month, before];
}
