import { addMonths, type Month, monthOf } from '../model/day.ts';
import type { Histories } from './backtest.ts';
import { coveredMonths } from './coverage.ts';
import { type Facts, placeOf } from './facts.ts';
import { daysApart } from './history.ts';

/** Past months are long settled; whether `Facts.month` is over, the caller says. */
const SETTLED = '9999-12-31';

/** The whole months of the place with the most people, and the places that cover all of them. */
function wholeMonths(facts: Facts, closed: boolean): { readonly months: readonly Month[]; readonly places: ReadonlySet<string> } {
  const isMine = (month: Month): boolean => month !== facts.month || (closed && facts.through !== null && monthOf(facts.through) === month);
  const covered = [...coveredMonths(facts, SETTLED)].map(([place, all]) => [place, all.filter(isMine)] as const);
  const size = new Map<string, number>();
  for (const person of facts.people) size.set(placeOf(person), (size.get(placeOf(person)) ?? 0) + 1);
  const [largest] = covered
    .filter(([, all]) => all.length > 1)
    .sort(([a], [b]) => (size.get(b) ?? 0) - (size.get(a) ?? 0) || (a < b ? -1 : 1));
  const months = largest?.[1] ?? [];
  const places = covered.filter(([, all]) => months.every((month) => all.includes(month))).map(([place]) => place);
  return { months, places: new Set(places) };
}

/**
 * The histories that usage reports hold: every past month covered whole, and `Facts.month` when it is `closed`, can be tested
 * on if the month before it is covered whole too. People of places that lack one of these months are left out.
 */
export function historiesOf(facts: Facts, closed: boolean): Histories {
  const { historyFrom, historyThrough, month } = facts;
  if (historyFrom === null || historyThrough === null) return { from: `${month}-01`, months: [], people: [] };
  const { months: whole, places } = wholeMonths(facts, closed);
  const months = whole.filter((each) => whole.includes(addMonths(each, -1)) && historyFrom <= `${addMonths(each, -1)}-01`);
  // To the end of the last whole month, whose last days may be without a row.
  const length = Math.max(0, daysApart(historyFrom, `${addMonths(whole.at(-1) ?? addMonths(month, -1), 1)}-01`));
  const people = facts.people
    .filter((person) => places.has(placeOf(person)))
    .map(({ daily }) => ({ daily: Float64Array.from({ length }, (_, day) => daily[day] ?? 0) }));
  return { from: historyFrom, months, people };
}
