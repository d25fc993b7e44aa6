import type { Credit, Forecast } from '../model/credits.ts';
import type { Month } from '../model/day.ts';
import { decimal, parseCredit, rounded } from '../usage/amount.ts';

const ONE = parseCredit('1');

/** `12,345`. */
export function grouped(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share as whole percent, cut (so 100% means "reached"); `-` when there is none. */
export function percent(share: number | null): string {
  return share === null ? '-' : `${grouped(Math.floor(share * 100 + 1e-9))}%`;
}

/** Credits with a sign, for changes: `+1,234.50`, `-20.00`, `0.00`. */
export function signed(value: Credit): string {
  if (value === 0n) return '0.00';
  return value < 0n ? `-${rounded(-value)}` : `+${rounded(value)}`;
}

/** Credits as a float, for geometry only: a chart has no use for eighteen decimals. */
export function floatOf(value: Credit): number {
  return Number(decimal(value));
}

/** An estimate, as exactly as one can be meant: whole credits from 100 up, two decimals below. `-` without one. */
export function estimate(value: Credit | undefined): string {
  if (value === undefined) return '-';
  const text = rounded(value);
  return value < 100n * ONE ? text : rounded(((value + ONE / 2n) / ONE) * ONE).slice(0, -3);
}

/** `11,900 to 13,050`; `-` without a forecast. */
export function rangeText(range: Pick<Forecast, 'low' | 'high'> | null): string {
  return range === null ? '-' : `${estimate(range.low)} to ${estimate(range.high)}`;
}

/** A number for the axis of a chart: `950`, `1.5k`, `20k`, `3M`. */
export function compact(value: number): string {
  const [divisor, unit] =
    value >= 1e9 ? ([1e9, 'G'] as const) : value >= 1e6 ? ([1e6, 'M'] as const) : value >= 1e3 ? ([1e3, 'k'] as const) : ([1, ''] as const);
  return `${Number((value / divisor).toPrecision(3))}${unit}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `November 2026`. */
export function monthName(month: Month): string {
  return `${MONTHS[Number(month.slice(5, 7)) - 1] ?? month} ${month.slice(0, 4)}`;
}
