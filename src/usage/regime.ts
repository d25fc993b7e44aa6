import { silenceOf } from './silence.ts';
import { REST_BELOW, weekOf } from './weekday.ts';

/**
 * What kind of course a history takes, told by `regimeOf`. leaver: fell silent, and no pause of this person explains it ·
 * joiner: began late · bursty: uses on less than half of the working days · holiday: was absent and came back ·
 * level-shift: the level stepped by a third or more · steady: none of these · silent: used nothing.
 */
export const REGIMES = ['steady', 'level-shift', 'holiday', 'bursty', 'joiner', 'leaver', 'silent'] as const;

export type Regime = (typeof REGIMES)[number];

/** A first use so many days after the history begins is that of somebody who was not there before. */
const LATE = 18;
const BURSTY_BELOW = 0.5;
/** Working days of a silent end, or of an absence. */
const GONE = 3;
/** A step changes the level of the weeks around it by this factor. */
const STEP = 1.38;
const STEP_DAYS = 24;
/** Standard errors that a step is away from none. */
const CERTAIN = 4.2;

/** Logarithms of the days with use by weekday: how far two stretches of them are apart, in standard errors and as a factor. */
function stepAt(values: readonly number[], at: number): { readonly factor: number; readonly errors: number } {
  const before = values.slice(Math.max(0, at - STEP_DAYS), at);
  const after = values.slice(at, at + STEP_DAYS);
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const square = (list: readonly number[], about: number): number => list.reduce((sum, value) => sum + (value - about) ** 2, 0);
  const [low, high] = [mean(before), mean(after)];
  const variance = (square(before, low) + square(after, high)) / Math.max(1, before.length + after.length - 2);
  return {
    factor: Math.exp(Math.abs(high - low)),
    errors: Math.abs(high - low) / Math.sqrt(variance * (1 / before.length + 1 / after.length) + 1e-9),
  };
}

function steps(values: readonly number[]): boolean {
  for (let at = 8; at + 8 <= values.length; at += 1) {
    const { factor, errors } = stepAt(values, at);
    if (factor >= STEP && errors >= CERTAIN) return true;
  }
  return false;
}

/**
 * The regime of `daily[0]` to `daily[end - 1]`; a rule for reports, the forecast does not use it. Where several fit, the
 * first of leaver, joiner, bursty, holiday, level-shift, steady. `firstWeekday` (0 is Sunday) is that of `daily[0]`.
 */
export function regimeOf(daily: ArrayLike<number>, end: number, firstWeekday: number): Regime {
  let first = 0;
  while (first < end && !((daily[first] ?? 0) > 0)) first += 1;
  if (first === end) return 'silent';
  const week = weekOf(daily, first, end, firstWeekday);
  const part = (day: number): number => week[(firstWeekday + day) % 7] ?? 0;
  const silence = silenceOf(daily, first, end, (day) => part(day) >= REST_BELOW);
  if (silence.trailing >= GONE && silence.usual < 0.5) return 'leaver';
  if (first >= LATE) return 'joiner';
  let [working, used] = [0, 0];
  const values: number[] = [];
  for (let day = first; day < end; day += 1) {
    if (part(day) < REST_BELOW || silence.absent[day] === 1) continue;
    working += 1;
    if ((daily[day] ?? 0) <= 0) continue;
    used += 1;
    values.push(Math.log((daily[day] ?? 0) / part(day)));
  }
  if (used < BURSTY_BELOW * working) return 'bursty';
  if (silence.absent.includes(1)) return 'holiday';
  return steps(values) ? 'level-shift' : 'steady';
}
