import { addMonths, type Day, daysInMonth, type Month, startOf } from '../model/day.ts';
import { rangeOfSum } from './forecast.ts';
import { daysApart } from './history.ts';
import { project } from './project.ts';
import { REGIMES, type Regime, regimeOf } from './regime.ts';

/** Days of the month after which the forecast is asked. */
export const BACKTEST_DAYS: readonly number[] = [5, 10, 15, 20, 25];
/** How many months before the current one `--backtest` reads. */
export const BACKTEST_MONTHS = 6;
/** The forecaster sees this many months before the one it forecasts, as in a report. */
const SEEN_MONTHS = 3;
/** Of a larger organisation every k-th person is tested: more would cost minutes and change no figure shown. */
const MOST_PEOPLE = 3_000;

/** Histories of people from one day on; days beyond the end of `daily` are without use. */
export type Histories = {
  readonly from: Day;
  /** The months to test on, each whole, with a whole month before it. */
  readonly months: readonly Month[];
  readonly people: readonly { readonly daily: ArrayLike<number>; readonly regime?: Regime }[];
};

export const METHODS = ['forecast', 'pace', 'lastMonth'] as const;
export type Method = (typeof METHODS)[number];

/**
 * Weighted absolute percentage error: the sum of what a method was wrong by over the sum of what was used, as a part of 1.
 * Null where nothing was used.
 */
export type MethodErrors = { readonly [method in Method]: number | null };

export type BacktestGroup = {
  /** Forecasts of one person on one day of one month. */
  readonly forecasts: number;
  readonly error: MethodErrors;
  /** Part of the months that ended below, in, and above the 80 % range; null without forecasts. */
  readonly below: number | null;
  readonly covered: number | null;
  readonly above: number | null;
};

export type Backtest = {
  readonly months: readonly Month[];
  readonly people: number;
  /** People of the usage given; more than `people` where only a part was tested. */
  readonly of: number;
  /** The month's total of each person. */
  readonly overall: BacktestGroup;
  readonly days: readonly (BacktestGroup & { readonly day: number })[];
  readonly regimes: readonly (BacktestGroup & { readonly regime: Regime; readonly people: number })[];
  /** The month's total of all people together; `forecasts` counts days of months. */
  readonly organisation: BacktestGroup;
};

type Sum = { errors: { [method in Method]: number }; total: number; below: number; above: number; count: number };

function nothing(): Sum {
  return { errors: { forecast: 0, pace: 0, lastMonth: 0 }, total: 0, below: 0, above: 0, count: 0 };
}

type Guess = { readonly [method in Method]: number } & { readonly low: number; readonly high: number; readonly total: number };

/** Reports have credits to two decimals and more; a range that ends within half a hundredth of the truth holds it. */
const NEAR = 0.005;

function add(sum: Sum, guess: Guess): void {
  for (const method of METHODS) sum.errors[method] += Math.abs(guess[method] - guess.total);
  sum.total += guess.total;
  sum.count += 1;
  if (guess.total < guess.low - NEAR) sum.below += 1;
  else if (guess.total > guess.high + NEAR) sum.above += 1;
}

function groupOf({ errors, total, below, above, count }: Sum): BacktestGroup {
  const error = (method: Method): number | null => (total > 0 ? errors[method] / total : null);
  const part = (number: number): number | null => (count > 0 ? number / count : null);
  return {
    forecasts: count,
    error: { forecast: error('forecast'), pace: error('pace'), lastMonth: error('lastMonth') },
    below: part(below),
    covered: part(count - below - above),
    above: part(above),
  };
}

function sumOf(daily: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let day = Math.max(0, from); day < to; day += 1) sum += daily[day] ?? 0;
  return sum;
}

/** One month and one day of it, as indices of `daily`. */
type Question = {
  readonly seenFrom: number;
  readonly previous: number;
  readonly start: number;
  readonly cut: number;
  readonly end: number;
};

