import { addHours, type Day, dayOf, firstOfNextMonth } from '../model/day.ts';
import { membershipKey } from '../model/key.ts';
import type { Change, Held, PersonChange } from '../model/plan.ts';
import { seatKey } from '../model/seat.ts';
import type { Tier } from '../model/tier.ts';
import { type Board, type SeatState, seatOf } from './board.ts';
import type { Difference } from './difference.ts';
import type { Standing } from './standing.ts';

const KIRO_SYNC_HOURS = 24;

/** Ends and holds of one plan, by key. */
type Ends = { readonly changes: ReadonlyMap<string, Change>; readonly held: ReadonlyMap<string, Held> };

/** Live managed memberships above the wanted tier: those whose end makes a downgrade or removal real. */
function inTheWay(b: Board, standing: Standing): readonly SeatState[] {
  return b.seats.filter((state) => {
    const tier = b.configuration.tiers.get(state.seat.tier);
    const above = standing.wanted === null || (tier !== undefined && tier.rank > standing.wanted.rank);
    return above && state.seat.profile === standing.profile && state.seat.members === 'managed' && state.members.has(standing.userId);
  });
}

/** The 1st of the month after the last hold ends plus the day that Kiro may take to notice; null without a date. */
function effectiveEnd(b: Board, standing: Standing, ends: Ends): { readonly day: Day | null; readonly why: string } {
  const keys = inTheWay(b, standing).map((state) => membershipKey(state.name, standing.user));
  const holds = keys.flatMap((key) => ends.held.get(key) ?? []);
  const why = [...holds, ...keys.flatMap((key) => ends.changes.get(key) ?? [])][0]?.reason ?? 'no assignment grants it';
  if (holds.some((hold) => hold.until === null)) return { day: null, why };
  const last = holds.reduce((latest, hold) => Math.max(latest, Date.parse(hold.until ?? '')), b.now.getTime());
  return { day: firstOfNextMonth(dayOf(addHours(new Date(last), KIRO_SYNC_HOURS))), why };
}

function rises(before: Tier | null, wanted: Tier): boolean {
  return before === null || wanted.rank > before.rank;
}

function personChange(b: Board, standing: Standing, ends: Ends): PersonChange {
  const { userId, user, profile, before, wanted } = standing;
  const row = { userId, user, profile, from: before?.name ?? null, to: wanted?.name ?? null };
  if (wanted === null || !rises(before, wanted)) {
    const { day, why } = effectiveEnd(b, standing, ends);
    return { ...row, why, effective: day };
  }
  const seat = b.desired.get(seatKey(profile, userId));
  const key = membershipKey(seatOf(b, profile, wanted.name)?.name ?? '', user);
  const waits = ends.held.get(key);
  return {
    ...row,
    why: waits?.reason ?? seat?.why ?? `external ${wanted.name} seat`,
    effective: waits === undefined ? b.resolution.today : null,
  };
}

/** Everybody whose tier in a profile is not what the configuration wants, with the day on which that changes. */
export function people(b: Board, difference: Difference, standings: ReadonlyMap<string, Standing>): readonly PersonChange[] {
  const ends = {
    changes: new Map(difference.changes.map((change) => [change.key, change])),
    held: new Map(difference.held.map((held) => [held.key, held])),
  };
  return [...standings.values()]
    .filter((standing) => standing.before?.name !== standing.wanted?.name)
    .map((standing) => personChange(b, standing, ends));
}
