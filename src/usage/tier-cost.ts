import type { Credit } from '../model/credits.ts';
import type { Cents } from '../model/money.ts';
import type { Tier } from '../model/tier.ts';
import { creditOf, priceOf } from './amount.ts';

/**
 * What a person used in whole months on the tier `held`. Where overage is off nobody gets beyond the plan credits, so
 * use above those of `held` does not exist, whatever the profile's declaration and the reports say of each other.
 */
export type Need = { readonly held: Tier; readonly overage: boolean; readonly months: readonly Credit[] };

/** Use from which, without overage, demand may have been cut off: 95 % of the plan credits. */
const LIMIT_PERCENT = 95n;

/** True when so much was used of a tier's plan credits that more may have been wanted. */
export function isAtLimit(tier: Tier, used: Credit): boolean {
  return used * 100n >= creditOf(tier.credits) * LIMIT_PERCENT;
}

/**
 * List price and overage of each month on a tier. Null where the tier would cut the person off: overage is off, and the
 * tier has fewer credits than the one held, of which a month took 95 % or more. No price is invented for what nobody
 * could use.
 */
export function costOf(tier: Tier, need: Need): readonly Cents[] | null {
  const { held, overage, months } = need;
  if (overage) return months.map((used) => tier.monthly + overageOf(tier, used));
  if (tier.credits < held.credits && months.some((used) => isAtLimit(tier, used))) return null;
  return months.map(() => tier.monthly);
}

function overageOf(tier: Tier, used: Credit): Cents {
  const beyond = used - creditOf(tier.credits);
  return beyond > 0n ? priceOf(beyond, tier.overageUsd) : 0;
}

export function sumOfCents(amounts: readonly Cents[]): Cents {
  return amounts.reduce((sum, one) => sum + one, 0);
}

/**
 * The tier of the least list price and overage over the months; among equals the one held, then the lowest rank.
 * Null where every tier would cut the person off.
 */
export function cheapest(tiers: readonly Tier[], need: Need): { readonly tier: Tier; readonly costs: readonly Cents[] } | null {
  const priced = tiers.flatMap((tier) => {
    const costs = costOf(tier, need);
    return costs === null ? [] : [{ tier, costs, total: sumOfCents(costs) }];
  });
  const prefer = (tier: Tier): number => (tier.name === need.held.name ? Number.NEGATIVE_INFINITY : tier.rank);
  const [best] = priced.sort((a, b) => a.total - b.total || prefer(a.tier) - prefer(b.tier));
  return best === undefined ? null : { tier: best.tier, costs: best.costs };
}
