import type { Credits, CreditsPerson, CreditsRow } from '../model/credits.ts';
import { daysInMonth } from '../model/day.ts';
import { dollars } from '../model/money.ts';
import { rounded } from '../usage/amount.ts';
import { estimate, floatOf, grouped, monthName, signed } from './credits-figure.ts';
import type { Html } from './html.ts';
import { changeChart, MIX_PARTS, type Mix, mixChart } from './svg-bars.ts';
import { burndownChart } from './svg-burndown.ts';
import { dailyChart } from './svg-daily.ts';
import { type Bucket, histogramChart } from './svg-histogram.ts';

/** The day of the month as the axis shows it: `3`, not `03`. */
function dayNumber(date: string): string {
  return String(Number(date.slice(8)));
}

/** Credits a day with the forecast of the days to come; null without a used row in the month. */
export function dailyFigure({ days, outlook, month, totals, throughDate }: Credits): Html | null {
  if (days.length === 0) return null;
  const forecast = totals.forecast === null ? '' : ` About ${estimate(totals.forecast.expected)} are expected by the end of the month.`;
  return dailyChart({
    id: 'daily',
    title: `Credits used each day of ${monthName(month)}`,
    description: `${rounded(totals.used)} credits through ${throughDate ?? 'no day'}, ${rounded(totals.overageCredits)} of them overage.${forecast}`,
    days: days.map((d) => ({ label: dayNumber(d.date), used: floatOf(d.used), overage: floatOf(d.overageCredits) })),
    outlook: outlook.map((d) => ({ label: dayNumber(d.date), expected: floatOf(d.expected), low: floatOf(d.low), high: floatOf(d.high) })),
  });
}

const EDGES = [
  ['0', 0],
  ['<25', 0.25],
  ['<50', 0.5],
  ['<75', 0.75],
  ['<100', 1],
  ['<150', 1.5],
] as const;

/** People with plan credits by the share of them that they used; each bucket begins where the one before it ends. */
export function utilisationBuckets(people: readonly CreditsPerson[]): readonly Bucket[] {
  const shares = people.flatMap(({ utilisation, used }) => (utilisation === null ? [] : [used === 0n ? -1 : utilisation]));
  const count = (from: number, to: number): number => shares.filter((share) => share >= from && share < to).length;
  const bounded = EDGES.map(([label, to], i) => ({
    label,
    people: i === 0 ? count(-1, 0) : count(EDGES[i - 1]?.[1] ?? 0, to),
    over: to > 1,
  }));
  return [...bounded, { label: '150+', people: count(1.5, Number.POSITIVE_INFINITY), over: true }];
}

/** Null when nobody has plan credits. */
export function histogramFigure({ people, month }: Credits): Html | null {
  const buckets = utilisationBuckets(people);
  const all = buckets.reduce((sum, bucket) => sum + bucket.people, 0);
  if (all === 0) return null;
  return histogramChart({
    id: 'utilisation',
    title: `People by share of their plan credits used in ${monthName(month)}`,
    description: `Of ${grouped(all)} people, ${buckets.map((b) => `${grouped(b.people)} used ${b.label} percent`).join(', ')}.`,
    buckets,
  });
}

/** One day of a burn-down: plan credits are what was used without the overage; `left` is at the end of the day. */
export type BurndownDay = { readonly date: string; readonly used: bigint; readonly left: bigint };

export type Burndown = {
  readonly row: CreditsRow;
  readonly days: readonly BurndownDay[];
  readonly end: { readonly expected: bigint; readonly low: bigint; readonly high: bigint } | null;
};

const atLeastNothing = (value: bigint): bigint => (value > 0n ? value : 0n);

/**
 * What is expected to be left in the profile at the end of the month: each person's own credits less their own forecast,
 * since credits are not shared; the range of the profile's forecast moves it up and down.
 */
function endOf(row: CreditsRow, people: readonly CreditsPerson[], now: bigint): Burndown['end'] {
  if (row.forecast === null) return null;
  const leftOf = ({ planCredits, forecast, used }: CreditsPerson): bigint =>
    atLeastNothing((planCredits ?? 0n) - (forecast?.expected ?? used));
  const sum = people.filter((p) => p.profile === row.name).reduce((total, p) => total + leftOf(p), 0n);
  // Nothing comes back: where reports and allowances disagree, what is left now is the most that can be left.
  const expected = sum > now ? now : sum;
  const most = expected + (row.forecast.expected - row.forecast.low);
  return { expected, low: atLeastNothing(expected - (row.forecast.high - row.forecast.expected)), high: most > now ? now : most };
}

