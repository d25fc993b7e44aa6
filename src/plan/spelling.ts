import { type Diagnostic, warning } from '../model/diagnostic.ts';
import type { Place } from '../model/place.ts';
import { type Match, names } from '../resolve/names.ts';
import type { Board } from './board.ts';

function warn<T>(kind: string, written: string, place: Place, match: Match<T> | null, nameOf: (found: T) => string): readonly Diagnostic[] {
  if (match === null || !match.differs) return [];
  return [
    warning(
      'name-differs-in-case',
      place,
      `The ${kind} "${written}" is written "${nameOf(match.found)}" in the directory; write it that way.`,
    ),
  ];
}

/** Seat groups, and names in expectations, that match the directory but for letter case. Assignments warn when they resolve. */
export function spellingWarnings(b: Board): readonly Diagnostic[] {
  const find = names(b.live.users, b.live.groups);
  return [
    ...b.seats.flatMap(({ seat }) => warn('seat group', seat.group, seat.place, find.group(seat.group), (group) => group.name)),
    ...b.configuration.expectations.flatMap(({ group, user, place }) => [
      ...(group === null ? [] : warn('group', group, place, find.group(group), (found) => found.name)),
      ...(user === null ? [] : warn('user', user, place, find.user(user), (found) => found.userName)),
    ]),
  ];
}
