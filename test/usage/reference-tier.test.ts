import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choice } from '../../src/usage/advice-choice.ts';
import { BASE, configuration } from '../support/world.ts';

/*
 * The tier choice again, in the plainest way: price every tier for every month, take the cheapest, and stay unless each
 * month by itself is worth the move. All in BigInt, in thousandths of a cent: no digit is lost before cents are rounded.
 */

const ONE = 10n ** 18n;
type Plain = { readonly name: string; readonly usd: bigint; readonly credits: bigint };
const TIERS: readonly Plain[] = [
  { name: 'pro', usd: 20n, credits: 1_000n },
  { name: 'pro-plus', usd: 40n, credits: 2_000n },
  { name: 'pro-max', usd: 100n, credits: 5_000n },
  { name: 'power', usd: 200n, credits: 10_000n },
];

/** Cents of one month: price, and four cents for each credit beyond the plan, rounded half up as a whole. */
function bill(tier: Plain, used: bigint): bigint {
  const beyond = used > tier.credits * ONE ? used - tier.credits * ONE : 0n;
  return tier.usd * 100n + (beyond * 4n * 2n + ONE) / (2n * ONE);
}

function plainly(held: string, overage: boolean, months: readonly bigint[]): { readonly tier: string; readonly saving: number } | null {
  const now = TIERS.find((tier) => tier.name === held);
  if (now === undefined || months.length < 2) return null;
  // Without overage a tier can be had only if every month stayed under 95 % of its credits, or it has at least as many as now.
  const possible = TIERS.filter(
    (tier) => overage || tier.credits >= now.credits || months.every((used) => used * 20n < tier.credits * ONE * 19n),
  );
  const of = (tier: Plain): readonly bigint[] => months.map((used) => (overage ? bill(tier, used) : tier.usd * 100n));
  const total = (tier: Plain): bigint => of(tier).reduce((sum, one) => sum + one, 0n);
  let best = now;
  for (const tier of possible) if (total(tier) < total(best)) best = tier;
  if (best === now) return null;
  const [before, after] = [of(now), of(best)];
  const worth = before.every((cents, i) => {
    const saved = cents - (after[i] ?? cents);
    return saved >= 500n && saved * 20n >= cents;
  });
  const mean = Number(total(now) - total(best)) / months.length;
  return worth ? { tier: best.name, saving: Math.round(mean) } : null;
}

const { tiers } = configuration(BASE);
const tierNamed = (name: string) => {
  const tier = tiers.get(name);
  if (tier === undefined) throw new Error(name);
  return tier;
};

const EDGES = [
  0n,
  500n,
  900n,
  949n,
  950n,
  1_000n,
  1_125n,
  1_500n,
  1_625n,
  1_900n,
  2_000n,
  3_500n,
  4_750n,
  5_000n,
  7_500n,
  9_500n,
  10_000n,
  20_000n,
];
const month = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt(0n, 14_000n * 100n).map((n) => (n * ONE) / 100n) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...EDGES), fc.bigInt(-2n, 2n)).map(([n, off]) => (n === 0n ? 0n : n * ONE + off)) },
);
/** Months alike, as people's are: otherwise hardly any history agrees. */
const history = fc.oneof(
  fc.array(month, { minLength: 0, maxLength: 3 }),
  fc.tuple(month, fc.integer({ min: 2, max: 3 })).map(([used, count]) => Array.from({ length: count }, (_, i) => used + BigInt(i) * ONE)),
);

test('the advised tier and its saving are those of pricing every tier for every month', () => {
  let moved = 0;
  fc.assert(
    fc.property(fc.constantFrom(...TIERS.map(({ name }) => name)), fc.boolean(), history, (held, overage, months) => {
      const made = choice([...tiers.values()], { held: tierNamed(held), overage, months });
      const expected = plainly(held, overage, months);
      if (expected !== null) moved += 1;
      expect(made === null ? null : { tier: made.tier.name, saving: made.saving }).toEqual(expected);
    }),
    { numRuns: 800, seed: 48 },
  );
  expect(moved).toBeGreaterThan(80);
});
