/** Money is USD in whole cents; only the edges turn it into dollars. */
export type Cents = number;

/** Dollars as a user writes them, to whole cents. */
export function cents(usd: number): Cents {
  return Math.round(usd * 100);
}

/** A JSON number of dollars. */
export function usd(amount: Cents): number {
  return amount / 100;
}

/** `$1,234.50`, `-$20.00`. */
export function dollars(amount: Cents): string {
  const whole = Math.trunc(Math.abs(amount) / 100).toString();
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = String(Math.abs(amount) % 100).padStart(2, '0');
  return `${amount < 0 ? '-' : ''}$${grouped}.${rest}`;
}

/** `+$20.00`, `-$20.00`, `$0.00`. */
export function signedDollars(amount: Cents): string {
  return amount > 0 ? `+${dollars(amount)}` : dollars(amount);
}
