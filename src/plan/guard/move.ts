import type { Violation } from '../../model/plan.ts';
import { seatKey } from '../../model/seat.ts';
import { creations, type Guard, some } from './guard.ts';

const RULE = 'too-many-moves';

/** Too many people of one profile would change tier at once. */
export const tooManyMoves: Guard = ({ b, changes, standings, limits, lifted }) => {
  const moves = creations(changes).filter((change) => {
    const standing = standings.get(seatKey(change.profile, change.userId));
    const from = standing?.managedBefore ?? null;
    return from !== null && from.name !== standing?.managedWanted?.name && !lifted(RULE, change.key);
  });
  const found: Violation[] = [];
  for (const profile of b.profiles.keys()) {
    const movers = moves.filter((change) => change.profile === profile);
    const people = [...standings.values()].filter((standing) => standing.profile === profile && standing.managedBefore !== null).length;
    const { percent, from } = limits.moves;
    if (people < from || movers.length * 100 <= people * percent) continue;
    const message = `${movers.length} of ${people} people of profile ${profile} would change tier; the limit is ${percent} %. They are: ${some(movers.map((move) => move.user).sort())}.`;
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
