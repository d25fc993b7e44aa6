/**
 * Silence: the usual pauses of a person, absences (holidays, leave) that are longer than those, and the silence in which a
 * history ends, of which nobody knows yet what it is. Counted in working days: days on which this person usually works.
 */

export type Silence = {
  /** For each day, 1 where it belongs to an absence that ended. */
  readonly absent: Uint8Array;
  /** Chance that a working day follows a silent working day with use, and a used one with silence. */
  readonly begin: number;
  readonly pause: number;
  /** Working days without use at the end of the history. */
  readonly trailing: number;
  /** What the trailing silence is: a usual pause, an absence that ends, or for ever. They add up to 1. */
  readonly usual: number;
  readonly away: number;
  readonly left: number;
};

type Run = { readonly from: number; readonly to: number; readonly length: number };

/** A pause this improbable is an absence. */
const IMPROBABLE = 0.01;
/** Absences and departures begin on so many of a thousand working days. */
const AWAY_BEGINS = 0.004;
/** Who works on more than this part of the days outside the longest pause works regularly. */
const REGULAR = 0.55;
/** No chance is taken for more than this. */
const MOST = 0.97;
const LEAVING = 0.0012;
/** An absence lasts three working days at least, then ends on about one day in nine. */
const AWAY_LEAST = 3;
const AWAY_MEAN = 9;

/** The part of all absences that last longer than so many working days. */
export function stillAway(days: number): number {
  return days <= AWAY_LEAST ? 1 : Math.exp(-(days - AWAY_LEAST) / AWAY_MEAN);
}

type Walk = { readonly runs: readonly Run[]; readonly trailing: number; readonly used: number; readonly silent: number };

function walk(daily: ArrayLike<number>, first: number, end: number, works: (day: number) => boolean): Walk {
  const runs: Run[] = [];
  let [from, length, used, silent] = [first, 0, 0, 0];
  for (let day = first; day < end; day += 1) {
    const isUsed = (daily[day] ?? 0) > 0;
    if (isUsed) {
      if (length > 0) runs.push({ from, to: day, length });
      length = 0;
      from = day + 1;
    }
    if (!works(day)) continue;
    if (isUsed) used += 1;
    else {
      length += 1;
      silent += 1;
    }
  }
  return { runs, trailing: length, used, silent: silent - length };
}

/** What the silences of `daily` from `first` (a day with use) to `end` are. */
export function silenceOf(daily: ArrayLike<number>, first: number, end: number, works: (day: number) => boolean): Silence {
  const { runs, trailing, used, silent } = walk(daily, first, end, works);
  // The longest pause is judged by the others: it would otherwise make itself look usual.
  const longest = runs.reduce((most, run) => Math.max(most, run.length), 0);
  const others = Math.min(MOST, (runs.length - (longest > 0 ? 1 : 0) + 1) / (silent - longest + 1.6));
  // Where silence is the rule, between bursts, a long pause is no absence.
  const regular = used / Math.max(1, used + silent - longest) > REGULAR;
  const absent = new Uint8Array(end);
  let [pauses, paused] = [0, 0];
  for (const run of runs) {
    if (regular && run.length >= 4 && (1 - others) ** run.length < IMPROBABLE) absent.fill(1, run.from, run.to);
    else if (run.length > 0) {
      pauses += 1;
      paused += run.length;
    }
  }
  const usualBegin = Math.min(MOST, (pauses + 0.8) / (paused + 1.3));
  const pause = Math.min(MOST, (pauses + 0.3) / (used + 1.5));
  const longer = runs.filter((run) => absent[run.from] === 0 && run.length >= trailing).length;
  const weights = {
    usual: pause * Math.max((1 - usualBegin) ** Math.max(0, trailing - 1), longer / (pauses + 1)),
    away: AWAY_BEGINS * stillAway(trailing),
    left: LEAVING,
  };
  const all = weights.usual + weights.away + weights.left;
  const parts = trailing === 0 ? { usual: 1, away: 0, left: 0 } : weights;
  const by = trailing === 0 ? 1 : all;
  return { absent, begin: usualBegin, pause, trailing, usual: parts.usual / by, away: parts.away / by, left: parts.left / by };
}
