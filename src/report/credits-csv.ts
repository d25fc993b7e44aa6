import { stringify } from 'csv-stringify/sync';
import type { Credit, Credits, CreditsPerson } from '../model/credits.ts';
import { type Cents, usd } from '../model/money.ts';
import { decimal } from '../usage/amount.ts';
import { visible } from './escape.ts';

/** The columns, in order; they are documented for users and only ever added to. */
export const CREDITS_COLUMNS = [
  'month',
  'profile',
  'user_id',
  'user_name',
  'tier',
  'usage_tier',
  'state',
  'assignment',
  'cost_center',
  'since',
  'last_active',
  'active_days',
  'used',
  'plan_credits',
  'utilisation',
  'overage_credits',
  'overage_usd',
  'monthly_usd',
  'why',
  'desired_tier',
  'forecast_expected',
  'forecast_low',
  'forecast_high',
  'advice_tier',
  'advice_saving_usd',
  'cost_usd',
  'cost_per_credit_usd',
] as const;

function money(amount: Cents | null): string {
  return amount === null ? '' : usd(amount).toFixed(2);
}

function amount(credits: Credit | undefined): string {
  return credits === undefined ? '' : decimal(credits);
}

function record(p: CreditsPerson, month: string): Readonly<Record<(typeof CREDITS_COLUMNS)[number], string>> {
  return {
    month,
    profile: visible(p.profile),
    user_id: visible(p.userId),
    user_name: visible(p.userName ?? ''),
    tier: visible(p.tier ?? ''),
    usage_tier: visible(p.usageTier ?? ''),
    state: p.state,
    assignment: visible(p.assignment),
    cost_center: visible(p.costCenter),
    since: p.since ?? '',
    last_active: p.lastActive ?? '',
    active_days: String(p.activeDays),
    used: decimal(p.used),
    plan_credits: p.planCredits === null ? '' : decimal(p.planCredits),
    utilisation: p.utilisation === null ? '' : String(p.utilisation),
    overage_credits: decimal(p.overageCredits),
    overage_usd: money(p.overage),
    monthly_usd: money(p.monthly),
    why: visible(p.why),
    desired_tier: visible(p.desired ?? ''),
    forecast_expected: amount(p.forecast?.expected),
    forecast_low: amount(p.forecast?.low),
    forecast_high: amount(p.forecast?.high),
    advice_tier: visible(p.advice?.tier ?? ''),
    advice_saving_usd: money(p.advice?.monthlySaving ?? null),
    cost_usd: money(p.cost),
    cost_per_credit_usd: p.costPerCredit === null ? '' : p.costPerCredit.toFixed(6),
  };
}

/**
 * One row per person, profile and month, RFC 4180. Names are somebody else's text: a cell that a spreadsheet would
 * take for a formula gets an apostrophe before it.
 */
export function creditsCsv(credits: Credits): string {
  const rows = credits.people.map((person) => record(person, credits.month));
  return stringify(rows, { header: true, columns: [...CREDITS_COLUMNS], escape_formulas: true, record_delimiter: '\n' });
}
