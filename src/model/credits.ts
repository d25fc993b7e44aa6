import type { Day, Month } from './day.ts';
import type { Cents } from './money.ts';

/**
 * An exact number of Kiro credits in units of 10^-18 credit: what `DECIMAL(38,18)` holds. Sums of it are exact, so
 * totals by person, tier, profile, assignment, cost center and day agree to the last digit.
 */
export type Credit = bigint;

/** Data rows of the per-client reports. `read` = `used` + `superseded` + `rejected`; `inMonth` of the used ones lie in the month. */
export type RowCount = {
  readonly read: number;
  readonly used: number;
  readonly superseded: number;
  readonly rejected: number;
  readonly inMonth: number;
};

/**
 * What is known of one (person, profile). active: a row within the idle days · idle: a seat whose last row is older ·
 * unconfirmed: a member for over 24 hours (or for an unknown time) without any row · new: a member for less ·
 * no-seat: rows but no seat · seat: a seat, and no usage was given to judge it · usage: rows, and no live state to judge them.
 */
export type PersonState = 'active' | 'idle' | 'unconfirmed' | 'new' | 'no-seat' | 'seat' | 'usage';

/**
 * One (person, profile). `tier` is the live seat's, null without one; `usageTier` is what the latest report row says:
 * a tier of the catalogue, or the text as written where no tier has that name. `planCredits` follows the seat's tier,
 * without a seat the usage's; null where neither is known. `overage` is `overageCredits` at the tier's price in whole
 * cents, null where the tier is unknown. `monthly` is the seat's list price. `since` is the membership's CreatedAt.
 */
export type CreditsPerson = {
  readonly userId: string;
  readonly userName: string | null;
  readonly profile: string;
  readonly tier: string | null;
  /** The tier that the configuration wants for the person there, external seats included; null without one. */
  readonly desired: string | null;
  readonly usageTier: string | null;
  readonly used: Credit;
  readonly planCredits: Credit | null;
  /** used / planCredits, four decimals. */
  readonly utilisation: number | null;
  readonly overageCredits: Credit;
  readonly overage: Cents | null;
  readonly monthly: Cents | null;
  /** List price of the seat, if there is one, plus overage; null where either is unknown, and without live state. */
  readonly cost: Cents | null;
  /** Dollars a credit used, six decimals; null without cost or use. */
  readonly costPerCredit: number | null;
  readonly activeDays: number;
  readonly lastActive: Day | null;
  readonly idleDays: number | null;
  readonly state: PersonState;
  /** Credits used by the end of the month; null without history to tell it from, and for a closed month. */
  readonly forecast: Forecast | null;
  readonly advice: Advice | null;
  readonly assignment: string;
  readonly costCenter: string;
  readonly since: string | null;
  readonly why: string;
};

/**
 * What is used in the whole month: what was used so far and what is expected of the rest of it. `low` and `high` hold the
 * month's true end in four of five cases. Never below what was used already.
 */
export type Forecast = { readonly expected: Credit; readonly low: Credit; readonly high: Credit };

/**
 * The tier that costs least at what a person used: list price and expected overage. An upgrade counts from today, or from
 * the 1st where it does not pay this month; a
 * downgrade pays from the 1st of the next month; `effective` says which day. `confidence` grows with the closed months
 * that agree.
 */
export type Advice = {
  readonly tier: string;
  /** The live seat's tier. */
  readonly from: string;
  /** Per whole month, list prices and expected overage of both tiers. */
  readonly monthlySaving: Cents;
  readonly effective: Day;
  readonly confidence: 'high' | 'medium' | 'low';
  /** Closed months that it rests on. */
  readonly months: number;
  /** A sentence with the numbers. */
  readonly reason: string;
  /** The old seat's group, where its `removals: never` keeps a downgrade from saving anything; else null. */
  readonly blockedBy: string | null;
};

/**
 * A sum over people. `seats`, `desired` and `cost` are null without live state. `desired` counts also seats of people who
 * have no line yet. `forecast` is null where nobody has one; `expected` of a table's rows add up to that of the totals,
 * `low` and `high` do not: the range of a sum is narrower than the sum of the ranges.
 */
