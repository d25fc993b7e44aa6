import type { Configuration, SeatGroup } from '../model/configuration.ts';
import type { Live } from '../model/live.ts';
import { type Resolution, seatKey } from '../model/seat.ts';
import type { Tier } from '../model/tier.ts';
import { names } from '../resolve/names.ts';
import { tierOf } from './facts.ts';
import type { Known } from './person.ts';

/** A seat that advice may speak of: the person's id in the directory, the seat group, and its tier. With an opt-out it is only counted. */
export type MovableSeat = { readonly userId: string; readonly group: SeatGroup; readonly tier: Tier; readonly optedOut: boolean };

/** Whose seats may be moved, and to which tiers of a profile. */
export type Movable = {
  /** Null where advice has to be silent. */
  readonly seatOf: (known: Known) => MovableSeat | null;
  /** Tiers with a managed seat group that exists or that kirosync may make. */
  readonly tiersOf: (profile: string) => readonly Tier[];
};

/** Every seat group of each (profile, person) with a live membership, by `seatKey` with the directory's user id. */
function heldGroups(configuration: Configuration, live: Live): ReadonlyMap<string, readonly SeatGroup[]> {
  const find = names([], live.groups).group;
  const seats = new Map<string, SeatGroup[]>();
  for (const seat of configuration.profiles.flatMap((profile) => profile.seats)) {
    const id = find(seat.group)?.found.id;
    if (id !== undefined) seats.set(id, [...(seats.get(id) ?? []), seat]);
  }
  const held = new Map<string, SeatGroup[]>();
  for (const { groupId, userId } of live.memberships) {
    for (const seat of seats.get(groupId) ?? []) {
      const key = seatKey(seat.profile, userId);
      const groups = held.get(key);
      if (groups === undefined) held.set(key, [seat]);
      else groups.push(seat);
    }
  }
  return held;
}

/** Names are compared whatever their case, and e-mails that several people share opt all of them out: silence costs less. */
function optedOut(configuration: Configuration, live: Live): ReadonlySet<string> {
  const wanted = new Set(configuration.adviceOptOut.map(({ name }) => name.toLowerCase()));
  const matches = live.users.filter((user) => [user.userName, ...user.emails].some((name) => wanted.has(name.toLowerCase())));
  return new Set(matches.map((user) => user.id));
}

/**
 * A seat may be moved when the person is in exactly one seat group of the profile, a managed one, which is what the
 * configuration wants; when the latest report row shows the same tier. Who has opted out is marked. A seat
 * from an external group, one that another change or a held removal is under way for, and one whose tier nobody
 * recognises are left alone.
 */
export function movable(configuration: Configuration, live: Live, resolution: Resolution): Movable {
  const held = heldGroups(configuration, live);
  const out = optedOut(configuration, live);
  const find = names([], live.groups).group;
  const external = new Set(resolution.seats.filter((seat) => seat.external).map((seat) => seatKey(seat.profile, seat.userId)));
  const byProfile = new Map(
    configuration.profiles.map((profile) => {
      const seats = profile.seats.filter((seat) => seat.members === 'managed' && (seat.create || find(seat.group) !== null));
      return [profile.name, seats.flatMap((seat) => configuration.tiers.get(seat.tier) ?? [])] as const;
    }),
  );
  const seatOf = ({ seat, wanted, usage, profile }: Known): MovableSeat | null => {
    if (seat === null || wanted === null || usage === null) return null;
    const key = seatKey(profile, wanted.userId);
    const [group, ...others] = held.get(key) ?? [];
    if (group === undefined || others.length > 0 || group.members !== 'managed' || external.has(key)) return null;
    const tier = configuration.tiers.get(group.tier);
    const shown = tierOf(usage.latestTier, configuration.tiers);
    if (tier === undefined || wanted.tier !== tier.name || shown?.name !== tier.name) return null;
    return { userId: wanted.userId, group, tier, optedOut: out.has(wanted.userId) };
  };
  return { seatOf, tiersOf: (profile) => byProfile.get(profile) ?? [] };
}
