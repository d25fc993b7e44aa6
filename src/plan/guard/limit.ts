import type { EffectiveLimits, Limits } from '../../model/limits.ts';

const DEFAULTS: EffectiveLimits = {
  removals: { percent: 25, count: 50, from: 10 },
  moves: { percent: 30, from: 10 },
  increase: { percent: 25, usd: 500, from: 1000 },
};

function overlay(weak: EffectiveLimits, strong: Limits, pick: (weak: number, strong: number) => number): EffectiveLimits {
  const one = (base: number, wish: number | undefined) => (wish === undefined ? base : pick(base, wish));
  return {
    removals: {
      percent: one(weak.removals.percent, strong.removals?.percent),
      count: one(weak.removals.count, strong.removals?.count),
      from: one(weak.removals.from, strong.removals?.from),
    },
    moves: { percent: one(weak.moves.percent, strong.moves?.percent), from: one(weak.moves.from, strong.moves?.from) },
    increase: {
      percent: one(weak.increase.percent, strong.increase?.percent),
      usd: one(weak.increase.usd, strong.increase?.usd),
      from: one(weak.increase.from, strong.increase?.from),
    },
  };
}

/** Defaults, replaced by the operator's words, then tightened (never loosened) by each Policy. */
export function effectiveLimits(operator: Limits, policies: readonly Limits[]): EffectiveLimits {
  const set = overlay(DEFAULTS, operator, (_, wish) => wish);
  return policies.reduce<EffectiveLimits>((limits, policy) => overlay(limits, policy, Math.min), set);
}
