import type { Expectation } from '../../model/configuration.ts';
import { membershipKey } from '../../model/key.ts';
import type { Violation } from '../../model/plan.ts';
import { type Seat, seatKey } from '../../model/seat.ts';
import { names } from '../../resolve/names.ts';
import type { Board } from '../board.ts';
import { type Guard, some } from './guard.ts';

/** What fails in one expectation, as a sentence; null when it holds. */
type Verdict = { readonly sentence: string; readonly seats: readonly Seat[]; readonly actual?: number } | null;

function within(expectation: Expectation, seats: readonly Seat[]): readonly Seat[] {
  return seats.filter((seat) => expectation.profile === null || seat.profile === expectation.profile);
}

function neverVerdict(b: Board, expectation: Expectation, ids: readonly string[], who: string, seats: readonly Seat[]): Verdict {
  const members = new Set(ids);
  const offending = within(expectation, seats).filter((seat) => members.has(seat.userId) && seat.tier === expectation.never);
  if (offending.length === 0) return null;
  const label = b.configuration.tiers.get(expectation.never ?? '')?.label ?? expectation.never;
  return { sentence: `${who} must never have ${label}, but ${some(offending.map((seat) => seat.user))} would`, seats: offending };
}

function judge(b: Board, expectation: Expectation, seats: readonly Seat[]): Verdict {
  const find = names(b.live.users, b.live.groups);
  const mine = within(expectation, seats);
  const place = expectation.profile === null ? 'anywhere' : `in ${expectation.profile}`;
  if (expectation.group !== null) {
    const group = find.group(expectation.group)?.found;
    if (group === undefined) {
      const judged = mine.every((seat) => seat.tier !== expectation.never);
      return judged
        ? null
        : { sentence: `group ${expectation.group} does not exist in the directory, so that its members cannot be checked`, seats: [] };
    }
    const ids = b.live.memberships.filter((membership) => membership.groupId === group.id).map((membership) => membership.userId);
    return neverVerdict(b, expectation, ids, `members of ${expectation.group}`, seats);
  }
  if (expectation.user !== null) {
    const user = find.user(expectation.user)?.found;
    // Whoever is not there has no seat: a leaver must not block every plan.
    if (user === undefined)
      return expectation.never !== null ? null : { sentence: `user ${expectation.user} is not in the directory`, seats: [] };
    if (expectation.never !== null) return neverVerdict(b, expectation, [user.id], expectation.user, seats);
    const held = mine.filter((seat) => seat.userId === user.id);
    if (held.some((seat) => seat.tier === expectation.tier)) return null;
    const has = held.length === 0 ? 'would have no seat' : `would have ${held.map((seat) => seat.tier).join(' and ')}`;
    return { sentence: `${expectation.user} should have ${expectation.tier} ${place}, but ${has}`, seats: held };
  }
  const counted = new Set(
    mine.filter((seat) => expectation.tier === null || seat.tier === expectation.tier).map((seat) => seatKey(seat.profile, seat.userId)),
  );
  if (expectation.maxSeats === null || counted.size <= expectation.maxSeats) return null;
  const what = expectation.tier === null ? 'seats' : `${expectation.tier} seats`;
  return {
    sentence: `at most ${expectation.maxSeats} ${what} are expected ${place}, but there would be ${counted.size}`,
    seats: [],
    actual: counted.size,
  };
}

/** Expectations that do not hold, each with its place in the Policy. Never lifted: change the expectation by review. */
export const expectationFailed: Guard = ({ b }) => {
  // Managed and external seats side by side: neither hides the other.
  const { seats } = b.resolution;
  return b.configuration.expectations.flatMap((expectation): Violation[] => {
    const verdict = judge(b, expectation, seats);
    if (verdict === null) return [];
    const { file, line, column } = expectation.place;
    const keys = verdict.seats.map((seat) => membershipKey(seat.group, seat.user)).sort();
    return [
      {
        rule: 'expectation-failed',
        message: `${file}:${line}:${column} ${verdict.sentence}.`,
        limit: expectation.maxSeats,
        actual: verdict.actual ?? null,
        keys,
      },
    ];
  });
};
