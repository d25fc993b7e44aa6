import type { Credits, CreditsPerson, CreditsSum } from '../model/credits.ts';
import { type Cents, usd } from '../model/money.ts';
import { decimal } from '../usage/amount.ts';
import { visibleJson } from './escape.ts';

/** A JSON document in which a bigint is an exact amount of credits. */
type Value = string | number | boolean | null | bigint | readonly Value[] | { readonly [name: string]: Value };

/** Indented JSON. Credits are written with all their digits, which `JSON.stringify` of a float could not keep. */
function write(value: Value, indent: string): string {
  if (typeof value === 'bigint') return decimal(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item: Value) => write(item, inner))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${write(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return items.length === 0 ? `${open}${close}` : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}

function dollarsOf(amount: Cents | null): number | null {
  return amount === null ? null : usd(amount);
}

function sum(row: CreditsSum): { readonly [name: string]: Value } {
  const { seats, people, planCredits, used, overageCredits } = row;
  return { seats, people, planCredits, used, overageCredits, overageUsd: usd(row.overage), costUsd: dollarsOf(row.cost) };
}

function person(p: CreditsPerson): Value {
  return {
    userId: p.userId,
    userName: p.userName,
    profile: p.profile,
    tier: p.tier,
    usageTier: p.usageTier,
    used: p.used,
    planCredits: p.planCredits,
    utilisation: p.utilisation,
    overageCredits: p.overageCredits,
    overageUsd: dollarsOf(p.overage),
    monthlyUsd: dollarsOf(p.monthly),
    activeDays: p.activeDays,
    lastActive: p.lastActive,
    idleDays: p.idleDays,
    state: p.state,
    forecast: p.forecast,
    advice: p.advice,
    assignment: p.assignment,
    costCenter: p.costCenter,
    since: p.since,
    why: p.why,
  };
}

/** The report as `kirosync.credits/v1`. Credits are exact decimals, every `…Usd` a number of dollars. */
export function creditsJson(credits: Credits): string {
  const rows = (list: Credits['tiers']): Value => list.map((row) => ({ name: row.name, ...sum(row) }));
  const document: Value = {
    format: 'kirosync.credits/v1',
    month: credits.month,
    throughDate: credits.throughDate,
    closed: credits.closed,
    idleAfterDays: credits.idleAfterDays,
    files: credits.files,
    rows: credits.rows,
    rejected: credits.rejected,
    totals: sum(credits.totals),
    people: credits.people.map(person),
    tiers: rows(credits.tiers),
    profiles: rows(credits.profiles),
    assignments: rows(credits.assignments),
    costCenters: rows(credits.costCenters),
    days: credits.days.map(({ date, people, used, overageCredits }) => ({ date, people, used, overageCredits })),
    mismatches: credits.mismatches,
    budgets: credits.budgets.map(({ name, profile, costCenter, monthly, cost, over }) => ({
      name,
      profile,
      costCenter,
      monthlyUsd: usd(monthly),
      costUsd: dollarsOf(cost),
      over,
    })),
    notes: credits.notes,
  };
  return `${visibleJson(write(document, ''))}\n`;
}
