import { groupKey } from '../../model/key.ts';
import type { ReadScope } from '../../model/live.ts';
import type { Violation } from '../../model/plan.ts';
import { names } from '../../resolve/names.ts';
import { readScope } from '../../resolve/scope.ts';
import type { Board } from '../board.ts';
import type { Guard } from './guard.ts';

/** Problems that a message names; the keys name all of them. */
const MOST = 10;

/** Names that the configuration rests on and that this state neither has nor was asked for. */
function unasked(b: Board, scope: ReadScope): readonly string[] {
  const find = names(b.live.users, b.live.groups);
  const { asked } = b.live;
  const groups = new Set(asked.groups ?? []);
  const users = new Set(asked.users ?? []);
  return [
    ...[...scope.managedGroups, ...scope.memberGroups].filter(
      (name) => asked.groups !== null && !groups.has(name) && find.group(name)?.differs !== false,
    ),
    ...scope.users.filter((name) => asked.users !== null && !users.has(name) && find.user(name)?.differs !== false),
  ];
}

/** The live state lacks something this configuration rests on (only a recording can: a live read is whole or fails). Never lifted. */
export const incompleteRead: Guard = ({ b }) => {
  const find = names([], b.live.groups);
  const scope = readScope(b.configuration, b.resolution.today, b.operator);
  const read = new Set(b.live.membersRead);
  const looked = new Set(b.live.access.map((one) => one.groupId));
  const problems = new Map<string, string>();
  for (const name of unasked(b, scope)) problems.set(`name ${name}`, `${name} was not looked for`);
  for (const name of [...scope.managedGroups, ...scope.memberGroups]) {
    const group = find.group(name)?.found;
    if (group !== undefined && !read.has(group.id)) problems.set(groupKey(group.name), `the members of ${group.name} were not read`);
  }
  for (const { seat, group, name } of b.seats)
    if (seat.members === 'managed' && group !== null && !looked.has(group.id))
      problems.set(groupKey(name), `what else ${name} opens was not read`);
  const unknown = b.live.memberships.filter(({ userId, groupId }) => !b.resolution.people.has(userId) && read.has(groupId));
  if (unknown.length > 0) problems.set('users', `${unknown.length} members are not among the users that were read`);
  const { organization } = b.configuration;
  if (b.live.instance.arn !== organization.instanceArn)
    problems.set('instance', `it was read from ${b.live.instance.arn}, the configuration names ${organization.instanceArn}`);
  if (problems.size === 0) return [];
  const first = [...problems.values()].sort().slice(0, MOST);
  const rest = problems.size - first.length;
  const message = `The live state is not complete: ${first.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`;
  const violation: Violation = { rule: 'incomplete-read', message, limit: null, actual: null, keys: [...problems.keys()].sort() };
  return [violation];
};
