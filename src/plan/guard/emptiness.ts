import { membershipKey } from '../../model/key.ts';
import type { Violation } from '../../model/plan.ts';
import { userName } from '../board.ts';
import { type Guard, some } from './guard.ts';

const RULE = 'empty-configuration';

/** Somebody holds a managed seat and the configuration grants nobody one: more likely a lost file than a wish. */
export const emptyConfiguration: Guard = ({ b, lifted }): readonly Violation[] => {
  if (b.desired.size > 0) return [];
  const held = b.seats
    .filter((state) => state.seat.members === 'managed')
    .flatMap((state) => [...state.members.keys()].map((userId) => ({ group: state.name, user: userName(b, userId) })))
    .filter(({ group, user }) => !lifted(RULE, membershipKey(group, user)));
  const keys = held.map(({ group, user }) => membershipKey(group, user)).sort();
  if (keys.length === 0) return [];
  const who = some(held.map(({ user }) => user).sort());
  const message = `The configuration grants nobody a seat, and ${keys.length} ${keys.length === 1 ? 'membership of a seat group is' : 'memberships of seat groups are'} live; the limit is 0. They are: ${who}.`;
  return [{ rule: RULE, message, limit: 0, actual: keys.length, keys }];
};
