/**
 * Token buckets: 20 requests a second for each identitystore operation, 20 a second for all of sso-admin together
 * (IAM Identity Center User Guide, quotas, 2026). A bucket holds `perSecond` tokens and starts full.
 */
export type Limits = {
  /** null switches the limiter off. */
  readonly perSecond: number | null;
  /** Share, 0 to 1, of what is added to each bucket that another client of the same instance takes. */
  readonly neighbour: number;
  /** Seconds to send as Retry-After with each refusal; null sends none, as public traces of the service show. */
  readonly retryAfter: number | null;
};

export const AWS_LIMITS: Limits = { perSecond: 20, neighbour: 0, retryAfter: null };
export const NO_LIMITS: Limits = { ...AWS_LIMITS, perSecond: null };

export type Buckets = Map<string, { tokens: number; at: number }>;

/** @returns whether the bucket had a token at `now` (milliseconds), which is then gone. */
export const take = (buckets: Buckets, limits: Limits, key: string, now: number): boolean => {
  const { perSecond, neighbour } = limits;
  if (perSecond === null) return true;
  const bucket = buckets.get(key) ?? { tokens: perSecond, at: now };
  const added = (Math.max(0, now - bucket.at) / 1000) * perSecond * (1 - neighbour);
  const tokens = Math.min(perSecond, bucket.tokens + added);
  // A little slack, so that ten refills of a tenth are one whole token.
  const granted = tokens >= 1 - 1e-9;
  buckets.set(key, { tokens: granted ? tokens - 1 : tokens, at: now });
  return granted;
};
