import { PROFILE_REGIONS } from '../../data/regions.ts';
import type { Profile, SeatGroup } from '../../model/configuration.ts';
import { type Diagnostic, error, warning } from '../../model/diagnostic.ts';
import type { Place } from '../../model/place.ts';
import { quote } from '../../model/quote.ts';
import { type DidYouMean, didYouMean } from '../../model/suggest.ts';
import type { Draft } from '../draft.ts';
import { by, grouped } from '../order.ts';
import { list } from './list.ts';

/** Words of a tier's name that are looked for at the end of a group's: names of a thousand dashes must not cost time. */
const MOST_WORDS = 8;

type Located = { readonly seat: SeatGroup; readonly place: Place };

/** `unknown-region`, `unknown-tier` of seats, `one-profile-per-account-region`, `seat-group-reused`, `seat-group-of-another-tier`. */
export function profileRules(
  profiles: readonly Draft<Profile>[],
  knownTiers: ReadonlySet<string>,
  hint: DidYouMean,
): readonly Diagnostic[] {
  const seats = profiles.flatMap(({ item, at }) => item.seats.map((seat) => ({ seat, place: at(['seats', seat.tier, 'group']) })));
  const byFold = new Map([...knownTiers].map((name) => [name.toLowerCase(), name]));
  return [
    ...profiles.flatMap(region),
    ...seats.flatMap(({ seat }) => tier(seat, knownTiers, hint)),
    ...seats.flatMap((located) => anotherTier(located, byFold)),
    ...onePerAccountRegion(profiles),
    ...[...grouped(seats, ({ seat }) => seat.group).values()].flatMap(reused),
  ];
}

function region({ item, at }: Draft<Profile>): readonly Diagnostic[] {
  if (PROFILE_REGIONS.includes(item.region)) return [];
  const hint = didYouMean(item.region, PROFILE_REGIONS) || `; known are ${PROFILE_REGIONS.join(', ')}.`;
  return [warning('unknown-region', at(['region']), `${quote(item.region)} is no Region in which Kiro is known to have profiles${hint}`)];
}

function tier(seat: SeatGroup, known: ReadonlySet<string>, near: DidYouMean): readonly Diagnostic[] {
  if (known.has(seat.tier)) return [];
  const hint = near(seat.tier, known) || `; the tiers are ${list(known)}.`;
  return [error('unknown-tier', seat.place, `There is no tier ${quote(seat.tier)}${hint}`)];
}

/** What a group costs is set in the Kiro console: a seat that points at the group of another tier gives people that one. */
function anotherTier({ seat, place }: Located, byFold: ReadonlyMap<string, string>): readonly Diagnostic[] {
  const words = seat.group.toLowerCase().split('-').slice(1).slice(-MOST_WORDS);
  // The longest ending that is a tier: `kiro-pro-max` is a group of `pro-max`.
  const meant = words.flatMap((_, i) => byFold.get(words.slice(i).join('-')) ?? [])[0];
  if (meant === undefined || meant === seat.tier) return [];
  const message = `The group ${quote(seat.group)} of ${quote(`${seat.profile}/${seat.tier}`)} is named like a group of ${quote(meant)}; if that is its tier in the Kiro console, its members get ${quote(meant)} and are counted here as ${quote(seat.tier)}.`;
  return [warning('seat-group-of-another-tier', place, message)];
}

/** Kiro allows one profile for each account in each Region (Kiro enterprise concepts, 2026). */
function onePerAccountRegion(profiles: readonly Draft<Profile>[]): readonly Diagnostic[] {
  const same = grouped(profiles, ({ item }) => `${item.account} ${item.region}`);
  return [...same.values()].flatMap(([first, ...others]) =>
    others.map(({ item, at }) => {
      const message = `The profile ${quote(first?.item.name ?? '')} has account ${item.account} and Region ${item.region} too; Kiro has one profile for each.`;
      return error('one-profile-per-account-region', at(['account']), message);
    }),
  );
}

/** One group on two tiers would be billed at the dearer one; whoever owns an external group may do that. */
function reused(same: readonly Located[]): readonly Diagnostic[] {
  const ordered = [...same].sort(
    by(
      ({ seat }) => seat.profile,
      ({ seat }) => seat.tier,
    ),
  );
  const last = ordered.at(-1);
  if (last === undefined || ordered.length < 2) return [];
  const users = list(ordered.map(({ seat }) => `${seat.profile}/${seat.tier}`));
  const external = ordered.every(({ seat }) => seat.members === 'external');
  const message = `The group ${quote(last.seat.group)} is the seat group of ${users}; ${external ? 'its members are seated in each.' : 'each seat needs its own group.'}`;
  return [external ? warning('seat-group-reused', last.place, message) : error('seat-group-reused', last.place, message)];
}
