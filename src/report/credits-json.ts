import type { Advice, Credits, CreditsDay, CreditsPerson, CreditsSum, Forecast } from '../model/credits.ts';
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

function forecast(of: Forecast | null): Value {
  return of === null ? null : { expected: of.expected, low: of.low, high: of.high };
}

function advice(of: Advice | null): Value {
  if (of === null) return null;
  const { tier, from, monthlySaving, effective, confidence, months, reason, blockedBy } = of;
  return { tier, from, monthlySavingUsd: usd(monthlySaving), effective, confidence, months, reason, blockedBy };
}

function sum(row: CreditsSum): { readonly [name: string]: Value } {
  const { seats, desired, people, planCredits, used, overageCredits, utilisation } = row;
  return {
    seats,
    desired,
    people,
    planCredits,
    used,
    utilisation,
    overageCredits,
    overageUsd: usd(row.overage),
    costUsd: dollarsOf(row.cost),
    costPerCreditUsd: row.costPerCredit,
    forecast: forecast(row.forecast),
  };
}

function days(list: readonly CreditsDay[]): Value {
  return list.map(({ date, people, used, overageCredits }) => ({ date, people, used, overageCredits }));
}

function person(p: CreditsPerson): Value {
  return {
    userId: p.userId,
    userName: p.userName,
    profile: p.profile,
    tier: p.tier,
    desired: p.desired,
    usageTier: p.usageTier,
    used: p.used,
    planCredits: p.planCredits,
    utilisation: p.utilisation,
    overageCredits: p.overageCredits,
    overageUsd: dollarsOf(p.overage),
    monthlyUsd: dollarsOf(p.monthly),
    costUsd: dollarsOf(p.cost),
    costPerCreditUsd: p.costPerCredit,
    activeDays: p.activeDays,
    lastActive: p.lastActive,
    idleDays: p.idleDays,
    state: p.state,
    forecast: forecast(p.forecast),
    advice: advice(p.advice),
    assignment: p.assignment,
    costCenter: p.costCenter,
    since: p.since,
    why: p.why,
  };
}

/** What needs a look: changes of use, what does not fit together, budgets. */
function attention({ movers, mismatches, budgets }: Credits): { readonly [name: string]: Value } {
  return {
    movers: movers.map(({ userId, userName, profile, before, now }) => ({ userId, userName, profile, before, now })),
    mismatches: mismatches.map(({ kind, userId, userName, profile, tier, usageTier, recognised, date, cost, text }) => ({
      kind,
      userId,
      userName,
      profile,
      tier,
      usageTier,
      recognised,
      date,
      costUsd: dollarsOf(cost),
      text,
    })),
    budgets: budgets.map((b) => ({
      name: b.name,
      profile: b.profile,
      costCenter: b.costCenter,
      monthlyUsd: usd(b.monthly),
      committedUsd: dollarsOf(b.committed),
      costUsd: dollarsOf(b.cost),
      forecastUsd: dollarsOf(b.forecast),
      exceededOn: b.exceededOn,
      over: b.over,
    })),
  };
}

/** The report as `kirosync.credits/v1`. Credits are exact decimals, every `…Usd` a number of dollars. */
export function creditsJson(credits: Credits): string {
  const rows = (list: Credits['tiers']): Value => list.map((row) => ({ name: row.name, ...sum(row) }));
  const { month, throughDate, closed, idleAfterDays, files, rows: counted, rejected, notes } = credits;
  const document: Value = {
    format: 'kirosync.credits/v1',
    month,
    throughDate,
    closed,
    idleAfterDays,
    files,
    rows: counted,
    rejected: rejected.map(({ file, line, reason }) => ({ file, line, reason })),
    totals: sum(credits.totals),
    people: credits.people.map(person),
    tiers: rows(credits.tiers),
    profiles: rows(credits.profiles),
    assignments: rows(credits.assignments),
    costCenters: rows(credits.costCenters),
    days: days(credits.days),
    profileDays: credits.profileDays.map((own) => ({ profile: own.profile, days: days(own.days) })),
    outlook: credits.outlook.map(({ date, expected, low, high }) => ({ date, expected, low, high })),
    ...attention(credits),
    notes,
  };
  return `${visibleJson(write(document, ''))}\n`;
}
