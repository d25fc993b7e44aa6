import type { Cents } from './money.ts';
import type { Place } from './place.ts';

/**
 * A tier as the configuration knows it. `monthly` is the list price in cents per person and month,
 * `credits` the monthly allowance, `overageUsd` dollars per credit beyond it. `rank` orders tiers: the
 * higher one wins in a profile. `label` is what the Kiro console calls it. `place` is null for a built-in.
 */
export type Tier = {
  readonly name: string;
  readonly label: string;
  readonly monthly: Cents;
  readonly credits: number;
  readonly overageUsd: number;
  readonly rank: number;
  readonly place: Place | null;
};
