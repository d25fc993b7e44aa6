import type { Configuration } from '../model/configuration.ts';
import type { Day } from '../model/day.ts';
import type { ReadScope } from '../model/live.ts';
import type { Operator } from '../model/settings.ts';
import { isActive } from './active.ts';

function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort();
}

/** What has to be read from the directory to resolve and plan this configuration on this day. */
export function readScope(configuration: Configuration, today: Day, operator: Operator): ReadScope {
  const { organization, profiles } = configuration;
  const active = configuration.assignments.filter((assignment) => isActive(assignment, today));
  const seats = profiles.flatMap((profile) => profile.seats);
  const expected = configuration.expectations;
  return {
    region: organization.region,
    instanceArn: organization.instanceArn,
    identityStoreId: organization.identityStoreId,
    accounts: sorted(profiles.map((profile) => profile.account)),
    applications: sorted(profiles.flatMap((profile) => profile.application ?? [])),
    managedGroups: sorted(seats.filter((seat) => seat.members === 'managed').map((seat) => seat.group)),
    memberGroups: sorted([
      ...seats.filter((seat) => seat.members === 'external').map((seat) => seat.group),
      ...active.flatMap((assignment) => [...assignment.groups, ...assignment.exclude.groups].map((group) => group.name)),
      ...expected.flatMap((expectation) => expectation.group ?? []),
    ]),
    users: sorted([
      ...active.flatMap((assignment) => [...assignment.users, ...assignment.exclude.users].map((user) => user.name)),
      ...configuration.protectedUsers.map((user) => user.name),
      ...operator.protected.users,
      ...expected.flatMap((expectation) => expectation.user ?? []),
    ]),
    releasedGlobs: operator.seatGroups,
  };
}
