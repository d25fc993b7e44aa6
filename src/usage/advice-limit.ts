import type { Budget, Configuration, Expectation } from '../model/configuration.ts';
import type { Live } from '../model/live.ts';
import type { Cents } from '../model/money.ts';
import { type Resolution, type Seat, seatKey } from '../model/seat.ts';
import type { Tier } from '../model/tier.ts';
import { names } from '../resolve/names.ts';

/** One person's seat, moved. `userId` is the directory's. */
export type Move = { readonly userId: string; readonly profile: string; readonly from: Tier; readonly to: Tier };

/**
 * What the policy's tests and budgets say of moves, one after the other: `refuses` judges one on top of all that were
 * taken before. The words are those of the guards `expectation-failed` and `over-budget`, which judge the merged result.
 */
export type PolicyLimits = { readonly refuses: (move: Move) => boolean; readonly take: (move: Move) => void };

type Counter = { readonly profile: string | null; readonly tier: string; readonly most: number; count: number };

type Spend = { readonly budget: Budget; amount: Cents };

function inScope(scope: string | null, profile: string): boolean {
  return scope === null || scope === profile;
}

/** People an expectation names: a user, or the members of a group. Null where the group is not there to look into. */
function peopleOf(expectation: Expectation, live: Live, find: ReturnType<typeof names>): ReadonlySet<string> | null {
  if (expectation.user !== null) {
    const id = find.user(expectation.user)?.found.id;
    return new Set(id === undefined ? [] : [id]);
  }
  const group = expectation.group === null ? undefined : find.group(expectation.group)?.found.id;
  if (group === undefined) return null;
  return new Set(live.memberships.filter((one) => one.groupId === group).map((one) => one.userId));
}

/** Moves that an expectation of single people or a group forbids. */
function personRules(configuration: Configuration, live: Live): readonly ((move: Move) => boolean)[] {
  const find = names(live.users, live.groups);
  return configuration.expectations.flatMap((expectation) => {
    if (expectation.user === null && expectation.group === null) return [];
    const people = peopleOf(expectation, live, find);
    const { profile, tier, never } = expectation;
    const concerns = (move: Move) => inScope(profile, move.profile) && (people?.has(move.userId) ?? true);
    if (never !== null) return [(move: Move) => concerns(move) && move.to.name === never];
    return [(move: Move) => concerns(move) && move.from.name === tier];
  });
}

function counters(configuration: Configuration, seats: readonly Seat[]): readonly Counter[] {
  return configuration.expectations.flatMap(({ user, group, profile, tier, maxSeats }) => {
    // Without a tier every seat counts, and a move makes no new one.
    if (user !== null || group !== null || tier === null || maxSeats === null) return [];
    const counted = seats.filter((seat) => inScope(profile, seat.profile) && seat.tier === tier);
    return [{ profile, tier, most: maxSeats, count: new Set(counted.map((seat) => seatKey(seat.profile, seat.userId))).size }];
  });
}

/** Committed money of each budget: every seat at the dearer of what it is and what is wanted, so that nothing pending is forgotten. */
function spends(configuration: Configuration, live: Live, resolution: Resolution): readonly Spend[] {
  if (configuration.budgets.length === 0) return [];
  const price = (tier: string): Cents => configuration.tiers.get(tier)?.monthly ?? 0;
  const most = new Map<string, { profile: string; amount: Cents; costCenter: string | null }>();
  const count = (profile: string, userId: string, tier: string, costCenter: string | null) => {
    const key = seatKey(profile, userId);
    const known = most.get(key);
    most.set(key, { profile, amount: Math.max(known?.amount ?? 0, price(tier)), costCenter: costCenter ?? known?.costCenter ?? null });
  };
  for (const seat of resolution.seats) count(seat.profile, seat.userId, seat.tier, seat.assignment?.costCenter ?? null);
  const find = names([], live.groups).group;
  for (const seat of configuration.profiles.flatMap((profile) => profile.seats)) {
    const id = find(seat.group)?.found.id;
    for (const one of id === undefined ? [] : live.memberships.filter(({ groupId }) => groupId === id))
      count(seat.profile, one.userId, seat.tier, null);
  }
  return configuration.budgets.map((budget) => {
    const mine = [...most.values()].filter((one) => covers(budget, one.profile, one.costCenter));
    return { budget, amount: mine.reduce((sum, one) => sum + one.amount, 0) };
  });
}

function covers({ profile, costCenter }: Budget, inProfile: string, ofCostCenter: string | null): boolean {
  return inScope(profile, inProfile) && (costCenter === null || costCenter === ofCostCenter);
}

/** Reads the policy's expectations and budgets once for many moves. */
export function policyLimits(configuration: Configuration, live: Live, resolution: Resolution): PolicyLimits {
  const rules = personRules(configuration, live);
  const counts = counters(configuration, resolution.seats);
  const money = spends(configuration, live, resolution);
  const managed = resolution.seats.filter((seat) => !seat.external);
  const centers = new Map(managed.map((seat) => [seatKey(seat.profile, seat.userId), seat.assignment?.costCenter ?? null]));
  const raised = ({ budget }: Spend, { userId, profile, from, to }: Move): Cents =>
    covers(budget, profile, centers.get(seatKey(profile, userId)) ?? null) ? Math.max(0, to.monthly - from.monthly) : 0;
  const change = ({ profile, tier }: Counter, move: Move): number =>
    inScope(profile, move.profile) ? Number(move.to.name === tier) - Number(move.from.name === tier) : 0;
  return {
    refuses: (move) =>
      rules.some((forbids) => forbids(move)) ||
      counts.some((counter) => change(counter, move) > 0 && counter.count + change(counter, move) > counter.most) ||
      money.some((spend) => raised(spend, move) > 0 && spend.amount + raised(spend, move) > spend.budget.monthly),
    take: (move) => {
      for (const counter of counts) counter.count += change(counter, move);
      // A downgrade frees nothing yet: the dearer seat is billed to the end of the month.
      for (const spend of money) spend.amount += raised(spend, move);
    },
  };
}
