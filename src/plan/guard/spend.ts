import type { Budget } from '../../model/configuration.ts';
import { type Cents, cents, dollars, signedDollars, usd } from '../../model/money.ts';
import type { Violation } from '../../model/plan.ts';
import { seatKey } from '../../model/seat.ts';
import { price } from '../money.ts';
import type { Standing } from '../standing.ts';
import { creations, type Guard, type GuardInput } from './guard.ts';

/** Keys of this plan that raise what one person costs, and are not listed for the rule. */
function raising(
  { changes, standings, lifted }: GuardInput,
  rule: string,
): ReadonlyMap<string, { readonly key: string; readonly by: Cents }> {
  const found = new Map<string, { key: string; by: Cents }>();
  for (const change of creations(changes)) {
    const key = seatKey(change.profile, change.userId);
    const standing = standings.get(key);
    const by = standing === undefined ? 0 : price(standing.after) - price(standing.before);
    if (by > 0 && !lifted(rule, change.key)) found.set(key, { key: change.key, by });
  }
  return found;
}

function keysOf(raised: ReadonlyMap<string, { readonly key: string }>): readonly string[] {
  return [...raised.values()].map((one) => one.key).sort();
}

/** The monthly run-rate would jump. Listed keys are not counted; savings of the same plan are. */
export const monthlyIncrease: Guard = (input) => {
  const raised = raising(input, 'monthly-increase');
  const before = sum(input.standings.values(), (standing) => price(standing.before));
  const saved = sum(input.standings.values(), (standing) => Math.min(0, price(standing.after) - price(standing.before)));
  const rise = sum(raised.values(), (one) => one.by) + saved;
  const { percent, usd: most, from } = input.limits.increase;
  if (before < cents(from) || rise * 100 <= before * percent || rise <= cents(most)) return [];
  const message = `The monthly run-rate would go from ${dollars(before)} to ${dollars(before + rise)} (${signedDollars(rise)}); the limits are ${percent} % and ${dollars(cents(most))}.`;
  return [{ rule: 'monthly-increase', message, limit: most, actual: usd(rise), keys: keysOf(raised) }];
};

function sum<T>(things: Iterable<T>, amount: (thing: T) => Cents): Cents {
  let total = 0;
  for (const thing of things) total += amount(thing);
  return total;
}

function counts(budget: Budget, standing: Standing): boolean {
  if (budget.costCenter !== null && budget.costCenter !== standing.costCenter) return false;
  return budget.profile === null || budget.profile === standing.profile;
}

/** A budget is exceeded and this plan raises the spend that counts in it; a budget that stood exceeded before is not this plan's. */
export const overBudget: Guard = (input) => {
  const raised = raising(input, 'over-budget');
  return input.b.configuration.budgets.flatMap((budget): Violation[] => {
    const mine = [...input.standings].filter(([, standing]) => counts(budget, standing));
    const before = sum(mine, ([, standing]) => price(standing.before));
    const saved = sum(mine, ([, standing]) => Math.min(0, price(standing.after) - price(standing.before)));
    const after = before + saved + sum(mine, ([key]) => raised.get(key)?.by ?? 0);
    const keys = mine.flatMap(([key]) => raised.get(key)?.key ?? []).sort();
    if (after <= budget.monthly || after <= before || keys.length === 0) return [];
    const message = `Budget ${budget.name} (${budget.place.file}:${budget.place.line}) allows ${dollars(budget.monthly)} a month; this plan would raise its seats from ${dollars(before)} to ${dollars(after)}.`;
    return [{ rule: 'over-budget', message, limit: usd(budget.monthly), actual: usd(after), keys }];
  });
};

/** Under `duplicates: deny`, this plan would seat somebody in a second profile, which is billed twice. */
export const duplicateBilling: Guard = ({ b, changes, standings, lifted }) => {
  if (b.configuration.organization.duplicates !== 'deny') return [];
  return creations(changes)
    .filter((change) => standings.get(seatKey(change.profile, change.userId))?.before === null && !lifted('duplicate-billing', change.key))
    .flatMap((change): Violation[] => {
      const others = [...b.profiles.keys()].filter(
        (profile) => profile !== change.profile && (standings.get(seatKey(profile, change.userId))?.wanted ?? null) !== null,
      );
      if (others.length === 0) return [];
      const message = `${change.user} would hold seats in ${[change.profile, ...others].join(' and ')} and be billed for each; the organization says \`duplicates: deny\`.`;
      return [{ rule: 'duplicate-billing', message, limit: 1, actual: 1 + others.length, keys: [change.key] }];
    });
};
