import type { Configuration, Profile } from '../model/configuration.ts';
import type { Live } from '../model/live.ts';
import { type Resolution, seatKey } from '../model/seat.ts';
import { bareUserId, type Facts, placeOf } from './facts.ts';
import type { Known } from './person.ts';
import { NONE, roster, wantedSeats } from './roster.ts';

/** What is known of people, as `credits` is given it. */
export type KnownInput = {
  readonly configuration: Configuration;
  readonly facts: Facts | null;
  readonly live: Live | null;
  readonly resolution: Resolution | null;
};

/** A seat that the configuration wants: one a person and profile, as `roster` counts the live ones. */
export type DesiredSeat = {
  readonly userId: string;
  readonly profile: string;
  readonly tier: string;
  readonly assignment: string;
  readonly costCenter: string;
};

/** Live seats and usage joined by (profile, bare user id). Usage without a seat counts if it lies in the month. */
export function knownPeople(input: KnownInput): readonly Known[] {
  const { configuration, facts, live, resolution } = input;
  const byPlace = new Map(configuration.profiles.map((profile) => [placeOf(profile), profile]));
  const byName = new Map(configuration.profiles.map((profile) => [profile.name, profile]));
  const nameAt = (at: { readonly account: string; readonly region: string }): string => byPlace.get(placeOf(at))?.name ?? placeOf(at);
  const seats = live === null || resolution === null ? [] : roster(configuration, live, resolution);
  const wanted = resolution === null ? null : wantedSeats(resolution);
  const desired = new Map((desiredSeats(input) ?? []).map((seat) => [seatKey(seat.profile, seat.userId), seat.tier]));
  const userNames = new Map((live?.users ?? []).map((user) => [bareUserId(user.id), user.userName]));
  const usage = new Map((facts?.people ?? []).map((person) => [seatKey(nameAt(person), person.userId), person]));
  const known = new Map<string, Known>();
  const add = (key: string, one: Omit<Known, 'wanted' | 'desired' | 'overage'>): void => {
    const profile: Profile | undefined = byName.get(one.profile);
    known.set(key, { ...one, wanted: wanted?.get(key) ?? null, desired: desired.get(key) ?? null, overage: profile?.overage ?? null });
  };
  for (const seat of seats) {
    const key = seatKey(seat.profile, seat.userId);
    const { userId, userName, profile } = seat;
    add(key, { userId, userName, profile, seat, usage: usage.get(key) ?? null });
  }
  for (const [key, person] of usage) {
    if (known.has(key) || person.activeDays === 0) continue;
    const { userId } = person;
    add(key, { userId, userName: userNames.get(userId) ?? null, profile: nameAt(person), seat: null, usage: person });
  }
  return [...known.values()];
}

/**
 * The seats that the configuration wants, external ones included, the highest tier of each person in a profile: what
 * the live seats become once everything is applied. Assignment and cost center are the managed seat's. Null without a
 * resolution.
 */
export function desiredSeats({ configuration, resolution }: KnownInput): readonly DesiredSeat[] | null {
  if (resolution === null) return null;
  const managed = wantedSeats(resolution);
  const best = new Map<string, DesiredSeat>();
  const rank = (tier: string): number => configuration.tiers.get(tier)?.rank ?? 0;
  for (const seat of resolution.seats) {
    const userId = bareUserId(seat.userId);
    const key = seatKey(seat.profile, userId);
    const held = best.get(key);
    if (held !== undefined && rank(held.tier) >= rank(seat.tier)) continue;
    const assignment = managed.get(key)?.assignment;
    best.set(key, {
      userId,
      profile: seat.profile,
      tier: seat.tier,
      assignment: assignment?.name ?? NONE,
      costCenter: assignment?.costCenter ?? NONE,
    });
  }
  return [...best.values()];
}
