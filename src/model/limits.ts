/** Limits of the guards, as settings and Policies write them. Absent means: the weaker layer decides. */
export type Limits = {
  readonly removals?: { readonly percent?: number; readonly count?: number; readonly from?: number };
  readonly moves?: { readonly percent?: number; readonly from?: number };
  readonly increase?: { readonly percent?: number; readonly usd?: number; readonly from?: number };
};

/**
 * Limits in force. `removals` and `moves`: more than `percent` % of a profile's people from `from` people up,
 * and more than `count` people over all profiles. `increase`: more than `percent` % and more than `usd`
 * dollars of monthly run-rate, from a live run-rate of `from` dollars up.
 */
export type EffectiveLimits = {
  readonly removals: { readonly percent: number; readonly count: number; readonly from: number };
  readonly moves: { readonly percent: number; readonly from: number };
  readonly increase: { readonly percent: number; readonly usd: number; readonly from: number };
};
