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
  readonly usageTier: string | null;
  readonly used: Credit;
  readonly planCredits: Credit | null;
  /** used / planCredits, four decimals. */
  readonly utilisation: number | null;
  readonly overageCredits: Credit;
  readonly overage: Cents | null;
  readonly monthly: Cents | null;
  readonly activeDays: number;
  readonly lastActive: Day | null;
  readonly idleDays: number | null;
  readonly state: PersonState;
  /** Null in this version. */
  readonly forecast: null;
  /** Null in this version. */
  readonly advice: null;
  readonly assignment: string;
  readonly costCenter: string;
  readonly since: string | null;
  readonly why: string;
};

/** A sum over people. `seats` and `cost` are null without live state. */
export type CreditsSum = {
  readonly seats: number | null;
  readonly people: number;
  readonly planCredits: Credit;
  readonly used: Credit;
  readonly overageCredits: Credit;
  readonly overage: Cents;
  /** List price of the seats plus overage. */
  readonly cost: Cents | null;
};

export type CreditsRow = CreditsSum & { readonly name: string };

export type CreditsDay = { readonly date: Day; readonly people: number; readonly used: Credit; readonly overageCredits: Credit };

/** A seat whose tier differs from the tier of the person's latest report row. */
export type Mismatch = {
  readonly userId: string;
  readonly userName: string | null;
  readonly profile: string;
  readonly tier: string;
  readonly usageTier: string;
  /** False when the catalogue has no such tier. */
  readonly recognised: boolean;
  readonly date: Day;
};

/** A budget against list price of seats plus overage of the month so far; `cost` is null without live state. */
export type BudgetState = {
  readonly name: string;
  readonly profile: string | null;
  readonly costCenter: string | null;
  readonly monthly: Cents;
  readonly cost: Cents | null;
  readonly over: boolean | null;
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
  readonly mismatches: readonly Mismatch[];
  readonly budgets: readonly BudgetState[];
  /** What is missing or needs care, full sentences. */
  readonly notes: readonly string[];
};
