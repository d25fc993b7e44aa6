import type { Configuration, Profile } from '../model/configuration.ts';
import type { Live } from '../model/live.ts';
import type { Tier } from '../model/tier.ts';
import { names } from '../resolve/names.ts';
import { speaksOf } from './evidence.ts';
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

/** Each person's highest seat in a profile, by bare user id. */
function seatsOf(
  profile: Profile,
  configuration: Configuration,
  live: Live,
): ReadonlyMap<string, { readonly tier: Tier; readonly since: string | null }> {
  const find = names([], live.groups);
  const tierOfGroup = new Map(
    profile.seats.flatMap((seat) => {
      const group = find.group(seat.group)?.found;
      const tier = configuration.tiers.get(seat.tier);
      return group === undefined || tier === undefined ? [] : [[group.id, tier] as const];
    }),
  );
  const seats = new Map<string, { tier: Tier; since: string | null }>();
  for (const { groupId, userId, createdAt } of live.memberships) {
    const tier = tierOfGroup.get(groupId);
    const known = seats.get(bareUserId(userId));
    if (tier !== undefined && (known === undefined || tier.rank > known.tier.rank))
      seats.set(bareUserId(userId), { tier, since: createdAt });
  }
  return seats;
}

/**
 * Profile name → user id → tier of the catalogue, from each person's latest row. With live state the ids are the
 * directory's own, and rows too old to speak of the seat held now are left out. Unrecognised tiers are left out as
 * well: nothing may be concluded from them.
 */
export function usageTiers(
  facts: Facts,
  configuration: Configuration,
  live: Live | null,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const ids = new Map((live?.users ?? []).map((user) => [bareUserId(user.id), user.id]));
  return new Map(
    configuration.profiles.map((profile) => {
      const seats = live === null ? new Map() : seatsOf(profile, configuration, live);
      const tiers = facts.people.flatMap((person) => {
        if (placeOf(person) !== placeOf(profile) || person.latestTier === '') return [];
        const tier = tierOf(person.latestTier, configuration.tiers);
        const seat = seats.get(person.userId);
        if (tier === null || (seat !== undefined && !speaksOf({ day: person.lastActive, tier }, seat))) return [];
        return [[ids.get(person.userId) ?? person.userId, tier.name] as const];
      });
      return [profile.name, new Map(tiers)];
    }),
  );
}
