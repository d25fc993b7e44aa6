import { createTask, parse } from 'node-cron';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Days of which is remembered whether they match: asking the library takes far longer than all else here. */
const MOST_DAYS = 2_000;

/** The times of a cron expression in UTC, looked for in either direction; without timers. */
export type CronTimes = {
  /** The last time at or before `at`, and after `after`; null when there is none. Milliseconds since 1970. */
  readonly latest: (at: number, after: number) => number | null;
  /** The first time after `at`, and before `before`; null when there is none. */
  readonly next: (at: number, before: number) => number | null;
};

const known = new Map<string, CronTimes>();

/**
 * node-cron reads the fields and says which days match; it knows no way back, so days are walked here, and hours and minutes
 * taken from the fields. There is no daylight saving in UTC, so each day has each of them once.
 * @throws Error for an expression that is none.
 */
export function cronTimes(expression: string): CronTimes {
  const made = known.get(expression) ?? times(expression);
  known.set(expression, made);
  return made;
}

function times(expression: string): CronTimes {
  const { hour, minute, second } = parse(expression);
  const task = createTask(expression, () => {}, { timezone: 'UTC' });
  void task.destroy(); // it was never started; this takes it out of the library's list
  const inDay = hour.flatMap((h) => minute.flatMap((m) => second.map((s) => ((h * 60 + m) * 60 + s) * 1_000))).sort((a, b) => a - b);
  const first = inDay[0] ?? 0;
  const days = new Map<number, boolean>();
  const matches = (day: number): boolean => {
    const does = days.get(day) ?? task.match(new Date(day + first));
    if (days.size >= MOST_DAYS) days.clear();
    days.set(day, does);
    return does;
  };
  return {
    latest: (at, after) => {
      for (let day = dayOf(at); day + DAY_MS > after; day -= DAY_MS) {
        const time = inDay.findLast((each) => day + each <= at);
        if (time === undefined || !matches(day)) continue;
        return day + time > after ? day + time : null;
      }
      return null;
    },
    next: (at, before) => {
      for (let day = dayOf(at); day < before; day += DAY_MS) {
        const time = inDay.find((each) => day + each > at);
        if (time === undefined || !matches(day)) continue;
        return day + time < before ? day + time : null;
      }
      return null;
    },
  };
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}
