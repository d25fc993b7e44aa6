import { groupKey } from '../../model/key.ts';
import type { Violation } from '../../model/plan.ts';
import { isActive } from '../../resolve/active.ts';
import { names } from '../../resolve/names.ts';
import type { Board } from '../board.ts';
import type { Guard } from './guard.ts';

function neededGroups(b: Board): readonly string[] {
  const active = b.configuration.assignments.filter((assignment) => isActive(assignment, b.resolution.today));
  return [
    ...b.seats.map((state) => state.seat.group),
    ...active.flatMap((assignment) => [...assignment.groups, ...assignment.exclude.groups].map((group) => group.name)),
    ...b.configuration.expectations.flatMap((expectation) => expectation.group ?? []),
  ];
}

/** The live state lacks something this configuration rests on (only a recording can: a live read is whole or fails). Never lifted. */
export const incompleteRead: Guard = ({ b }) => {
  const find = names([], b.live.groups);
  const read = new Set(b.live.membersRead);
  const looked = new Set(b.live.access.map((one) => one.groupId));
  const problems = new Map<string, string>();
  for (const name of neededGroups(b)) {
    const group = find.group(name)?.found;
    if (group !== undefined && !read.has(group.id)) problems.set(groupKey(group.name), `the members of ${group.name} were not read`);
  }
  for (const { seat, group, name } of b.seats)
    if (seat.members === 'managed' && group !== null && !looked.has(group.id))
      problems.set(groupKey(name), `what else ${name} opens was not read`);
  const unknown = b.live.memberships.filter((membership) => read.has(membership.groupId) && !b.resolution.people.has(membership.userId));
  if (unknown.length > 0) problems.set('users', `${unknown.length} members are not among the users that were read`);
  const { organization } = b.configuration;
  if (b.live.instance.arn !== organization.instanceArn)
    problems.set('instance', `it was read from ${b.live.instance.arn}, the configuration names ${organization.instanceArn}`);
  if (problems.size === 0) return [];
  const message = `The live state is not complete: ${[...problems.values()].sort().join('; ')}. Read it again with this configuration.`;
  const violation: Violation = { rule: 'incomplete-read', message, limit: null, actual: null, keys: [...problems.keys()].sort() };
  return [violation];
};
