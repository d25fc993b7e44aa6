import { membershipKey } from '../../model/key.ts';
import type { Violation } from '../../model/plan.ts';
import { userName } from '../board.ts';
import type { Guard } from './guard.ts';

const RULE = 'empty-configuration';

/** Somebody holds a managed seat and the configuration grants nobody one: more likely a lost file than a wish. */
export const emptyConfiguration: Guard = ({ b, lifted }): readonly Violation[] => {
  if (b.desired.size > 0) return [];
  const keys = b.seats
    .filter((state) => state.seat.members === 'managed')
    .flatMap((state) => [...state.members.keys()].map((userId) => membershipKey(state.name, userName(b, userId))))
    .filter((key) => !lifted(RULE, key))
    .sort();
  if (keys.length === 0) return [];
  const message = `The configuration grants nobody a seat while ${keys.length} managed seats are live. If that is meant, list them in an Exception; nothing else lifts this.`;
  return [{ rule: RULE, message, limit: 0, actual: keys.length, keys }];
};
