import type { Credit, CreditsPerson, PersonState } from '../model/credits.ts';
import { dayOf } from '../model/day.ts';
import type { Cents } from '../model/money.ts';
import type { Seat } from '../model/seat.ts';
import type { Tier } from '../model/tier.ts';
import { costPerCredit, creditOf, priceOf, ratio } from './amount.ts';
import { type Facts, tierOf, type UsagePerson } from './facts.ts';
import { forecastOf, type PersonForecast } from './forecast.ts';
import { daysApart } from './history.ts';
import { type LiveSeat, NONE } from './roster.ts';

/** Everything known of one (person, profile) before it is judged. */
export type Known = {
  readonly userId: string;
  readonly userName: string | null;
  readonly profile: string;
  readonly seat: LiveSeat | null;
  /** The managed seat that the configuration wants for the person in the profile. */
  readonly wanted: Seat | null;
  /** The tier that the configuration wants, external seats included. */
  readonly desired: string | null;
  /** The profile's declared overage; null for a profile that the configuration does not have. */
  readonly overage: boolean | null;
  readonly usage: UsagePerson | null;
};

/** What is the same for everybody. */
export type Standing = {
  readonly tiers: ReadonlyMap<string, Tier>;
  /** The instant that idle, new and unconfirmed speak of: now, in a closed month its last. */
  readonly asOf: Date;
  readonly closed: boolean;
  readonly idleAfterDays: number;
  readonly hasLive: boolean;
  readonly facts: Facts | null;
};

/** A line of the report with what sums, budgets and advice need beside it. */
export type Assessed = {
  readonly person: CreditsPerson;
  readonly known: Known;
  readonly forecast: PersonForecast | null;
  /** Dollars a credit of overage; null where the tier is unknown. */
  readonly rate: number | null;
  /** Overage credits by the end of the month; those so far without a forecast, or where overage is off. */
  readonly expectedOverage: Credit;
};

const DAY_MS = 86_400_000;

function idleDaysOf(usage: UsagePerson, { asOf }: Standing): number {
  return Math.max(0, daysApart(usage.lastActive, dayOf(asOf)));
}

/** See `PersonState`. */
export function stateOf(known: Known, standing: Standing): PersonState {
  if (!standing.hasLive) return 'usage';
  if (known.seat === null) return 'no-seat';
  if (standing.facts === null) return 'seat';
  if (known.usage === null) {
    const { since } = known.seat;
    return since !== null && standing.asOf.getTime() - Date.parse(since) <= DAY_MS ? 'new' : 'unconfirmed';
  }
  return idleDaysOf(known.usage, standing) >= standing.idleAfterDays ? 'idle' : 'active';
}

function whyOf(known: Known, standing: Standing): string {
  if (known.seat !== null) return known.seat.why;
  if (!standing.hasLive) return 'in the usage reports; live state was not read';
  return known.wanted === null
    ? 'in the usage reports; member of no seat group of this profile'
    : `in the usage reports; not yet seated (${known.wanted.why})`;
}

/** Tiers and allowance of one person: of the live seat and of the reports. */
function tiersOf({ seat, usage }: Known, { tiers }: Standing) {
  const written = usage === null ? null : (usage.monthTier ?? usage.latestTier);
  const shown = written === null ? null : tierOf(written, tiers);
  const held = seat === null ? null : (tiers.get(seat.tier) ?? null);
  const plan = held ?? shown;
  // An upgrade gives its credits at once, a downgrade takes them on the 1st: until then the larger allowance holds.
  const allowances = [held, shown].flatMap((tier) => (tier === null ? [] : [tier.credits]));
  return {
    written,
    shown,
    held,
    planCredits: plan === null ? null : creditOf(plan.credits),
    allowance: allowances.length === 0 ? null : creditOf(Math.max(...allowances)),
    rate: (shown ?? held)?.overageUsd ?? null,
  };
}

/** True where overage is declared off, and the reports do not show the contrary. */
function isOverageOff({ overage, usage }: Known): boolean {
  return overage === false && (usage?.overageCredits ?? 0n) === 0n;
}

/** Null for a closed month, without usage and without history. Where overage is off nobody gets beyond the allowance. */
function forecast(known: Known, allowance: Credit | null, { facts, closed }: Standing): PersonForecast | null {
  if (closed || known.usage === null || facts === null) return null;
  return forecastOf(known.usage, facts, { cap: isOverageOff(known) ? allowance : null });
}

/** Beyond the allowance every credit is overage; without forecast, or where overage is off, there is no more than so far. */
function expectedOverageOf(known: Known, ahead: PersonForecast | null, allowance: Credit | null): Credit {
  const { used = 0n, overageCredits = 0n } = known.usage ?? {};
  if (ahead === null || allowance === null || isOverageOff(known)) return overageCredits;
  const begins = used > allowance ? used : allowance;
  return overageCredits + (ahead.expected > begins ? ahead.expected - begins : 0n);
}

/** List price of the seat, if there is one, plus overage; null where either is unknown. */
function costOf(
  { seat, monthly, overage }: Pick<Known, 'seat'> & Pick<CreditsPerson, 'monthly' | 'overage'>,
  { hasLive }: Standing,
): Cents | null {
  const price = seat === null ? 0 : monthly;
  return !hasLive || price === null || overage === null ? null : price + overage;
}

/** The line of one (person, profile). Prices: list price of the seat's tier, overage at the tier the reports show. */
export function assess(known: Known, standing: Standing): Assessed {
  const { seat, usage } = known;
  const { written, shown, held, planCredits, allowance, rate } = tiersOf(known, standing);
  const used = usage?.used ?? 0n;
  const overageCredits = usage?.overageCredits ?? 0n;
  const ahead = forecast(known, allowance, standing);
  const overage = rate === null ? (overageCredits === 0n ? 0 : null) : priceOf(overageCredits, rate);
  const monthly = held?.monthly ?? null;
  const cost = costOf({ seat, monthly, overage }, standing);
  const person: CreditsPerson = {
    userId: known.userId,
    userName: known.userName,
    profile: known.profile,
    tier: seat?.tier ?? null,
    desired: known.desired,
    usageTier: shown?.name ?? (written === '' ? null : written),
    used,
    planCredits,
    utilisation: ratio(used, planCredits),
    overageCredits,
    overage,
    monthly,
    cost,
    costPerCredit: costPerCredit(cost, used),
    activeDays: usage?.activeDays ?? 0,
    lastActive: usage?.lastActive ?? null,
    idleDays: usage === null ? null : idleDaysOf(usage, standing),
    state: stateOf(known, standing),
    forecast: ahead === null ? null : { expected: ahead.expected, low: ahead.low, high: ahead.high },
    advice: null,
    assignment: known.wanted?.assignment?.name ?? NONE,
    costCenter: known.wanted?.assignment?.costCenter ?? NONE,
    since: seat?.since ?? null,
    why: whyOf(known, standing),
  };
  return { person, known, forecast: ahead, rate, expectedOverage: expectedOverageOf(known, ahead, allowance) };
}
