import { levelOf } from './level.ts';
import { amountQuantile } from './quantile.ts';
import { type Silence, silenceOf, stillAway } from './silence.ts';
import { REST_BELOW, weekOf } from './weekday.ts';

/** What is expected of the days after a history. */
export type Projection = {
  /** Expected credits of each day, the first after the history first. */
  readonly days: readonly number[];
  /** Of their sum. */
  readonly mean: number;
  readonly variance: number;
  /** Variance of one day, as a multiple of the square of what is expected of it. */
  readonly dayNoise: number;
  /** The sum lies between them in four of five cases. */
  readonly low: number;
  readonly high: number;
};

/** Somebody at work today is away or gone on one more of so many working days with each that passes. */
const ABSENCE = 0.0025;
/** An absence that begins costs so much of the square of the rest. */
const ABSENCE_COST = 0.3;
/** Who began a few days ago will use more: by this part at first, fading within so many days. */
const GROWTH = 0.4;
const GROWTH_DAYS = 7;
/** Nobody is counted as begun late whose first use lies in the first days of what is known. */
const BEGINNING = 5;
/** For so many days after the first use too little is known of a person to trust the usual week about days of rest. */
const NEW_DAYS = 14;
/** Some use is always possible. */
const MOST_SURE = 0.995;

function firstUse(daily: ArrayLike<number>, start: number, end: number): number {
  for (let day = start; day < end; day += 1) if ((daily[day] ?? 0) > 0) return day;
  return -1;
}

function lastUse(daily: ArrayLike<number>, first: number, end: number): number {
  for (let day = end - 1; day > first; day -= 1) if ((daily[day] ?? 0) > 0) return day;
  return first;
}

type Known = {
  readonly silence: Silence;
  readonly part: (day: number) => number;
  readonly end: number;
  readonly ahead: number;
  readonly largest: number;
};

type Course = {
  readonly days: readonly number[];
  readonly mean: number;
  /** What a person who is there on all days would use, in days of the level. */
  readonly parts: number;
  readonly working: number;
  /** Chance that an absence of today has ended by the last day. */
  readonly back: number;
};

/**
 * The expected course of the days to come. In a burst it goes on for a while, in a pause one is still to begin: what today
 * is fades with each working day. Silence at the end may be an absence that ends or a departure. No day is expected to hold
 * more than the largest that this person ever had.
 */
function courseOf({ silence, part, end, ahead, largest }: Known, level: number): Course {
  const { begin, pause, trailing, usual, away } = silence;
  const memory = Math.max(0, 1 - begin - pause);
  const today = trailing === 0 ? pause / begin : -1;
  const days: number[] = [];
  let [mean, parts, working, fade, back] = [0, 0, 0, 1, 0];
  for (let j = 0; j < ahead; j += 1) {
    const profile = part(end + j);
    if (profile >= REST_BELOW) {
      working += 1;
      fade *= memory;
      back = 1 - stillAway(trailing + working) / stillAway(trailing);
    }
    const present = usual * (1 + today * fade) * (1 - ABSENCE * working) + away * back;
    const expected = Math.min(largest, level * profile * present);
    days.push(expected);
    mean += expected;
    parts += profile;
  }
  return { days, mean, parts, working, back };
}

/** Variance of the sum, and the chance that nothing at all is used. */
function riskOf({ silence }: Known, { mean, parts, working, back }: Course, level: number, noise: number, drift: number) {
  const { begin, pause, trailing, usual, away, left } = silence;
  const none = left + away * (1 - back) + (trailing > 0 ? usual * (1 - begin) ** working : 0);
  const zero = Math.min(MOST_SURE, none);
  const some = 1 - zero;
  const expected = mean / some;
  const full = level * parts;
  const presence = full > 0 ? Math.min(2, expected / full) : 0;
  const spread =
    noise * parts * presence * (2 - Math.min(1, begin + pause)) +
    (drift + 2 * ABSENCE * working * ABSENCE_COST) * expected ** 2 +
    (away / some) * 0.1 * full ** 2;
  return { zero, variance: some * spread + zero * some * expected ** 2 };
}

/**
 * What the profile expects of a day with use, to measure the level by. Use on a day of rest says, as long as little else is
 * known, that it is none for this person: dividing by the usual weight of a Sunday would make eight Sundays of each weekday.
 */
function measured(part: number, seen: number): number {
  return part + Math.max(0, 1 - part) * Math.max(0, 1 - (seen - 1) / NEW_DAYS);
}

/** The most used on one day. */
function largestDay(daily: ArrayLike<number>, first: number, end: number): number {
  let largest = 0;
  for (let day = first; day < end; day += 1) largest = Math.max(largest, daily[day] ?? 0);
  return largest;
}

/** Use and profile of the days that tell the level: absences do not, a silent end as far as it is a usual pause. */
function evidence(daily: ArrayLike<number>, first: number, { silence, part, end }: Known): { use: Float64Array; parts: Float64Array } {
  const use = new Float64Array(end - first);
  const parts = new Float64Array(end - first);
  let count = 0;
  const last = lastUse(daily, first, end);
  for (let day = first; day < end; day += 1) {
    const weight = day > last ? silence.usual : 1;
    if (silence.absent[day] === 1 || weight < 0.02) continue;
    use[count] = daily[day] ?? 0;
    parts[count] = ((daily[day] ?? 0) > 0 ? measured(part(day), end - first) : part(day)) * weight;
    count += 1;
  }
  return { use: use.subarray(0, count), parts: parts.subarray(0, count) };
}

/**
 * The days from `end` on, `ahead` of them, told from `daily[start]` to `daily[end - 1]` alone; `firstWeekday` (0 is Sunday)
 * is that of `daily[0]`. Of somebody who used nothing in these days nothing is expected. The method: docs/forecast.md.
 */
export function project(daily: ArrayLike<number>, start: number, end: number, ahead: number, firstWeekday: number): Projection {
  const first = firstUse(daily, start, end);
  if (first === -1 || ahead <= 0)
    return { days: Array.from({ length: Math.max(0, ahead) }, () => 0), mean: 0, variance: 0, dayNoise: 0, low: 0, high: 0 };
  const week = weekOf(daily, first, end, firstWeekday);
  const part = (day: number): number => week[(firstWeekday + day) % 7] ?? 0;
  const silence = silenceOf(daily, first, end, (day) => part(day) >= REST_BELOW);
  const largest = largestDay(daily, first, end);
  const known: Known = { silence, part, end, ahead, largest };
  const { use, parts } = evidence(daily, first, known);
  const told = levelOf(use, parts, silence.begin / (silence.begin + silence.pause));
  // At its level the busiest weekday holds no more than the largest day ever did.
  const most = largest / Math.max(...week);
  const shrunk = told.level > most ? most / told.level : 1;
  const noise = told.noise * shrunk ** 2;
  const level = told.level * shrunk * (first > start + BEGINNING ? 1 + GROWTH * Math.exp((first - end) / GROWTH_DAYS) : 1);
  const course = courseOf(known, level);
  const { mean, days } = course;
  const { zero, variance } = riskOf(known, course, level, noise, told.drift);
  return {
    days,
    mean,
    variance,
    dayNoise: level > 0 ? noise / (level * level) : 0,
    low: Math.min(mean, amountQuantile(0.1, mean, variance, zero)),
    high: Math.max(mean, amountQuantile(0.9, mean, variance, zero)),
  };
}
