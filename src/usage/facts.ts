import type { Credit, FileCount, RejectedRow, RowCount } from '../model/credits.ts';
import type { Day, Month } from '../model/day.ts';
import type { Tier } from '../model/tier.ts';

/** What the reports say of one person in one (account, Region). `userId` is bare (see `bareUserId`). */
export type UsagePerson = {
  readonly account: string;
  readonly region: string;
  readonly userId: string;
  /** Sums over the month asked for. */
  readonly used: Credit;
  readonly overageCredits: Credit;
  readonly activeDays: number;
  /** Over everything read. */
  readonly lastActive: Day;
  /** Subscription_Tier as written in the latest row of the month, null without a row in it. */
  readonly monthTier: string | null;
  /** Subscription_Tier as written in the latest row of all. */
  readonly latestTier: string;
  /** Credits of the whole months before the one asked for, oldest first: those of `Facts.pastMonths`, 0 without a row. */
  readonly pastUsed: readonly Credit[];
  /** Credits of each day from `Facts.historyFrom` to `Facts.historyThrough`, 0 without a row. Rounded to a float: for forecasts, never for sums. */
  readonly daily: ArrayLike<number>;
};

/** What the reports say of one day of the month in one (account, Region). */
export type UsageDay = {
  readonly account: string;
  readonly region: string;
  readonly date: Day;
  readonly people: number;
  readonly used: Credit;
  readonly overageCredits: Credit;
};

/** Days of one (account, Region) that used rows speak of, whoever's they are. */
export type PlaceDays = {
  readonly account: string;
  readonly region: string;
  /** First and last day of a used row, over everything read. */
  readonly from: Day;
  readonly through: Day;
  /** Those of `Facts.pastMonths` and `Facts.month`: working days (Monday to Friday) without any row. */
  readonly months: readonly { readonly month: Month; readonly missing: number }[];
};

/** Kiro's per-client reports, reconciled. Lists are sorted; `from` and `through` span the used rows, null without any. */
export type Facts = {
  readonly month: Month;
  readonly from: Day | null;
  readonly through: Day | null;
  readonly rows: RowCount;
  readonly files: FileCount;
  /** The first rejected rows and files, at most 20, in the order of file and line; refused files without rows are named too. */
  readonly rejected: readonly RejectedRow[];
  readonly people: readonly UsagePerson[];
  readonly days: readonly UsageDay[];
  /** Months before `month` in or before which some row lies, oldest first, at most `PAST_MONTHS`. Whether they are whole: `places`. */
  readonly pastMonths: readonly Month[];
  /** Every place with a used row, sorted. */
  readonly places: readonly PlaceDays[];
  /** What `daily` spans: from the first day of the oldest past month (else of `month`) to the last used row of `month` or before. Null without rows. */
  readonly historyFrom: Day | null;
  readonly historyThrough: Day | null;
  /** True when some of it came from S3, where only report objects are listed: `files` then says nothing of others there. */
  readonly fromS3?: boolean;
};

/** How many months before the one asked for are read: what advice, forecast and "idle" look back to. */
export const PAST_MONTHS = 3;

const UUID = /^(?:[0-9a-f]{10}-)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/**
 * The id that usage and directory share: a UserId without the `d-xxxxxxxxxx.` that reports may put before it, and
 * without the ten digits that older identity stores put before the UUID. Anything that is no UUID stays as it is.
 */
export function bareUserId(id: string): string {
  const local = id.trim().replace(/^d-[0-9a-zA-Z]{10}\./, '');
  return UUID.exec(local)?.[1]?.toLowerCase() ?? local;
}

/** `PRO_PLUS`, `ProPlus`, `Kiro Pro+`, `pro-plus` → `proplus`: the spellings of one tier over reports, console and YAML. */
function tierKey(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('+', 'plus')
    .replace(/[_\-\s]/g, '')
    .replace(/^kiro/, '');
}

/** The tier that a report's text names, by its name or label; null when the catalogue has none (never guessed). */
export function tierOf(text: string, tiers: ReadonlyMap<string, Tier>): Tier | null {
  const key = tierKey(text);
  if (key === '') return null;
  for (const tier of tiers.values()) if (tierKey(tier.name) === key) return tier;
  for (const tier of tiers.values()) if (tierKey(tier.label) === key) return tier;
  return null;
}

/** The (account, Region) of a profile as one text, for maps and for usage that belongs to no profile. */
export function placeOf(at: { readonly account: string; readonly region: string }): string {
  return `${at.account}/${at.region}`;
}
