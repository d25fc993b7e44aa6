import type { CreditsPerson, PersonState } from '../model/credits.ts';
import { type Day, dayOf, startOf } from '../model/day.ts';
import type { Seat } from '../model/seat.ts';
import type { Tier } from '../model/tier.ts';
import { creditOf, priceOf, ratio } from './amount.ts';
import { tierOf, type UsagePerson } from './facts.ts';
import { type LiveSeat, NONE } from './roster.ts';

/** Everything known of one (person, profile) before it is judged. */
export type Known = {
  readonly userId: string;
  readonly userName: string | null;
  readonly profile: string;
  readonly seat: LiveSeat | null;
  /** The managed seat that the configuration wants for the person in the profile. */
  readonly wanted: Seat | null;
  readonly usage: UsagePerson | null;
};

/** What is the same for everybody. */
export type Standing = {
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly now: Date;
  readonly idleAfterDays: number;
  readonly hasLive: boolean;
  readonly hasFacts: boolean;
};

const DAY_MS = 86_400_000;

/** Whole days from one UTC day to another; never negative. */
function daysBetween(from: Day, to: Day): number {
  return Math.max(0, (startOf(to).getTime() - startOf(from).getTime()) / DAY_MS);
}

/** See `PersonState`. Idle and unconfirmed speak of now, whatever month was asked for. */
export function stateOf(known: Known, standing: Standing): PersonState {
  if (!standing.hasLive) return 'usage';
  if (known.seat === null) return 'no-seat';
  if (!standing.hasFacts) return 'seat';
  if (known.usage === null) {
    const { since } = known.seat;
    return since !== null && standing.now.getTime() - Date.parse(since) <= DAY_MS ? 'new' : 'unconfirmed';
  }
  return daysBetween(known.usage.lastActive, dayOf(standing.now)) >= standing.idleAfterDays ? 'idle' : 'active';
}

function whyOf(known: Known, standing: Standing): string {
  if (known.seat !== null) return known.seat.why;
  if (!standing.hasLive) return 'in the usage reports; live state was not read';
  return known.wanted === null
    ? 'in the usage reports; member of no seat group of this profile'
    : `in the usage reports; not yet seated (${known.wanted.why})`;
}

/** The line of one (person, profile). Prices: list price of the seat's tier, overage at the tier the reports show. */
export function personOf(known: Known, standing: Standing): CreditsPerson {
  const { seat, usage } = known;
  const written = usage === null ? null : (usage.monthTier ?? usage.latestTier);
  const shown = written === null ? null : tierOf(written, standing.tiers);
  const held = seat === null ? null : (standing.tiers.get(seat.tier) ?? null);
  const plan = held ?? shown;
  const used = usage?.used ?? 0n;
  const overageCredits = usage?.overageCredits ?? 0n;
  const planCredits = plan === null ? null : creditOf(plan.credits);
  const rate = (shown ?? held)?.overageUsd ?? null;
  return {
    userId: known.userId,
    userName: known.userName,
    profile: known.profile,
    tier: seat?.tier ?? null,
    usageTier: shown?.name ?? (written === '' ? null : written),
    used,
    planCredits,
    utilisation: ratio(used, planCredits),
    overageCredits,
    overage: rate === null ? (overageCredits === 0n ? 0 : null) : priceOf(overageCredits, rate),
    monthly: held?.monthly ?? null,
    activeDays: usage?.activeDays ?? 0,
    lastActive: usage?.lastActive ?? null,
    idleDays: usage === null ? null : daysBetween(usage.lastActive, dayOf(standing.now)),
    state: stateOf(known, standing),
    forecast: null,
    advice: null,
    assignment: known.wanted?.assignment?.name ?? NONE,
    costCenter: known.wanted?.assignment?.costCenter ?? NONE,
    since: seat?.since ?? null,
    why: whyOf(known, standing),
  };
}
