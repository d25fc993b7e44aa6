import type { Credits } from '../model/credits.ts';
import { dollars } from '../model/money.ts';
import { rounded } from '../usage/amount.ts';
import { blockedText, type Digest } from './credits-digest.ts';
import { estimate, grouped, percent, rangeText } from './credits-figure.ts';
import { count } from './summary.ts';

/** A line of the summary that a lead reads first. */
export type SummaryLine = { readonly name: string; readonly text: string };

function costLines({ totals }: Credits): readonly SummaryLine[] {
  if (totals.seats === null || totals.cost === null) return [{ name: 'seats', text: 'unknown (live state was not read)' }];
  const desired = totals.desired === null || totals.desired === totals.seats ? '' : ` (${grouped(totals.desired)} desired)`;
  const price = dollars(totals.cost - totals.overage);
  return [{ name: 'seats', text: `${grouped(totals.seats)}${desired}, ${price} a month at list price` }];
}

function useLines({ totals, closed }: Credits): readonly SummaryLine[] {
  const share = totals.planCredits === 0n ? '' : ` (${(totals.used * 100n) / totals.planCredits}%)`;
  const { forecast } = totals;
  const total: readonly SummaryLine[] =
    totals.cost === null
      ? []
      : [
          {
            name: 'cost',
            text: `${dollars(totals.cost)} ${closed ? 'in the month' : 'so far'}, seats and overage${each(totals.costPerCredit)}`,
          },
        ];
  const ahead: readonly SummaryLine[] =
    closed || forecast === null
      ? []
      : [
          {
            name: 'forecast',
            text: `${estimate(forecast.expected)} credits by the end of the month, 80% range ${rangeText(forecast)}${ofPlan(forecast.expected, totals.planCredits)}`,
          },
        ];
  return [
    { name: 'credits', text: `${rounded(totals.used)} used of ${rounded(totals.planCredits)} included${share}` },
    { name: 'overage', text: `${rounded(totals.overageCredits)} credits, ${dollars(totals.overage)}` },
    ...total,
    ...ahead,
  ];
}

function each(costPerCredit: number | null): string {
  return costPerCredit === null ? '' : `, $${costPerCredit.toFixed(4)} a credit used`;
}

function ofPlan(expected: bigint, plan: bigint): string {
  return plan === 0n ? '' : ` (${percent(Number((expected * 10_000n) / plan) / 10_000)} of the included)`;
}

function actionLines(credits: Credits, digest: Digest): readonly SummaryLine[] {
  const judged = credits.files !== null && credits.totals.seats !== null;
  const { idle, unconfirmed, advised, saving, over, expected } = digest;
  const seats: readonly SummaryLine[] = [
    {
      name: 'idle',
      text: `${count(idle.people.length, 'seat', 'seats')}, ${dollars(idle.monthly)} a month; ${unconfirmed.people.length} unconfirmed, up to ${dollars(unconfirmed.monthly)}`,
    },
    {
      name: 'advice',
      text:
        advised.length === 0
          ? 'none'
          : `${count(advised.length, 'person', 'people')} in another tier would save ${dollars(saving.amount)} a month${blockedText(saving)}`,
    },
  ];
  const known = credits.budgets.some((budget) => budget.over !== null);
  const budget = `${over.length} over, ${expected.length} to be passed this month, of ${credits.budgets.length}`;
  return [...(judged ? seats : []), ...(known ? [{ name: 'budgets', text: budget }] : [])];
}

/** Seats and cost, use, overage, forecast with its range, idle cost, advised saving and budgets, as far as they are known. */
export function summaryLines(credits: Credits, digest: Digest): readonly SummaryLine[] {
  return [...costLines(credits), ...(credits.files === null ? [] : useLines(credits)), ...actionLines(credits, digest)];
}
