import { addDays, addHours } from '../model/day.ts';
import { type Diagnostic, warning } from '../model/diagnostic.ts';
import type { Change } from '../model/plan.ts';
import { seatKey } from '../model/seat.ts';
import { type Board, type SeatState, seatOf } from './board.ts';
import { type Deletion, deletions, some } from './guard/guard.ts';

/** Nobody says that the console step is at least 24 hours old: a step of yesterday may have been done in its last hour. */
function doubtful(b: Board, { seat }: SeatState): boolean {
  return seat.confirmed === null || seat.confirmed >= addDays(b.resolution.today, -1);
}

/** True when this seat is one that lets an old membership go: attached, with the person in it for the whole overlap. */
function settled(b: Board, state: SeatState, userId: string): boolean {
  const made = state.members.get(userId)?.createdAt ?? null;
  return state.attached && made !== null && addHours(new Date(made), b.operator.overlapHours) <= b.now;
}

/** The seat groups on whose console step it depends whether a removal leaves the person without a seat; empty for none. */
function replacements(b: Board, { profile, userId }: Deletion): readonly SeatState[] {
  const here = b.desired.get(seatKey(profile, userId));
  const wanted = here === undefined ? (b.desiredOf.get(userId) ?? []) : [here];
  const states = wanted.flatMap((seat) => seatOf(b, seat.profile, seat.tier) ?? []).filter((state) => settled(b, state, userId));
  return states.every((state) => doubtful(b, state)) ? states : [];
}

function words(state: SeatState, ends: readonly Deletion[]): string {
  const users = [...new Set(ends.map((end) => end.user))];
  const who = `${users.length} ${users.length === 1 ? 'person who moves' : 'people who move'} to ${state.name} (${some(users)})`;
  const old = `${ends.length === 1 ? 'the old membership' : `${ends.length} old memberships`} of ${who}: ${some(ends.map((end) => end.key))}`;
  const { confirmed } = state.seat;
  const known = confirmed === null ? 'the seat has no `confirmed`' : `\`confirmed: ${confirmed}\` tells the day and not the hour`;
  const write = confirmed === null ? ', then write `confirmed` with the day of the step at the seat' : '';
  return `This plan ends ${old}. Kiro makes a seat up to 24 h after the group was added in its console, AWS does not tell when that was, and ${known}. If it was done within the last 24 h, they may have no seat until Kiro has made the new one: apply later, or \`kirosync suspend\` the daemon for a day${write}.`;
}

/**
 * One warning for each seat group that people move to when this plan ends their old memberships, and the configuration does
 * not say that the console step is at least a day old. None where the operator wants no overlap.
 */
export function consoleStepWarnings(b: Board, changes: readonly Change[]): readonly Diagnostic[] {
  if (b.operator.overlapHours === 0) return [];
  const waits = new Map<SeatState, Deletion[]>();
  for (const end of deletions(changes)) {
    for (const state of replacements(b, end)) {
      const same = waits.get(state);
      if (same === undefined) waits.set(state, [end]);
      else same.push(end);
    }
  }
  return [...waits].map(([state, ends]) => warning('console-step-unknown', state.seat.place, words(state, ends)));
}
