import type { Configuration } from '../model/configuration.ts';
import type { Live } from '../model/live.ts';
import { bareUserId, type Facts, placeOf, tierOf } from './facts.ts';

/** "account/Region" → bare user id → Subscription_Tier as written in the person's latest row (blank ones left out). */
export function writtenTiers(facts: Facts): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byPlace = new Map<string, Map<string, string>>();
  for (const person of facts.people) {
    const tiers = byPlace.get(placeOf(person)) ?? new Map<string, string>();
    byPlace.set(placeOf(person), tiers);
    if (person.latestTier !== '') tiers.set(person.userId, person.latestTier);
  }
  return byPlace;
}

/**
 * Profile name → user id → tier of the catalogue, from each person's latest row. With live state the ids are the
 * directory's own, else bare ones. Unrecognised tiers are left out: nothing may be concluded from them.
 */
export function usageTiers(
  facts: Facts,
  configuration: Configuration,
  live: Live | null,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const ids = new Map((live?.users ?? []).map((user) => [bareUserId(user.id), user.id]));
  const written = writtenTiers(facts);
  return new Map(
    configuration.profiles.map((profile) => {
      const tiers = [...(written.get(placeOf(profile)) ?? [])].flatMap(([id, text]) => {
        const tier = tierOf(text, configuration.tiers);
        return tier === null ? [] : [[ids.get(id) ?? id, tier.name] as const];
      });
      return [profile.name, new Map(tiers)];
    }),
  );
}
