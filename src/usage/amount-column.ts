import type { Credit } from '../model/credits.ts';

/**
 * Amounts of many rows, exact to 18 decimals: credits, then 9 decimals, then 9 more. Three small integers a row, because
 * a million big integers cost more than reading their files.
 */
export type Amounts = { readonly whole: Float64Array; readonly high: Int32Array; readonly low: Int32Array };

const BILLION = 1_000_000_000n;

export function amounts(count: number): Amounts {
  return { whole: new Float64Array(count), high: new Int32Array(count), low: new Int32Array(count) };
}

export function copyAmount(from: Amounts, at: number, to: Amounts, index: number): void {
  to.whole[index] = from.whole[at] ?? 0;
  to.high[index] = from.high[at] ?? 0;
  to.low[index] = from.low[at] ?? 0;
}

/** Splits an amount from 0 to 10^12 credits. */
export function putAmount(value: Credit, to: Amounts, index: number): void {
  to.whole[index] = Number(value / (BILLION * BILLION));
  to.high[index] = Number((value / BILLION) % BILLION);
  to.low[index] = Number(value % BILLION);
}

/** True when a row has more of one amount than of the other. */
export function isMore(one: Amounts, other: Amounts, at: number): boolean {
  for (const part of ['whole', 'high', 'low'] as const) {
    const [a, b] = [one[part][at] ?? 0, other[part][at] ?? 0];
    if (a !== b) return a > b;
  }
  return false;
}

/** As a float, for estimates. */
export function floatOf({ whole, high, low }: Amounts, at: number): number {
  return (whole[at] ?? 0) + (high[at] ?? 0) / 1e9 + (low[at] ?? 0) / 1e18;
}

const ZERO = 0x30;
const POINT = 0x2e;

/** Credits of a plain file have at most so many digits before the point: a million of them still add up exactly in a float. */
const MOST_DIGITS = 9;

const WRITTEN = /^(\d{1,9})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,2}))?$/;

/**
 * A number with an exponent, or with more than 18 decimals, then rounded half up as the SQL engine does; null for any
 * other text, and for an exponent below -18, where that engine rounds up what is nearer to 0 (1.5.5).
 */
function written(text: string): Credit | null {
  const [, whole, fraction = '', exponent = '0'] = WRITTEN.exec(text) ?? [];
  if (whole === undefined || Number(exponent) < -18) return null;
  const digits = BigInt(whole + fraction);
  const places = 18 - fraction.length + Number(exponent);
  if (places >= 0) return digits * 10n ** BigInt(places);
  const unit = 10n ** BigInt(-places);
  return (digits + unit / 2n) / unit;
}

/** Reads a number from 0 to 10^9 into a row of `to`. False, with nothing said about why, for any other text. */
export function readAmount(bytes: Buffer, start: number, end: number, to: Amounts, index: number): boolean {
  let at = start;
  let whole = 0;
  for (; at < end && bytes[at] !== POINT; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return readWritten(bytes, start, end, to, index);
    whole = whole * 10 + digit;
  }
  if (at === start || at - start > MOST_DIGITS) return false;
  if (end - at > 19) return readWritten(bytes, start, end, to, index);
  let high = 0;
  let low = 0;
  for (let place = 0; place < 18; place += 1) {
    at += 1;
    const digit = at < end ? (bytes[at] ?? 0) - ZERO : 0;
    if (digit < 0 || digit > 9) return readWritten(bytes, start, end, to, index);
    if (place < 9) high = high * 10 + digit;
    else low = low * 10 + digit;
  }
  to.whole[index] = whole;
  to.high[index] = high;
  to.low[index] = low;
  return true;
}

function readWritten(bytes: Buffer, start: number, end: number, to: Amounts, index: number): boolean {
  const value = written(bytes.toString('latin1', start, end));
  if (value === null || value >= BILLION * BILLION * BILLION) return false;
  putAmount(value, to, index);
  return true;
}

/** A sum that stays exact: floats while they are, then carried over. */
export type Sum = { whole: number; high: number; low: number; carried: Credit };

export function sum(): Sum {
  return { whole: 0, high: 0, low: 0, carried: 0n };
}

/** Below this no float of a sum has lost a digit, whatever is added next. */
const CARRY = 2 ** 52;

export function add(to: Sum, from: Amounts, at: number): void {
  to.whole += from.whole[at] ?? 0;
  to.high += from.high[at] ?? 0;
  to.low += from.low[at] ?? 0;
  if (to.whole < CARRY && to.high < CARRY && to.low < CARRY) return;
  to.carried = total(to);
  to.whole = 0;
  to.high = 0;
  to.low = 0;
}

export function total({ whole, high, low, carried }: Sum): Credit {
  return carried + (BigInt(whole) * BILLION + BigInt(high)) * BILLION + BigInt(low);
}
