import { addDays, type Day, startOf } from '../model/day.ts';
import type { Facts, UsagePerson } from './facts.ts';

const DAY_MS = 86_400_000;

/** Whole days from one UTC day to another; negative when `to` is earlier. */
export function daysApart(from: Day, to: Day): number {
  return Math.round((startOf(to).getTime() - startOf(from).getTime()) / DAY_MS);
}

/** A person's credits of `count` days from a day on; 0 on days that the history does not span. */
export function dailyFrom(person: UsagePerson, facts: Facts, from: Day, count: number): readonly number[] {
  const start = facts.historyFrom === null ? 0 : daysApart(facts.historyFrom, from);
  return Array.from({ length: count }, (_, i) => (facts.historyFrom === null ? 0 : (person.daily[start + i] ?? 0)));
}

/** True when the history spans all these days. */
export function spans(facts: Facts, from: Day, count: number): boolean {
  const { historyFrom, historyThrough } = facts;
  return historyFrom !== null && historyThrough !== null && historyFrom <= from && addDays(from, count - 1) <= historyThrough;
}
