import { type Steps, stepsOf } from './shift.ts';
import { REST_BELOW } from './weekday.ts';

/** The level of a person: credits of an average day, weekdays and absences taken out, and how sure it is. */
export type Level = {
  readonly level: number;
  /** Variance of the use of one day with profile 1, of noise alone. */
  readonly noise: number;
  /** Variance of the level itself over the coming weeks, as a part of its square. */
  readonly drift: number;
};

/** A level is told from recent days or from long ago: the person's own history says which has served better. */
const HALF_LIVES: readonly number[] = [6, 16, 60, 1000];
/** What each is trusted before there is evidence. */
const TRUST: readonly number[] = [0.6, 1, 0.7, 0.3];
/** How strongly bursts take that trust away. */
const CALM: readonly number[] = [5, 3, 1.5, 0];
const AHEAD = 14;
const SHARPNESS = 2;
const PRIOR_DRIFT = 0.05;
const PRIOR_DRIFT_COUNT = 1.5;
const PRIOR_NOISE_COUNT = 2;
/** So many average days at the old level are mixed into what a possible step begins. */
const PRIOR_DAYS = 1;
/** Above this activity the days with use measure the level. */
const STEADY_ABOVE = 0.6;
/** Who has stepped will step again: variance of the level, as a part of its square. */
const STEPPING = 0.12;

/** Days that count: their use and what the profile expects of a level of 1, and both summed up to each day. */
type Track = { readonly use: Float64Array; readonly part: Float64Array; readonly useTo: Float64Array; readonly partTo: Float64Array };

function trackOf(use: Float64Array, part: Float64Array): Track {
  const useTo = new Float64Array(use.length + 1);
  const partTo = new Float64Array(use.length + 1);
  for (let i = 0; i < use.length; i += 1) {
    useTo[i + 1] = (useTo[i] ?? 0) + (use[i] ?? 0);
    partTo[i + 1] = (partTo[i] ?? 0) + (part[i] ?? 0);
  }
  return { use, part, useTo, partTo };
}

/** The level after each day, told with one half-life: `levels[i]` knows the days before `i`. */
function levelsOf({ use, part }: Track, halfLife: number): Float64Array {
  const keep = 0.5 ** (1 / halfLife);
  const levels = new Float64Array(use.length + 1);
  let [sum, weight] = [0, 0];
  for (let i = 0; i < use.length; i += 1) {
    sum = sum * keep + (use[i] ?? 0);
    weight = weight * keep + (part[i] ?? 0);
    levels[i + 1] = weight > 0 ? sum / weight : 0;
  }
  return levels;
}

/** What was used in the two weeks after `i`, less what a level foretold of them. */
function missOf(track: Track, i: number, level: number): number {
  const to = Math.min(track.use.length, i + AHEAD);
  return (track.useTo[to] ?? 0) - (track.useTo[i] ?? 0) - level * ((track.partTo[to] ?? 0) - (track.partTo[i] ?? 0));
}

/** The level now: half-lives weighted by how little each has missed, late misses counting more. */
function blendOf(track: Track, candidates: readonly Float64Array[], activity: number): readonly number[] {
  const count = track.use.length;
  const keep = 0.5 ** (1 / 45);
  const misses = candidates.map((levels) => {
    let [sum, weight] = [0, 0];
    for (let i = 7; i + AHEAD <= count; i += 2) {
      const recency = keep ** (count - i);
      sum += recency * Math.abs(missOf(track, i, levels[i] ?? 0));
      weight += recency;
    }
    return weight === 0 ? 1 : sum / weight;
  });
  const least = Math.max(1e-9, Math.min(...misses));
  const weights = misses.map((miss, k) => (TRUST[k] ?? 1) * activity ** (CALM[k] ?? 0) * (least / Math.max(least, miss)) ** SHARPNESS);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}

/** Variance of a day about the level, told from whole weeks, in which bursts count as what they are. */
function noiseOf(track: Track, levels: Float64Array, level: number): number {
  let [squares, parts] = [0, 0];
  const count = track.use.length;
  for (let i = count; i - 7 >= 0; i -= 7) {
    const part = (track.partTo[i] ?? 0) - (track.partTo[i - 7] ?? 0);
    const at = (levels[Math.max(7, i - 7)] ?? 0) * 0.5 + (levels[i] ?? 0) * 0.5;
    squares += ((track.useTo[i] ?? 0) - (track.useTo[i - 7] ?? 0) - at * part) ** 2;
    parts += part;
  }
  const prior = level * level * 0.6;
  return (squares + prior * 7 * PRIOR_NOISE_COUNT) / (parts + 7 * PRIOR_NOISE_COUNT);
}

/** The level with its steps: that since the last certain step, and since each possible one, by their odds. */
function stepped(track: Track, steps: Steps, base: number): { readonly level: number; readonly variance: number } {
  const end = track.use.length;
  const since = (at: number): number => {
    const part = (track.partTo[end] ?? 0) - (track.partTo[at] ?? 0);
    return ((track.useTo[end] ?? 0) - (track.useTo[at] ?? 0) + base * PRIOR_DAYS) / (part + PRIOR_DAYS);
  };
  let [weight, sum, squares] = [1, base, base * base];
  for (const { at, odds } of steps.candidates) {
    const level = since(at);
    weight += odds;
    sum += odds * level;
    squares += odds * level * level;
  }
  const level = sum / weight;
  return { level, variance: Math.max(0, squares / weight - level * level) };
}

/**
 * From the use of each day that counts and what the profile expects of it; at least one day. `activity` is the
 * part of the working days that has use: where it is low, use comes in bursts, and recent days and steps say little.
 */
export function levelOf(use: Float64Array, part: Float64Array, activity: number): Level {
  const steady = activity > STEADY_ABOVE;
  const steps = steady ? stepsOf(use, part, REST_BELOW) : { from: 0, candidates: [] };
  const track = trackOf(use.subarray(steps.from), part.subarray(steps.from));
  const count = track.use.length;
  const candidates = HALF_LIVES.map((halfLife) => levelsOf(track, halfLife));
  const weights = blendOf(track, candidates, activity);
  const blended = new Float64Array(count + 1);
  for (let i = 0; i <= count; i += 1) blended[i] = candidates.reduce((sum, levels, k) => sum + (weights[k] ?? 0) * (levels[i] ?? 0), 0);
  const shifted = { from: 0, candidates: steps.candidates.map(({ at, odds }) => ({ at: at - steps.from, odds })) };
  const { level, variance } = stepped(track, shifted, blended[count] ?? 0);
  const noise = noiseOf(track, candidates[1] ?? blended, level);
  let [drift, evidence] = [PRIOR_DRIFT * PRIOR_DRIFT_COUNT, PRIOR_DRIFT_COUNT];
  for (let i = 7; i + AHEAD <= count; i += 2) {
    const expected = (blended[i] ?? 0) * AHEAD;
    const scale = Math.max(expected, level * AHEAD, 1e-9);
    drift += (2 / AHEAD) * Math.max(0, (missOf(track, i, blended[i] ?? 0) ** 2 - noise * AHEAD * 1.3) / (scale * scale));
    evidence += 2 / AHEAD;
  }
  const stepping = steps.from > 0 ? STEPPING : 0;
  return { level, noise, drift: drift / evidence + 1.5 / (count + 1) + stepping + variance / Math.max(1e-9, level * level) };
}
