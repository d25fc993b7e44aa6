/**
 * Steps of the level. Told from the logarithms of the days with use, in which a step is a step whatever the level, and
 * one heavy day weighs little. Days of bursts are no measure of a level: see `project`.
 */

/** A place where the level may have changed, and the odds that it did, against no change since `Steps.from`. */
type Candidate = { readonly at: number; readonly odds: number };

export type Steps = {
  /** The day of the last step that is beyond doubt; 0 without one. */
  readonly from: number;
  readonly candidates: readonly Candidate[];
};

/** Steps happen on so many of a thousand days. */
const HAZARD = 0.004;
/** Logarithm of the odds from which on a step is beyond doubt. */
const DOUBTLESS = 9;
/** And below which it is left out. */
const NEGLIGIBLE = -7;
/** A step is told from three days with use at least. */
const LEAST = 3;
const PRIOR_VARIANCE = 0.3;
const PRIOR_COUNT = 6;

/** Variance of a day, told from neighbours: a step between two of them hardly counts. */
function varianceOf(values: Float64Array, from: number): number {
  let sum = PRIOR_VARIANCE * PRIOR_COUNT;
  for (let i = from + 1; i < values.length; i += 1) sum += Math.min(2, ((values[i] ?? 0) - (values[i - 1] ?? 0)) ** 2 / 2);
  return sum / (Math.max(0, values.length - from - 1) + PRIOR_COUNT);
}

/** For each k, the logarithm of the odds of a step k days after `from`; the first LEAST and the last LEAST days are too few to tell. */
function oddsFrom(values: Float64Array, from: number): Float64Array {
  const count = values.length - from;
  const variance = varianceOf(values, from);
  const logs = new Float64Array(Math.max(0, count - LEAST + 1)).fill(-Infinity);
  let [all, before] = [0, 0];
  for (let i = from; i < values.length; i += 1) all += values[i] ?? 0;
  for (let k = 1; k < logs.length; k += 1) {
    before += values[from + k - 1] ?? 0;
    if (k < LEAST) continue;
    const difference = before / k - (all - before) / (count - k);
    const weight = (k * (count - k)) / count;
    logs[k] = (weight * difference ** 2) / (2 * variance) - 0.5 * Math.log(1 + weight) + Math.log(HAZARD);
  }
  return logs;
}

/** Steps in days of use and what the profile expects of a level of 1; days of rest and silent days say nothing. */
export function stepsOf(use: Float64Array, part: Float64Array, restBelow: number): Steps {
  const days: number[] = [];
  const values = new Float64Array(use.length);
  for (let i = 0; i < use.length; i += 1) {
    if ((use[i] ?? 0) <= 0 || (part[i] ?? 0) < restBelow) continue;
    values[days.length] = Math.log((use[i] ?? 0) / (part[i] ?? 1));
    days.push(i);
  }
  const told = values.subarray(0, days.length);
  let from = 0;
  for (;;) {
    const odds = oddsFrom(told, from);
    let best = 0;
    for (let k = 1; k < odds.length; k += 1) if ((odds[k] ?? 0) > (odds[best] ?? 0)) best = k;
    if ((odds[best] ?? -Infinity) < DOUBTLESS) {
      const candidates: Candidate[] = [];
      for (const [k, log] of odds.entries()) if (log > NEGLIGIBLE) candidates.push({ at: days[from + k] ?? 0, odds: Math.exp(log) });
      return { from: from === 0 ? 0 : (days[from] ?? 0), candidates };
    }
    from += best;
  }
}
