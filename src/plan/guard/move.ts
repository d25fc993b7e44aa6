import type { Violation } from '../../model/plan.ts';
import { seatKey } from '../../model/seat.ts';
import { releasedPeople } from '../released.ts';
import { creations, type Guard, some } from './guard.ts';

const RULE = 'too-many-moves';

/**
 * Too many people of one profile would change tier at once. Somebody in a released group of the profile who gets a seat
 * there counts too: their tier is no longer written anywhere, and the new one need not be it.
 */
export const tooManyMoves: Guard = ({ b, changes, standings, limits, lifted }) => {
  const unnamed = releasedPeople(b, (key) => (standings.get(key)?.managedBefore ?? null) !== null);
  const moves = creations(changes).filter((change) => {
    const key = seatKey(change.profile, change.userId);
    const standing = standings.get(key);
    const from = standing?.managedBefore ?? null;
    if (unnamed.has(key)) return !lifted(RULE, change.key);
    return from !== null && from.name !== standing?.managedWanted?.name && !lifted(RULE, change.key);
  });
  const found: Violation[] = [];
  for (const profile of b.profiles.keys()) {
    const movers = moves.filter((change) => change.profile === profile);
    const named = [...standings.values()].filter((standing) => standing.profile === profile && standing.managedBefore !== null).length;
    const inReleased = [...unnamed.values()].filter((one) => one.profile === profile).length;
    const people = named + inReleased;
    const { percent, from } = limits.moves;
    if (people < from || movers.length * 100 <= people * percent) continue;
    const message = `${movers.length} of ${people} people of profile ${profile} would change tier${inReleased === 0 ? '' : `, counting ${inReleased} in released groups`}; the limit is ${percent} %. They are: ${some(movers.map((move) => move.user).sort())}.`;
    found.push({
      rule: RULE,
      message,
      limit: Math.floor((people * percent) / 100),
      actual: movers.length,
      keys: movers.map((move) => move.key).sort(),
    });
  }
  return found;
};
