import type { DemoSeat } from './seat.ts';

/** How somebody of the demo uses Kiro. Credits are those of a month with 21 working days, before chance. */
export type Habit = {
  readonly monthly: number;
  /** How much more, or less, this month than in the ones before. */
  readonly now: number;
  /** The last day with use, so many days ago; 0: still at it. Null: never any use. */
  readonly quietFor: number | null;
  /** What the reports call the tier. */
  readonly written: (typeof WRITTEN)[DemoSeat['tier']];
};

const WRITTEN = { pro: 'PRO', 'pro-plus': 'PRO_PLUS', 'pro-max': 'PRO_MAX', power: 'POWER' } as const satisfies Record<
  DemoSeat['tier'],
  string
>;

/** What most people do with a seat, by tier: 35 to 80 percent of what is included. */
const USUAL = { pro: 560, 'pro-plus': 1_450, 'pro-max': 3_300, power: 7_900 } as const satisfies Record<DemoSeat['tier'], number>;

/** Those whose use tells something: see docs/credits.md for what the report makes of each. */
const SPECIAL: Readonly<Record<string, Partial<Habit>>> = {
  // Beyond what Pro includes: Pro+ costs less than Pro with overage, for the second Power does, and no tier between.
  'dana@example.com': { monthly: 2_900 },
  'dev13@example.com': { monthly: 9_000 },
  // Began this month to use much more: what closed months show is no reason to advise a tier yet.
  'dev02@example.com': { monthly: 700, now: 8 },
  // A higher tier than is needed.
  'dev35@example.com': { monthly: 380 },
  'juniper.archway@example.com': { monthly: 520 },
  'basil.cobble@example.com': { monthly: 640 },
  // A team that grew into its budget.
  'dev14@example.com': { monthly: 2_400, now: 2.4 },
  'dev15@example.com': { monthly: 1_300, now: 4 },
  // Nobody uses these two seats: one no longer, the other never.
  'dev17@example.com': { quietFor: 41 },
  'dev18@example.com': { quietFor: null },
  // Somebody subscribed this person directly in the Kiro console, at another tier than that of the group.
  'dev19@example.com': { written: 'PRO_PLUS', monthly: 1_700 },
  // Overage where the profile declares it off.
  'fatima@example.com': { monthly: 2_200 },
};

/** The habit of somebody with a seat. `chance` in [0, 1) tells ordinary people apart. */
export function habitOf(seat: DemoSeat, chance: number): Habit {
  const usual = USUAL[seat.tier] * (0.65 + 0.75 * chance);
  return { monthly: usual, now: 1, quietFor: 0, written: WRITTEN[seat.tier], ...SPECIAL[seat.userName] };
}
