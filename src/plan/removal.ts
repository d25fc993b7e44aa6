import { addDays, addHours, dayOf, startOf, windowOpens } from '../model/day.ts';
import { membershipKey } from '../model/key.ts';
import type { LiveMembership } from '../model/live.ts';
import type { Change, Held } from '../model/plan.ts';
import { type Seat, seatKey } from '../model/seat.ts';
import { looksLike } from '../resolve/look-alike.ts';
import { type Board, managesAssignments, type SeatState, seatOf, userName } from './board.ts';

/** A reason why a removal waits, and until when; null means: until somebody does something. */
type Hold = { readonly reason: string; readonly until: Date | null };

/** Why the seat goes, for people. */
function cause(b: Board, state: SeatState, userId: string): string {
  const { profile } = state.seat;
  const other = b.desired.get(seatKey(profile, userId));
  if (other !== undefined) return `moves to ${other.tier} (${other.why})`;
  const denied = b.resolution.denied.get(seatKey(profile, userId));
  if (denied !== undefined) return denied;
  const elsewhere = b.desiredOf.get(userId)?.[0];
  if (elsewhere !== undefined) return `moves to profile ${elsewhere.profile} (${elsewhere.why})`;
  return `no assignment grants a seat in ${profile}`;
}

/**
 * From when a seat group is surely subscribed. What the console attached was given its tier in the same step; an assignment
 * that may be ours gives nobody a seat, so only `confirmed` tells, and of it no more than the day. Null: not known yet.
 */
function subscribed(b: Board, state: SeatState): Date | null {
  if (!managesAssignments(b, state)) return new Date(0);
  return state.seat.confirmed === null ? null : startOf(addDays(state.seat.confirmed, 1));
}

/** How long the old membership has to stay beside one replacement: until Kiro has surely seen the new one. */
function overlap(b: Board, replacement: Seat, madeNow: ReadonlySet<string>): Hold | null {
  const state = seatOf(b, replacement.profile, replacement.tier);
  const wait = `until the new seat in ${replacement.group} is ${b.operator.overlapHours} h old`;
  if (state === null || !state.attached)
    return {
      reason: `overlap: group ${replacement.group} is not attached to the Kiro application of ${replacement.profile} yet`,
      until: null,
    };
  const since = subscribed(b, state);
  if (since === null)
    return { reason: `overlap: nobody has confirmed yet that ${replacement.group} is on its tier in the Kiro console`, until: null };
  const membership = state.members.get(replacement.userId);
  if (membership === undefined) {
    if (!madeNow.has(membershipKey(state.name, replacement.user)))
      return { reason: `overlap: the new seat in ${replacement.group} is held itself`, until: null };
    return b.operator.overlapHours === 0 ? null : { reason: `overlap: ${wait}`, until: addHours(b.now, b.operator.overlapHours) };
  }
  if (membership.createdAt === null)
    return { reason: `overlap: the directory does not say when the seat in ${replacement.group} was made`, until: null };
  const made = new Date(membership.createdAt);
  const ends = addHours(made < since ? since : made, b.operator.overlapHours);
  if (ends <= b.now) return null;
  const why = made < since ? `until ${b.operator.overlapHours} h after the day on which ${replacement.group} was confirmed` : wait;
  return { reason: `overlap: ${why}`, until: ends };
}

/** A move holds the old seat until one replacement, in this profile or (failing that) another, has settled. */
function moveHold(b: Board, state: SeatState, userId: string, madeNow: ReadonlySet<string>): Hold | null {
  const here = b.desired.get(seatKey(state.seat.profile, userId));
  const replacements = here === undefined ? (b.desiredOf.get(userId) ?? []) : [here];
  const holds = replacements.map((replacement) => overlap(b, replacement, madeNow));
  if (holds.length === 0 || holds.includes(null)) return null;
  return holds.reduce((soonest, hold) => (later(soonest, hold) ? hold : soonest)) ?? null;
}

/** True when `a` ends after `b`; a hold without a date ends last. */
function later(a: Hold | null, b: Hold | null): boolean {
  const end = (hold: Hold | null) => (hold === null ? 0 : (hold.until?.getTime() ?? Number.POSITIVE_INFINITY));
  return end(a) > end(b);
}

function policyHold(b: Board, state: SeatState, userId: string): Hold | null {
  const { removals, profile } = state.seat;
  if (removals === 'never') return { reason: `removals: never for ${profile}/${state.seat.tier}`, until: null };
  const opens = startOf(windowOpens(b.resolution.today));
  const enabled = b.resolution.people.get(userId)?.enabled !== false;
  if (removals === 'month-end' && enabled && b.now < opens) return { reason: 'removals: month-end', until: opens };
  return null;
}

/** A month-end removal whose other holds end outside a window waits for the next one. */
function windowed(b: Board, state: SeatState, userId: string, last: Hold): Hold {
  const enabled = b.resolution.people.get(userId)?.enabled !== false;
  if (last.until === null || state.seat.removals !== 'month-end' || !enabled) return last;
  const opens = startOf(windowOpens(dayOf(last.until)));
  return last.until < opens ? { reason: 'removals: month-end', until: opens } : last;
}

function standingHolds(b: Board, state: SeatState, userId: string): readonly Hold[] {
  const { profile } = state.seat;
  const trouble = b.profiles.get(profile)?.trouble ?? state.trouble;
  const person = b.resolution.people.get(userId);
  // Whoever is left without any seat may be among those whom the hold's profile grants one and nobody can see.
  const granted = b.desiredOf.has(userId);
  const applies = b.resolution.removalHolds.filter(
    (hold) =>
      (hold.profile === null || hold.profile === profile || !granted) &&
      (hold.looksLike === null || (person !== undefined && looksLike(person, hold.looksLike))),
  );
  const name = b.resolution.protectedUsers.get(userId);
  return [
    ...(trouble === null ? [] : [{ reason: trouble, until: null }]),
    ...applies.map((hold) => ({ reason: hold.reason, until: null })),
    ...(name === undefined ? [] : [{ reason: `${name} is protected`, until: null }]),
  ];
}

/**
 * The end of one membership that nothing wants any more: a change, or the hold that ends last.
 * `madeNow` are the membership keys that this plan creates.
 */
export function removal(
  b: Board,
  state: SeatState & { readonly group: { readonly id: string } },
  membership: LiveMembership,
  madeNow: ReadonlySet<string>,
): { readonly change: Change } | { readonly held: Held } {
  const { userId } = membership;
  const user = userName(b, userId);
  const key = membershipKey(state.name, user);
  const { profile } = state.seat;
  const holds = [...standingHolds(b, state, userId), policyHold(b, state, userId), moveHold(b, state, userId, madeNow)].filter(
    (hold) => hold !== null,
  );
  const reason = cause(b, state, userId);
  const [first, ...others] = holds;
  if (first !== undefined) {
    const last = windowed(
      b,
      state,
      userId,
      others.reduce((latest, hold) => (later(hold, latest) ? hold : latest), first),
    );
    return {
      held: { key, action: 'delete', profile, userId, reason: `${reason}; ${last.reason}`, until: last.until?.toISOString() ?? null },
    };
  }
  const ids = { groupId: state.group.id, userId, membershipId: membership.id };
  return { change: { action: 'delete', kind: 'membership', key, reason, profile, group: state.name, user, ...ids } };
}
