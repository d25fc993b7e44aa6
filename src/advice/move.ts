import type { Assignment } from '../model/configuration.ts';
import type { Advice, CreditsPerson } from '../model/credits.ts';
import type { Live } from '../model/live.ts';
import { type Resolution, type Seat, seatKey } from '../model/seat.ts';
import { bareUserId } from '../usage/facts.ts';

/** One piece of advice, with the seat that it speaks of. `userId` is the directory's. */
export type AdvisedMove = {
  readonly userId: string;
  readonly user: string;
  readonly profile: string;
  readonly advice: Advice;
  /** The assignment that gives the seat now. */
  readonly source: Assignment;
};

/** The advised people of a report, sorted by profile and name. Somebody whose seat no assignment gives is left out. */
export function advisedMoves(
  people: readonly Pick<CreditsPerson, 'userId' | 'profile' | 'advice'>[],
  live: Live,
  resolution: Resolution,
): readonly AdvisedMove[] {
  const ids = new Map(live.users.map((user) => [bareUserId(user.id), user]));
  const seats = new Map<string, Seat>(
    resolution.seats.filter((seat) => !seat.external).map((seat) => [seatKey(seat.profile, seat.userId), seat]),
  );
  const moves = people.flatMap(({ userId, profile, advice }) => {
    const user = ids.get(userId);
    const source = user === undefined ? null : (seats.get(seatKey(profile, user.id))?.assignment ?? null);
    return advice === null || user === undefined || source === null
      ? []
      : [{ userId: user.id, user: user.userName, profile, advice, source }];
  });
  const order = (move: AdvisedMove): string => `${move.profile}\u0000${move.user}\u0000${move.userId}`;
  return moves.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
