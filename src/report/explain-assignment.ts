import type { Assignment, Profile } from '../model/configuration.ts';
import type { Live, LiveUser } from '../model/live.ts';
import type { Named, Place } from '../model/place.ts';
import { seatKey } from '../model/seat.ts';
import { isActive } from '../resolve/active.ts';
import { type Names, names } from '../resolve/names.ts';
import type { ExplainInput, Step } from './explain-input.ts';

/** By what an assignment reaches somebody: the words, and the very line that names the person or the group. */
type Reach = { readonly by: string; readonly place: Place };

/** One step for every assignment of the profile that names the person or a group of theirs, active or not. */
export function assignmentSteps(input: ExplainInput, person: LiveUser, profile: Profile): readonly Step[] {
  const assignments = input.configuration.assignments.filter((assignment) => assignment.profile === profile.name);
  const found = names(input.live.users, input.live.groups);
  const steps = assignments.flatMap((assignment): Step[] => {
    const reached = reach(assignment.users, assignment.groups, person, input.live, found);
    if (reached === null) return [];
    const excluded = reach(assignment.exclude.users, assignment.exclude.groups, person, input.live, found);
    if (excluded !== null) {
      return [
        {
          about: 'assignment',
          text: `${assignment.name} would grant ${assignment.tier}, but excludes them ${excluded.by}`,
          place: excluded.place,
        },
      ];
    }
    return [{ about: 'assignment', text: assignmentText(input, assignment, person, reached), place: reached.place }];
  });
  if (steps.length > 0) return steps;
  return [{ about: 'assignment', text: `no assignment of ${profile.name} names this person or a group of theirs`, place: profile.place }];
}

function assignmentText(input: ExplainInput, assignment: Assignment, person: LiveUser, reached: Reach): string {
  const { resolution } = input;
  const { name, tier, profile, from, until } = assignment;
  const grant = `${tier} ${reached.by}`;
  if (!isActive(assignment, resolution.today)) {
    return from !== null && resolution.today < from
      ? `${name} will grant ${grant} from ${from}; it is not active yet`
      : `${name} granted ${grant} until ${until}; it has expired`;
  }
  if (!person.enabled)
    return `${name} would grant ${grant}, but the person is ${resolution.denied.get(seatKey(profile, person.id)) ?? 'disabled in the directory'}`;
  const shadow = resolution.shadowed.find((one) => one.userId === person.id && one.profile === profile && one.assignment === name);
  if (shadow !== undefined) return `${name} grants ${grant}, shadowed by ${shadow.by}`;
  const hold = resolution.createHolds.get(name);
  const ends = until === null ? '' : `, until ${until}`;
  return `${name} grants ${grant}${ends}${hold === undefined ? '' : `; a new seat waits: ${hold}`}`;
}

function reach(users: readonly Named[], groups: readonly Named[], person: LiveUser, live: Live, found: Names): Reach | null {
  const named = users.find((user) => found.user(user.name)?.found.id === person.id);
  if (named !== undefined) return { by: 'by name', place: named.place };
  const ids = new Set(live.memberships.filter((membership) => membership.userId === person.id).map((membership) => membership.groupId));
  const group = groups.find((one) => ids.has(found.group(one.name)?.found.id ?? ''));
  return group === undefined ? null : { by: `by group ${group.name}`, place: group.place };
}

/** Source groups of the profile that the directory does not have: the person might be in them under another name. */
export function sourceGroupSteps({ configuration, resolution }: ExplainInput, profile: Profile): readonly Step[] {
  const mine = configuration.assignments.filter(
    (assignment) => assignment.profile === profile.name && isActive(assignment, resolution.today),
  );
  const unresolved = new Set(resolution.unresolved.filter((one) => one.kind === 'group').map((one) => one.name));
  return mine.flatMap((assignment) =>
    [...assignment.groups, ...assignment.exclude.groups]
      .filter((group) => unresolved.has(group.name))
      .map(
        (group): Step => ({
          about: 'assignment',
          text: `group ${group.name} of ${assignment.name} is not in the directory, so nobody can be counted by it`,
          place: group.place,
        }),
      ),
  );
}
