import type { Configuration, SeatGroup } from '../model/configuration.ts';
import type { Live, LiveMembership } from '../model/live.ts';
import { type Resolution, type Seat, seatKey } from '../model/seat.ts';
import { names } from '../resolve/names.ts';
import { bareUserId } from './facts.ts';

/** Of whatever has none: a seat no assignment asked for, an assignment without a cost center. */
export const NONE = '(none)';

/** A live seat: the membership of the highest tier that one person has in a profile. `userId` is bare. */
export type LiveSeat = {
  readonly userId: string;
  readonly userName: string | null;
  readonly profile: string;
  readonly tier: string;
  readonly since: string | null;
  readonly why: string;
};

/** What the configuration says of one (person, profile): the assignment whose seat it is (design: the managed one). */
export function wantedSeats(resolution: Resolution): ReadonlyMap<string, Seat> {
  const managed = resolution.seats.filter((seat) => !seat.external);
  return new Map(managed.map((seat) => [seatKey(seat.profile, bareUserId(seat.userId)), seat]));
}

function byPerson(resolution: Resolution): ReadonlyMap<string, readonly Seat[]> {
  const found = new Map<string, Seat[]>();
  for (const seat of resolution.seats) {
    const key = seatKey(seat.profile, seat.userId);
    const seats = found.get(key);
    if (seats === undefined) found.set(key, [seat]);
    else seats.push(seat);
  }
  return found;
}

function why(seat: SeatGroup, userId: string, own: readonly Seat[], resolution: Resolution): string {
  const same = own.find((s) => s.group === seat.group && s.tier === seat.tier);
  if (same !== undefined) return same.why;
  const wanted = own.find((s) => !s.external);
  if (wanted !== undefined) return `in ${seat.group}; the configuration wants ${wanted.tier} (${wanted.why})`;
  const denied = resolution.denied.get(seatKey(seat.profile, userId));
  return denied === undefined ? `in ${seat.group}; no assignment grants it` : `in ${seat.group}; ${denied}`;
}

/**
 * Who holds which seat now: members of every seat group that exists, managed or external. Somebody in two groups of a
 * profile holds the higher tier, since Kiro bills that one (Kiro enterprise billing documentation, 2026).
 */
export function roster(configuration: Configuration, live: Live, resolution: Resolution): readonly LiveSeat[] {
  const group = names([], live.groups).group;
  const byGroup = new Map<string, LiveMembership[]>();
  for (const membership of live.memberships) {
    const members = byGroup.get(membership.groupId);
    if (members === undefined) byGroup.set(membership.groupId, [membership]);
    else members.push(membership);
  }
  const wanted = byPerson(resolution);
  const best = new Map<string, { readonly seat: SeatGroup; readonly membership: LiveMembership }>();
  const rank = (tier: string): number => configuration.tiers.get(tier)?.rank ?? 0;
  for (const seat of configuration.profiles.flatMap((profile) => profile.seats)) {
    const found = group(seat.group)?.found;
    for (const membership of found === undefined ? [] : (byGroup.get(found.id) ?? [])) {
      const key = seatKey(seat.profile, membership.userId);
      const held = best.get(key);
      if (held === undefined || rank(seat.tier) > rank(held.seat.tier)) best.set(key, { seat, membership });
    }
  }
  return [...best.values()].map(({ seat, membership }) => ({
    userId: bareUserId(membership.userId),
    userName: resolution.people.get(membership.userId)?.userName ?? null,
    profile: seat.profile,
    tier: seat.tier,
    since: membership.createdAt,
    why: why(seat, membership.userId, wanted.get(seatKey(seat.profile, membership.userId)) ?? [], resolution),
  }));
}
