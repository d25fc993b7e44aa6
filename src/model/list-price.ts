import { TIERS } from '../data/tiers.ts';
import { type Cents, cents } from './money.ts';
import type { Tier } from './tier.ts';

const LIST = TIERS.map(({ name, monthlyUsd, credits }) => ({ name, monthly: cents(monthlyUsd), credits })).sort(
  (a, b) => a.credits - b.credits,
);

/** The least that anybody's seat costs at list price. */
export const CHEAPEST: Cents = Math.min(...LIST.map(({ monthly }) => monthly));

/** A built-in tier by which the price of another one is judged. */
export type ListPrice = { readonly name: string; readonly monthly: Cents };

/**
 * The built-in tier whose list price a tier is judged by: the one of its name, else the one with the fewest credits that
 * are at least its own, else the one with the most. Kiro sells no others, so a seat of an invented tier is one of these.
 */
export function listPrice({ name, credits }: Pick<Tier, 'name' | 'credits'>): ListPrice {
  const found = LIST.find((one) => one.name === name) ?? LIST.find((one) => one.credits >= credits) ?? LIST.at(-1);
  if (found === undefined) throw new Error('no tier is built in');
  return found;
}