/** Profiles that a report draws at most, those with most plan credits first. */
const MOST_BURNDOWNS = 8;

/** The burn-downs of the profiles that have plan credits and usage. */
export function burndowns({ profiles, profileDays, people }: Credits): readonly Burndown[] {
  const daysOf = new Map(profileDays.map(({ profile, days }) => [profile, days]));
  return profiles
    .filter((row) => row.planCredits > 0n && (daysOf.get(row.name)?.length ?? 0) > 0)
    .toSorted((a, b) => (a.planCredits === b.planCredits ? 0 : a.planCredits < b.planCredits ? 1 : -1))
    .slice(0, MOST_BURNDOWNS)
    .map((row) => {
      let left = row.planCredits;
      const days = (daysOf.get(row.name) ?? []).map(({ date, used, overageCredits }) => {
        left -= used - overageCredits;
        return { date, used: used - overageCredits, left: atLeastNothing(left) };
      });
      return { row, days, end: endOf(row, people, atLeastNothing(left)) };
    });
}

export function burndownFigure({ row, days, end }: Burndown, month: string, id: string): Html {
  const last = days.at(-1);
  return burndownChart({
    id,
    title: `Plan credits left in profile ${row.name}`,
    description: `${rounded(last?.left ?? row.planCredits)} of ${rounded(row.planCredits)} are left${last === undefined ? '' : ` after ${last.date}`}.${end === null ? '' : ` About ${estimate(end.expected)} are expected to be left at the end of the month.`}`,
    plan: floatOf(row.planCredits),
    left: days.map((day) => floatOf(day.left)),
    daysInMonth: daysInMonth(month),
    end: end === null ? null : { expected: floatOf(end.expected), low: floatOf(end.low), high: floatOf(end.high) },
  });
}

/** Null without anybody to compare. */
export function moversFigure({ movers }: Credits): Html | null {
  if (movers.length === 0) return null;
  return changeChart({
    id: 'movers',
    title: 'People whose use changed most',
    description: `The same days of the month before against this month. First: ${movers.map((m) => `${m.userName ?? m.userId} ${signed(m.now - m.before)}`)[0]} credits.`,
    changes: movers.map((m) => ({
      name: m.userName ?? m.userId,
      before: floatOf(m.before),
      now: floatOf(m.now),
      text: signed(m.now - m.before),
    })),
  });
}

/** Tiers in the colours of the mix: the first ones by name, the others (spellings that no catalogue has) together. */
export function mixTiers({ tiers }: Credits): readonly { readonly name: string; readonly rows: readonly CreditsRow[] }[] {
  const own = tiers.length <= MIX_PARTS ? tiers : tiers.slice(0, MIX_PARTS - 1);
  const rest = tiers.slice(own.length);
  return [
    ...own.map((row) => ({ name: row.name, rows: [row] })),
    ...(rest.length === 0 ? [] : [{ name: `${rest.length} others`, rows: rest }]),
  ];
}

/** How the tiers weigh in seats, cost and use; null without tiers. */
export function mixFigure(credits: Credits): Html | null {
  const { totals, files } = credits;
  const tiers = mixTiers(credits);
  if (tiers.length === 0) return null;
  const parts = (of: (row: CreditsRow) => number): readonly number[] =>
    tiers.map(({ rows }) => rows.reduce((sum, row) => sum + of(row), 0));
  const seats: readonly Mix[] =
    totals.seats === null ? [] : [{ name: 'Seats', total: grouped(totals.seats), parts: parts((row) => row.seats ?? 0) }];
  const cost: readonly Mix[] =
    totals.cost === null ? [] : [{ name: 'Cost', total: dollars(totals.cost), parts: parts((row) => row.cost ?? 0) }];
  const used: readonly Mix[] =
    files === null ? [] : [{ name: 'Credits used', total: rounded(totals.used), parts: parts((row) => floatOf(row.used)) }];
  const mixes = [...seats, ...cost, ...used];
  return mixChart({
    id: 'tiers-mix',
    title: 'How tiers weigh in seats, cost and use',
    description: `Shares of ${tiers.map(({ name }) => name).join(', ')} in ${mixes.map(({ name }) => name.toLowerCase()).join(', ')}; the table by tier has the numbers.`,
    mixes,
  });
}
