import type { Advice, Credit, Forecast } from '../model/credits.ts';
import type { Cents } from '../model/money.ts';
import type { Tier } from '../model/tier.ts';
import { cheapest, costOf, type Need, sumOfCents } from './tier-cost.ts';

/** Fewer closed months say too little. */
export const FEWEST_MONTHS = 2;

/**
 * Each month has to save at least 5 dollars and 5 % of what the held tier cost in it. Use near a break-even lies now on
 * one side of it and now on the other: without a margin in every month, advice would follow the noise.
 */
const LEAST_SAVING: Cents = 500;
const LEAST_PERCENT = 5;

/** A tier that is worth moving to, with what both cost in each month. */
export type Choice = {
  readonly tier: Tier;
  readonly heldCosts: readonly Cents[];
  readonly costs: readonly Cents[];
  /** A month's mean. */
  readonly saving: Cents;
};

/** What the held tier cost in each month: it always has a price. */
function heldCosts(need: Need): readonly Cents[] {
  return costOf(need.held, need) ?? [];
}

function isWorthIt(before: Cents, after: Cents): boolean {
  const saving = before - after;
  return saving >= LEAST_SAVING && saving * 100 >= before * LEAST_PERCENT;
}

/**
 * The tier that costs least over the months, if every single month says that it is worth the move. Null: stay, either
 * because nothing is cheaper or because the months do not agree.
 */
export function choice(tiers: readonly Tier[], need: Need): Choice | null {
  const best = cheapest(tiers, need);
  if (best === null || best.tier.name === need.held.name || need.months.length < FEWEST_MONTHS) return null;
  const before = heldCosts(need);
  if (!before.every((cost, i) => isWorthIt(cost, best.costs[i] ?? cost))) return null;
  const saving = Math.round((sumOfCents(before) - sumOfCents(best.costs)) / before.length);
  return { tier: best.tier, heldCosts: before, costs: best.costs, saving };
}

/** True when the tier is the cheaper one at this use of one month. */
function pays(tier: Tier, need: Need, used: Credit): boolean {
  const month: Need = { ...need, months: [used] };
  const cost = costOf(tier, month)?.[0];
  const held = costOf(need.held, month)?.[0];
  return cost !== undefined && held !== undefined && cost < held;
}

/** True when the current month speaks against a tier wherever in its range it ends. */
export function isContradicted(tier: Tier, need: Need, forecast: Forecast | null): boolean {
  return forecast !== null && !pays(tier, need, forecast.low) && !pays(tier, need, forecast.high);
}

/**
 * high: three closed months agree, and the use expected of this month asks for no higher tier (or the month is closed) ·
 * medium: two months, or it does, or the move would not pay at that use · low: both.
 */
export function confidenceOf(tier: Tier, tiers: readonly Tier[], need: Need, forecast: Forecast | null): Advice['confidence'] {
  const few = need.months.length <= FEWEST_MONTHS;
  const asksForMore = (used: Credit) => (cheapest(tiers, { ...need, months: [used] })?.tier.rank ?? 0) > tier.rank;
  const doubtful = forecast !== null && (!pays(tier, need, forecast.expected) || asksForMore(forecast.expected));
  if (few && doubtful) return 'low';
  return few || doubtful ? 'medium' : 'high';
}
