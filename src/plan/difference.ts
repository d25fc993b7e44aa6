import { applicationAssignmentKey, groupKey, type Key, membershipKey } from '../model/key.ts';
import type { Change, Held } from '../model/plan.ts';
import { type Seat, seatKey } from '../model/seat.ts';
import { type Board, managesAssignments, type SeatState, seatOf } from './board.ts';
import { removal } from './removal.ts';

/** What would be written now, and what waits. */
export type Difference = { readonly changes: readonly Change[]; readonly held: readonly Held[] };

function profileTrouble(b: Board, state: SeatState): string | null {
  return b.profiles.get(state.seat.profile)?.trouble ?? null;
}

function groupChanges(b: Board, state: SeatState): Difference {
  const { profile, group } = state.seat;
  const changes: Change[] = [];
  const held: Held[] = [];
  const trouble = profileTrouble(b, state);
  const wait = (key: string) => held.push({ key, action: 'create', profile, userId: null, reason: trouble ?? '', until: null });
  if (state.group === null && state.trouble === null && state.seat.members === 'managed') {
    const key = groupKey(group);
    if (trouble !== null) wait(key);
    else changes.push({ action: 'create', kind: 'group', key, reason: `seat group of ${profile}/${state.seat.tier}`, profile, group });
  }
  const application = b.profiles.get(profile)?.application;
  if (application !== null && application !== undefined && !state.attached && state.trouble === null && managesAssignments(b, state)) {
    const key = applicationAssignmentKey(profile, state.name);
    const ids = { groupId: state.group?.id ?? null, applicationArn: application.arn };
    changes.push({
      action: 'create',
      kind: 'application-assignment',
      key,
      reason: `${state.name} is not on ${application.name}`,
      profile,
      group: state.name,
      ...ids,
    });
  }
  return { changes, held };
}

/** Why a wanted membership waits: trouble with profile or group, or every assignment that grants it is on hold. */
function createHold(b: Board, state: SeatState, seat: Seat): string | null {
  const trouble = profileTrouble(b, state) ?? state.trouble;
  if (trouble !== null) return trouble;
  const holds = seat.grantedBy.map((assignment) => b.resolution.createHolds.get(assignment));
  return holds.includes(undefined) ? null : (holds[0] ?? null);
}

function creation(b: Board, seat: Seat): Difference {
  const state = seatOf(b, seat.profile, seat.tier);
  if (state === null || state.members.has(seat.userId)) return { changes: [], held: [] };
  const key = membershipKey(state.name, seat.user);
  const reason = createHold(b, state, seat);
  if (reason !== null)
    return { changes: [], held: [{ key, action: 'create', profile: seat.profile, userId: seat.userId, reason, until: null }] };
  const { profile, userId, user } = seat;
  return {
    changes: [
      {
        action: 'create',
        kind: 'membership',
        key,
        reason: seat.why,
        profile,
        group: state.name,
        groupId: state.group?.id ?? null,
        userId,
        user,
      },
    ],
    held: [],
  };
}

function removals(b: Board, state: SeatState, madeNow: ReadonlySet<string>): Difference {
  const changes: Change[] = [];
  const held: Held[] = [];
  const { group } = state;
  if (state.seat.members === 'external' || group === null) return { changes, held };
  for (const membership of state.members.values()) {
    if (b.desired.get(seatKey(state.seat.profile, membership.userId))?.tier === state.seat.tier) continue;
    const outcome = removal(b, { ...state, group }, membership, madeNow);
    if ('change' in outcome) changes.push(outcome.change);
    else held.push(outcome.held);
  }
  return { changes, held };
}

/**
 * Everything that stands between live and desired. At most one change a key: a seat is never both made and ended.
 * With `only`, no create of another key can be waited for, so a removal that would have to wait for one is held.
 */
export function difference(b: Board, only?: ReadonlySet<Key>): Difference {
  const before = [...b.seats.map((state) => groupChanges(b, state)), ...[...b.desired.values()].map((seat) => creation(b, seat))];
  const made = before.flatMap((part) => part.changes).map((change) => change.key);
  const madeNow = new Set(made.filter((key) => only === undefined || only.has(key)));
  const parts = [...before, ...b.seats.map((state) => removals(b, state, madeNow))];
  return { changes: parts.flatMap((part) => part.changes), held: parts.flatMap((part) => part.held) };
}
