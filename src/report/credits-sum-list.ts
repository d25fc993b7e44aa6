import type { Credits, CreditsRow, CreditsSum } from '../model/credits.ts';
import { dollars } from '../model/money.ts';
import { rounded } from '../usage/amount.ts';
import { estimate, grouped, percent, rangeText } from './credits-figure.ts';
import { type Column, moneyText, numeric } from './credits-list.ts';

/** What a report has: columns that would be empty in every row are left out. */
export type Shown = { readonly usage: boolean; readonly forecast: boolean };

export function shownOf({ files, totals }: Credits): Shown {
  return { usage: files !== null, forecast: totals.forecast !== null };
}

/** One of the sum tables; `rows` and `total` have a cell for each column. */
export type SumList = {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly total: readonly string[];
};

function sumRow(name: string, sum: CreditsSum, shown: Shown): readonly string[] {
  const optional = (value: number | null): string => (value === null ? '-' : grouped(value));
  const forecast = shown.forecast ? [estimate(sum.forecast?.expected), rangeText(sum.forecast)] : [];
  const each = sum.costPerCredit === null ? '-' : `$${sum.costPerCredit.toFixed(4)}`;
  const use = [
    rounded(sum.used),
    rounded(sum.planCredits),
    percent(sum.utilisation),
    rounded(sum.overageCredits),
    dollars(sum.overage),
    each,
  ];
  return [name, optional(sum.seats), optional(sum.desired), moneyText(sum.cost), ...(shown.usage ? [...use, ...forecast] : [])];
}

function columnsOf(name: string, shown: Shown): readonly Column[] {
  const use = ['used', 'included', 'utilisation', 'overage', 'overage cost', 'cost a credit'];
  const names = ['seats', 'desired', 'cost', ...(shown.usage ? [...use, ...(shown.forecast ? ['forecast', '80% range'] : [])] : [])];
  return [name, ...names.map(numeric)];
}

function byCost(a: CreditsRow, b: CreditsRow): number {
  return (b.cost ?? 0) - (a.cost ?? 0) || (a.used === b.used ? 0 : a.used < b.used ? 1 : -1);
}

/** By profile, tier, cost center and assignment, each with the same total; long ones the dearest first. */
export function sumLists(credits: Credits, long: number): readonly SumList[] {
  const shown = shownOf(credits);
  const kinds = [
    ['profile', credits.profiles],
    ['tier', credits.tiers],
    ['cost center', credits.costCenters],
    ['assignment', credits.assignments],
  ] as const;
  return kinds
    .filter(([, rows]) => rows.length > 0)
    .map(([name, rows]) => ({
      name,
      columns: columnsOf(name, shown),
      rows: (rows.length > long ? rows.toSorted(byCost) : rows).map((row) => sumRow(row.name, row, shown)),
      total: sumRow('total', credits.totals, shown),
    }));
}
