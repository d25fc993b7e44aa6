/** Of a normal distribution: four of five cases lie between minus and plus this many standard deviations. */
const TENTH = 1.2815515655446004;

/** Inverse of the normal distribution (Acklam's rational approximation, error below 2e-9 relative to 1). */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p === 0.1) return -TENTH;
  if (p === 0.9) return TENTH;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r - 30.66479806614716) * r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1)
  );
}

/**
 * The quantile of an amount that is never negative, has this mean and variance, and is 0 with probability `zero`: a gamma
 * distribution beside a point at 0 (by the cube of Wilson and Hilferty).
 */
export function amountQuantile(p: number, mean: number, variance: number, zero = 0): number {
  if (mean <= 0 || p <= zero) return 0;
  const alive = 1 - zero;
  const center = mean / alive;
  const spread = Math.max(0, variance / alive - zero * center * center);
  const ninth = spread / (9 * center * center);
  const root = 1 - ninth + normalQuantile((p - zero) / alive) * Math.sqrt(ninth);
  return center * Math.max(0, root) ** 3;
}
