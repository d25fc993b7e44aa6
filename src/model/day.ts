/**
 * UTC calendar days. Kiro bills by calendar month and resets credits at 00:00 UTC on the 1st
 * (Kiro enterprise billing documentation, 2026), so no local time zone appears anywhere.
 */

/** A UTC date, `YYYY-MM-DD`; compares correctly as text. */
export type Day = string;

/** A UTC calendar month, `YYYY-MM`. */
export type Month = string;

const DAY_MS = 86_400_000;

/** The UTC day of an instant. */
export function dayOf(instant: Date): Day {
  return instant.toISOString().slice(0, 10);
}

/** 00:00 UTC of a day. */
export function startOf(day: Day): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/** True for a real calendar date written `YYYY-MM-DD` (so not 2026-02-30). */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(at.getTime()) && dayOf(at) === text;
}

export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

/** The day `count` days later (earlier when negative). */
export function addDays(day: Day, count: number): Day {
  return dayOf(new Date(startOf(day).getTime() + count * DAY_MS));
}

export function addHours(instant: Date, hours: number): Date {
  return new Date(instant.getTime() + hours * 3_600_000);
}

export function daysInMonth(month: Month): number {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** The month `count` months later (earlier when negative). */
export function addMonths(month: Month, count: number): Month {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return dayOf(new Date(Date.UTC(year, number - 1 + count, 1))).slice(0, 7);
}

/** The 1st of the month that follows the day. */
export function firstOfNextMonth(day: Day): Day {
  return `${addMonths(monthOf(day), 1)}-01`;
}

/** Days left in the day's month, the day itself included. */
export function daysLeft(day: Day): number {
  return daysInMonth(monthOf(day)) - Number(day.slice(8)) + 1;
}

/** The second-last day of the day's month: from its 00:00 UTC on, month-end removals go ahead. */
export function windowOpens(day: Day): Day {
  return `${monthOf(day)}-${daysInMonth(monthOf(day)) - 1}`;
}
