import { TIERS } from '../data/tiers.ts';
import { type Diagnostic, error, warning } from '../model/diagnostic.ts';
import { listPrice } from '../model/list-price.ts';
import { cents, dollars } from '../model/money.ts';
import type { Place } from '../model/place.ts';
import { quote } from '../model/quote.ts';
import type { Tier } from '../model/tier.ts';
import type { Draft } from './draft.ts';
import { by, grouped } from './order.ts';
import type { TierDocument } from './schema.gen.ts';

/** What an overage credit costs where a Tier document of a new tier does not say: the same on every paid tier (Kiro pricing, 2026). */
const OVERAGE_USD = 0.04;

export type Catalogue = { readonly tiers: ReadonlyMap<string, Tier>; readonly diagnostics: readonly Diagnostic[] };

/** The built-in tiers, overridden and extended by Tier documents, by name. Ranks must differ: the higher one wins. */
export function catalogue(documents: readonly Draft<TierDocument>[]): Catalogue {
  const built: readonly Tier[] = TIERS.map(({ monthlyUsd, ...tier }) => ({ ...tier, monthly: cents(monthlyUsd), place: null }));
  const tiers = new Map<string, Tier>(built.map((tier) => [tier.name, tier]));
  const diagnostics: Diagnostic[] = [];
  for (const { item, at } of documents) {
    const tier = extended(item, tiers.get(item.name) ?? null, at([]));
    if (tier === null) diagnostics.push(incomplete({ item, at }));
    else {
      diagnostics.push(...belowList(tier, at(['monthlyUsd'])));
      tiers.set(item.name, tier);
    }
  }
  const sorted = [...tiers.values()].sort(by((tier) => tier.name));
  return { tiers: new Map(sorted.map((tier) => [tier.name, tier])), diagnostics: [...diagnostics, ...equalRanks(sorted, documents)] };
}

function extended(raw: TierDocument, base: Tier | null, place: Tier['place']): Tier | null {
  const monthly = raw.monthlyUsd === undefined ? base?.monthly : cents(raw.monthlyUsd);
  const credits = raw.credits ?? base?.credits;
  const rank = raw.rank ?? base?.rank;
  if (monthly === undefined || credits === undefined || rank === undefined) return null;
  const overageUsd = raw.overageUsd ?? base?.overageUsd ?? OVERAGE_USD;
  return { name: raw.name, label: base?.label ?? raw.name, monthly, credits, overageUsd, rank, place };
}

function incomplete({ item, at }: Draft<TierDocument>): Diagnostic {
  const missing = (['monthlyUsd', 'credits', 'rank'] as const).filter((field) => item[field] === undefined);
  const message = `The tier ${quote(item.name)} is not built in, so its document must give ${missing.join(', ')} as well.`;
  return error('incomplete-tier', at([]), message);
}

/** A discount that no contract gives: with such a price every guard and budget that counts dollars sees next to nothing. */
function belowList(tier: Tier, place: Place): readonly Diagnostic[] {
  const list = listPrice(tier);
  if (tier.monthly * 2 >= list.monthly) return [];
  const whose =
    list.name === tier.name
      ? `its list price of ${dollars(list.monthly)}`
      : `${dollars(list.monthly)}, the list price of ${list.name}, by which its credits are judged`;
  const message = `The tier ${quote(tier.name)} is priced at ${dollars(tier.monthly)} here, less than half of ${whose}; budgets count it so, monthly-increase at list price.`;
  return [warning('price-far-below-list', place, message)];
}

function equalRanks(tiers: readonly Tier[], documents: readonly Draft<TierDocument>[]): readonly Diagnostic[] {
  return [...grouped(tiers, (tier) => String(tier.rank)).values()].flatMap((same) => {
    const names = new Set(same.map((tier) => tier.name));
    const blamed = documents.find(({ item }) => item.rank !== undefined && names.has(item.name));
    if (same.length < 2 || blamed === undefined) return [];
    const message = `The tiers ${[...names].map(quote).join(' and ')} have the same rank ${same[0]?.rank}, so neither wins; give each its own.`;
    return [error('equal-rank', blamed.at(['rank']), message)];
  });
}
