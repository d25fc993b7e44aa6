import { catalogue } from '../config/catalogue.ts';
import type { Live } from '../model/live.ts';
import { bareUserId, type Facts, placeOf, tierOf } from '../usage/facts.ts';
import { writtenTiers } from '../usage/usage-tier.ts';
import type { ImportTiers } from './decide.ts';
import type { ImportProfile } from './profile.ts';

/** The built-in tier that each person's latest report row shows, by profile and the directory's own user id. */
export function importTiers(
  facts: Facts,
  profiles: readonly Pick<ImportProfile, 'name' | 'account' | 'region'>[],
  live: Live,
): ImportTiers {
  const { tiers } = catalogue([]);
  const ids = new Map(live.users.map((user) => [bareUserId(user.id), user.id]));
  const written = writtenTiers(facts);
  return new Map(
    profiles.map((profile) => {
      const shown = [...(written.get(placeOf(profile)) ?? [])].flatMap(([id, text]) => {
        const tier = tierOf(text, tiers);
        return tier === null ? [] : [[ids.get(id) ?? id, tier.name] as const];
      });
      return [profile.name, new Map(shown)];
    }),
  );
}