export type CreditsSum = {
  readonly seats: number | null;
  /** Seats that the configuration wants, external ones included. */
  readonly desired: number | null;
  readonly people: number;
  readonly planCredits: Credit;
  readonly used: Credit;
  readonly overageCredits: Credit;
  readonly overage: Cents;
  /** List price of the seats plus overage. */
  readonly cost: Cents | null;
  /** used / planCredits, four decimals; null without plan credits. */
  readonly utilisation: number | null;
  /** Dollars a credit used, six decimals; null without cost or use. */
  readonly costPerCredit: number | null;
  readonly forecast: Forecast | null;
};

export type CreditsRow = CreditsSum & { readonly name: string };

export type CreditsDay = { readonly date: Day; readonly people: number; readonly used: Credit; readonly overageCredits: Credit };

/**
 * What does not fit together. tier: the latest report row shows another tier than the live seat · no-seat: usage of
 * somebody who has no seat there · two-profiles: seats in several profiles, each billed (one entry a person, `profile` is
 * the dearest) · overage-off: overage was used where the profile declares it off.
 */
export type Mismatch = {
  readonly kind: 'tier' | 'no-seat' | 'two-profiles' | 'overage-off';
  readonly userId: string;
  readonly userName: string | null;
  readonly profile: string;
  /** The live seat's. */
  readonly tier: string | null;
  /** Of the latest report row: a tier of the catalogue, or the text as written where `recognised` is false. */
  readonly usageTier: string | null;
  readonly recognised: boolean;
  /** Of the latest report row. */
  readonly date: Day | null;
  /** What it costs: a year of all seats but the dearest (two-profiles), the month's overage (overage-off); else null. */
  readonly cost: Cents | null;
  /** A sentence for people. */
  readonly text: string;
};

/**
 * A budget. `committed` is the list price of its seats, `cost` that and the overage so far, `forecast` that and the overage
 * expected by the end of the month; all null without live state. `exceededOn` is the day on which the cost passes the budget:
 * the 1st when the seats alone do, a day of the outlook, or null.
 */
export type BudgetState = {
  readonly name: string;
  readonly profile: string | null;
  readonly costCenter: string | null;
  readonly monthly: Cents;
  readonly committed: Cents | null;
  readonly cost: Cents | null;
  readonly forecast: Cents | null;
  readonly exceededOn: Day | null;
  readonly over: boolean | null;
};

/** A day that is still to come in this month: what is expected to be used on it, by everybody. */
export type OutlookDay = { readonly date: Day } & Forecast;

/** Somebody whose use changed most: the same days of the month before against this month so far. */
export type Mover = {
  readonly userId: string;
  readonly userName: string | null;
  readonly profile: string;
  readonly before: Credit;
  readonly now: Credit;
};

/** A rejected row (or file, then `line` is null), where it is and why. */
export type RejectedRow = { readonly file: string; readonly line: number | null; readonly reason: string };

/** Files under the given places: reports read, legacy reports and marker objects left alone, everything else. */
export type FileCount = { readonly reports: number; readonly legacy: number; readonly markers: number; readonly other: number };

export type Credits = {
  readonly month: Month;
  /** The last day of the month that a used row speaks of; null without any. */
  readonly throughDate: Day | null;
  /** The month is over. */
  readonly closed: boolean;
  readonly idleAfterDays: number;
  /** Null when no usage was given. */
  readonly files: FileCount | null;
  readonly rows: RowCount;
  readonly rejected: readonly RejectedRow[];
  readonly totals: CreditsSum;
  readonly people: readonly CreditsPerson[];
  readonly tiers: readonly CreditsRow[];
  readonly profiles: readonly CreditsRow[];
  readonly assignments: readonly CreditsRow[];
  readonly costCenters: readonly CreditsRow[];
  readonly days: readonly CreditsDay[];
  /** The same by profile, for each profile with usage, in its order. */
  readonly profileDays: readonly { readonly profile: string; readonly days: readonly CreditsDay[] }[];
  /** Days after `throughDate`; empty for a closed month and without a forecast. */
  readonly outlook: readonly OutlookDay[];
  /** At most ten, the largest change first. */
  readonly movers: readonly Mover[];
  readonly mismatches: readonly Mismatch[];
  readonly budgets: readonly BudgetState[];
  /** What is missing or needs care, full sentences. */
  readonly notes: readonly string[];
};
