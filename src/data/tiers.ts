/**
 * The built-in tier catalogue: US list prices without tax, as published by Kiro between 2026-08-30 and 2026-09-24
 * (Pro Max was added on 2026-06-11). Overage costs 0.04 USD a credit on every paid tier. A `Tier` document in the
 * repository overrides or extends it.
 */
export const TIERS = [
  { name: 'pro', label: 'Kiro Pro', monthlyUsd: 20, credits: 1_000, overageUsd: 0.04, rank: 10 },
  { name: 'pro-plus', label: 'Kiro Pro+', monthlyUsd: 40, credits: 2_000, overageUsd: 0.04, rank: 20 },
  { name: 'pro-max', label: 'Kiro Pro Max', monthlyUsd: 100, credits: 5_000, overageUsd: 0.04, rank: 30 },
  { name: 'power', label: 'Kiro Power', monthlyUsd: 200, credits: 10_000, overageUsd: 0.04, rank: 40 },
] as const;
