import type { Assignment, Configuration } from '../model/configuration.ts';
import type { Day } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { isActive } from '../resolve/active.ts';
import { names } from '../resolve/names.ts';

/** How one active assignment reaches people, by user id. */
export type Reach = {
  readonly assignment: Assignment;
  /** The names in `users` that mean the person. */
  readonly named: ReadonlyMap<string, readonly string[]>;
  readonly byGroup: ReadonlySet<string>;
  readonly excluded: ReadonlySet<string>;
};

/** Every assignment that is active today, in the order of names. */
export function reaches(configuration: Configuration, live: Live, today: Day): readonly Reach[] {
  const find = names(live.users, live.groups);
  const members = new Map<string, string[]>();
  for (const { groupId, userId } of live.memberships) {
    const ids = members.get(groupId);
    if (ids === undefined) members.set(groupId, [userId]);
    else ids.push(userId);
  }
  const ofGroup = (name: string): readonly string[] => members.get(find.group(name)?.found.id ?? '') ?? [];
  return configuration.assignments
    .filter((assignment) => isActive(assignment, today))
    .map((assignment) => {
      const named = new Map<string, string[]>();
      for (const { name } of assignment.users) {
        const id = find.user(name)?.found.id;
        if (id !== undefined) named.set(id, [...(named.get(id) ?? []), name]);
      }
      const excludedUsers = assignment.exclude.users.flatMap(({ name }) => find.user(name)?.found.id ?? []);
      const excludedGroups = assignment.exclude.groups.flatMap(({ name }) => ofGroup(name));
      return {
        assignment,
        named,
        byGroup: new Set(assignment.groups.flatMap(({ name }) => ofGroup(name))),
        excluded: new Set([...excludedUsers, ...excludedGroups]),
      };
    });
}

/** True when the assignment grants the person its tier. */
export function grants(reach: Reach, userId: string): boolean {
  return (reach.named.has(userId) || reach.byGroup.has(userId)) && !reach.excluded.has(userId);
}
