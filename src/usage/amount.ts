import type { Credit } from '../model/credits.ts';
import type { Cents } from '../model/money.ts';

const DIGITS = 18;
const ONE = 10n ** BigInt(DIGITS);

/** Credits of a plain decimal such as `12`, `-0.5` or `1.500000000000000000`. @throws RangeError for any other text. */
export function parseCredit(text: string): Credit {
  const match = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(text);
  if (match === null) throw new RangeError(`not a decimal with at most ${DIGITS} decimals: ${text}`);
  const [, sign, whole = '0', fraction = ''] = match;
  const value = BigInt(whole) * ONE + BigInt(fraction.padEnd(DIGITS, '0'));
  return sign === '-' ? -value : value;
}

/** Credits of a catalogue number (a finite one, with few decimals): the decimal that it was written as. */
export function creditOf(value: number): Credit {
  if (Number.isInteger(value)) return BigInt(value) * ONE;
  const written = String(value);
  return parseCredit(/^-?\d+\.\d{1,18}$/.test(written) ? written : value.toFixed(DIGITS));
}

/** Credits of an estimate, to the nearest 0.01 credit. */
export function roughly(value: number): Credit {
  return BigInt(Math.round(value * 100)) * (ONE / 100n);
}

/** The exact decimal without trailing zeros: `12`, `0.1`, `1234.5`. It is also a JSON number. */
export function decimal(value: Credit): string {
  const absolute = value < 0n ? -value : value;
  const fraction = (absolute % ONE).toString().padStart(DIGITS, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${absolute / ONE}${fraction === '' ? '' : `.${fraction}`}`;
}

/** For display: two decimals, half up, thousands grouped: `1,234.50`. Kiro bills credits to two decimals. */
export function rounded(value: Credit): string {
  const hundredths = (value * 100n + ONE / 2n) / ONE;
  const whole = (hundredths / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `${whole}.${(hundredths % 100n).toString().padStart(2, '0')}`;
}

/** What so many credits cost at a price in dollars a credit, in whole cents, half up. */
export function priceOf(credits: Credit, usdPerCredit: number): number {
  const cents = credits * creditOf(usdPerCredit) * 100n;
  return Number((cents + (ONE * ONE) / 2n) / (ONE * ONE));
}

/** 10^18 units a credit, 100 cents a dollar, a millionth of a dollar: the factor from cents a unit to micro-dollars a credit. */
const MICRO = 10n ** 22n;

/** Dollars a credit, six decimals, half up; null without cost or use. */
export function costPerCredit(cost: Cents | null, used: Credit): number | null {
  return cost === null || used === 0n ? null : Number((BigInt(cost) * MICRO + used / 2n) / used) / 1_000_000;
}

/** used / plan with four decimals (cut, not rounded, so that 1 means "reached"); null without a plan. */
export function ratio(used: Credit, plan: Credit | null): number | null {
  return plan === null || plan <= 0n ? null : Number((used * 10_000n) / plan) / 10_000;
}
