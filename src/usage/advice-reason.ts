import type { Credit } from '../model/credits.ts';
import type { Day, Month } from '../model/day.ts';
import { dollars } from '../model/money.ts';
import type { Tier } from '../model/tier.ts';
import type { Choice } from './advice-choice.ts';
import { creditOf, rounded } from './amount.ts';
import type { BreakEven } from './break-even.ts';
import { type Need, sumOfCents } from './tier-cost.ts';

/** What one piece of advice rests on, for people to check. */
export type Grounds = {
  readonly need: Need;
  readonly months: readonly Month[];
  readonly choice: Choice;
  readonly effective: Day;
  /** The seat group keeps its members: `removals: never`. */
  readonly keeps: boolean;
  /** Of an upgrade; null for a downgrade. */
  readonly even: BreakEven | null;
};

function meanOf(months: readonly Credit[]): Credit {
  return months.reduce((sum, one) => sum + one, 0n) / BigInt(Math.max(1, months.length));
}

function used({ need, months }: Grounds): string {
  const [first = '', last = first] = [months[0], months.at(-1)];
  const low = need.months.reduce((least, one) => (one < least ? one : least));
  const high = need.months.reduce((most, one) => (one > most ? one : most));
  const range = low === high ? '' : ` (${rounded(low)} to ${rounded(high)})`;
  return `Used ${rounded(meanOf(need.months))} credits a month${range} in ${first} to ${last}`;
}

function mean(costs: readonly number[]): string {
  return dollars(Math.round(sumOfCents(costs) / costs.length));
}

function prices({ need, choice }: Grounds): string {
  if (need.overage)
    return `${need.held.label} with overage costs ${mean(choice.heldCosts)} a month at that use, ${choice.tier.label} ${mean(choice.costs)}.`;
  const plan = rounded(creditOf(choice.tier.credits));
  return `overage is off, and ${choice.tier.label} has ${plan} credits for ${dollars(choice.tier.monthly)} instead of ${dollars(need.held.monthly)} a month.`;
}

function boundary({ effective, keeps, even }: Grounds): string {
  if (even !== null) {
    const amounts = `would cost ${dollars(even.charge)} more this month, charged in full, and spare ${dollars(even.spared)} of overage expected in the rest of it`;
    return even.pays ? `An upgrade today (${effective}) ${amounts}.` : `An upgrade today ${amounts}: make it on ${effective}.`;
  }
  if (keeps) return 'Its seat group says `removals: never`, so the old seat stays, and nothing is saved, until that is changed.';
  return `A downgrade saves from ${effective}: this month stays charged at the higher price.`;
}

/** True for an upgrade. */
export function rises(from: Tier, to: Tier): boolean {
  return to.rank > from.rank;
}

/** Sentences with the numbers, naming nobody. */
export function reasonOf(grounds: Grounds): string {
  return `${used(grounds)}: ${prices(grounds)} ${boundary(grounds)}`;
}
