import type { Credit, Forecast } from '../model/credits.ts';
import { type Day, dayOf, daysInMonth, daysLeft, monthOf } from '../model/day.ts';
import type { Cents } from '../model/money.ts';
import type { Tier } from '../model/tier.ts';
import { creditOf, priceOf } from './amount.ts';
import type { Facts, UsagePerson } from './facts.ts';
import type { Need } from './tier-cost.ts';

/** What an upgrade today costs and spares this month. */
export type BreakEven = {
  /** The difference of the list prices: Kiro charges an upgrade in full at once. */
  readonly charge: Cents;
  /** Overage expected in what is left of the month, less what the higher tier would not cover of it. */
  readonly spared: Cents;
  readonly pays: boolean;
};

type Ahead = {
  readonly need: Need;
  readonly to: Tier;
  readonly facts: Facts;
  readonly usage: UsagePerson | null;
  readonly forecast: Forecast | null;
  readonly now: Date;
};

/**
 * Credits used so far and expected by the end of today's month. On a report of the last closed month the current one has no
 * forecast: then as much as in the mean of the months, evenly.
 */
function monthAhead({ need, facts, usage, forecast, now }: Ahead): { readonly used: Credit; readonly expected: Credit } {
  const today: Day = dayOf(now);
  if (usage !== null && facts.month === monthOf(today)) return { used: usage.used, expected: forecast?.expected ?? usage.used };
  const expected = need.months.reduce((sum, one) => sum + one, 0n) / BigInt(Math.max(1, need.months.length));
  const length = daysInMonth(monthOf(today));
  return { used: (expected * BigInt(length - daysLeft(today))) / BigInt(length), expected };
}

function overageLeft(tier: Tier, used: Credit, expected: Credit): Cents {
  const plan = creditOf(tier.credits);
  const begins = used > plan ? used : plan;
  return expected > begins ? priceOf(expected - begins, tier.overageUsd) : 0;
}

/** Whether an upgrade pays in what is left of today's month; where it does not, it is cheaper from the next 1st on. */
export function breakEven(ahead: Ahead): BreakEven {
  const { need, to } = ahead;
  const { used, expected } = monthAhead(ahead);
  const charge = to.monthly - need.held.monthly;
  const spared = overageLeft(need.held, used, expected) - overageLeft(to, used, expected);
  return { charge, spared, pays: spared >= charge };
}