function questionsOf({ from, months }: Histories): readonly (Question & { readonly day: number })[] {
  const at = (day: Day): number => daysApart(from, day);
  return months.flatMap((month) =>
    BACKTEST_DAYS.map((day) => {
      const start = at(`${month}-01`);
      const seenFrom = Math.max(0, at(`${addMonths(month, -SEEN_MONTHS)}-01`));
      const previous = at(`${addMonths(month, -1)}-01`);
      return { day, seenFrom, previous, start, cut: start + day, end: start + daysInMonth(month) };
    }),
  );
}

type Answer = Guess & { readonly used: number; readonly variance: number; readonly judged: boolean };

/** Only what lies before the cut is shown to any method. Judged is who used something in the month or the one before, and was seen by then. */
function answer(daily: ArrayLike<number>, question: Question, firstWeekday: number): Answer {
  const { seenFrom, previous, start, cut, end } = question;
  const used = sumOf(daily, start, cut);
  const total = used + sumOf(daily, cut, end);
  const lastMonth = sumOf(daily, previous, start);
  const { mean, low, high, variance } = project(daily, seenFrom, cut, end - cut, firstWeekday);
  const judged = (total > 0 || lastMonth > 0) && sumOf(daily, seenFrom, cut) > 0;
  const pace = (used * (end - start)) / (cut - start);
  return { forecast: used + mean, pace, lastMonth, low: used + low, high: used + high, total, used, variance, judged };
}

type Tally = {
  readonly overall: Sum;
  readonly days: ReadonlyMap<number, Sum>;
  readonly regimes: ReadonlyMap<Regime, { readonly sum: Sum; people: number }>;
  readonly organisation: Sum;
  people: number;
};

/** The people of one organisation, added to the tally: one by one, and all together on each day asked. */
function test(histories: Histories, tally: Tally): void {
  const step = Math.max(1, Math.ceil(histories.people.length / MOST_PEOPLE));
  const firstWeekday = startOf(histories.from).getUTCDay();
  const questions = questionsOf(histories);
  const everybody = questions.map(() => ({ forecast: 0, pace: 0, lastMonth: 0, total: 0, used: 0, variance: 0 }));
  for (const { daily, regime = regimeOf(daily, daily.length, firstWeekday) } of histories.people.filter((_, i) => i % step === 0)) {
    const own = tally.regimes.get(regime);
    if (own !== undefined) own.people += 1;
    tally.people += 1;
    for (const [i, question] of questions.entries()) {
      const one = answer(daily, question, firstWeekday);
      const all = everybody[i];
      if (all !== undefined) for (const key of [...METHODS, 'total', 'used', 'variance'] as const) all[key] += one[key];
      if (!one.judged) continue;
      for (const sum of [tally.overall, tally.days.get(question.day), own?.sum]) if (sum !== undefined) add(sum, one);
    }
  }
  for (const { used, variance, ...all } of everybody) {
    const range = rangeOfSum(all.forecast - used, variance);
    add(tally.organisation, { ...all, low: used + range.low, high: used + range.high });
  }
}

/**
 * How wrong the forecast would have been: for each month, on several days of it, from the days before alone, beside the pace
 * of the month so far and the total of the month before. Each of the histories is an organisation of its own. A person's
 * regime is what the history says, else what `regimeOf` tells.
 */
export function backtest(...organisations: readonly Histories[]): Backtest {
  const tally: Tally = {
    overall: nothing(),
    days: new Map(BACKTEST_DAYS.map((day) => [day, nothing()])),
    regimes: new Map(REGIMES.map((regime) => [regime, { sum: nothing(), people: 0 }])),
    organisation: nothing(),
    people: 0,
  };
  for (const histories of organisations) test(histories, tally);
  return {
    months: [...new Set(organisations.flatMap(({ months }) => months))].sort(),
    people: tally.people,
    of: organisations.reduce((sum, { people }) => sum + people.length, 0),
    overall: groupOf(tally.overall),
    days: [...tally.days].map(([day, sum]) => ({ day, ...groupOf(sum) })),
    regimes: [...tally.regimes].flatMap(([regime, { sum, people }]) => (people === 0 ? [] : [{ regime, people, ...groupOf(sum) }])),
    organisation: groupOf(tally.organisation),
  };
}
