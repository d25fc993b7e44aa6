import { mail } from '../cli/site.ts';
import { type Dice, isLate, type Organisation, seatGroup, type Team } from './soak-organisation.ts';

/** A body of one of the emulator's control routes. */
export type Trouble = { readonly route: 'faults' | 'outsider' | 'scim'; readonly body: Readonly<Record<string, unknown>> };

const fault = (d: Dice, kind: string, more: Readonly<Record<string, unknown>>): Trouble => ({
  route: 'faults',
  body: { operation: '*', kind, seed: d.number(1, 1_000_000), ...more },
});

/** What strikes all requests of a run. Numbers are probabilities per request. */
export const weather = (d: Dice): readonly Trouble[] => [
  fault(d, 'throttle', { probability: 0.3 }),
  fault(d, 'unavailable', { probability: 0.05 }),
  fault(d, 'drop-after-write', { probability: 0.02 }),
  fault(d, 'conflict', { probability: 0.05 }),
  fault(d, 'expired-token', { probability: 0.002 }),
  ...(d.chance(0.7) ? [fault(d, 'lag', { ms: 2000 })] : []),
  ...(d.chance(0.5) ? [fault(d, 'latency', { ms: 2, probability: 0.05 })] : []),
  ...(d.chance(0.7) ? [fault(d, 'short-page', { size: d.number(0, 4), probability: 0.15 })] : []),
  ...(d.chance(0.7) ? [fault(d, 'page-error', { probability: 0.05 })] : []),
];

/** What strikes one pass: enough of it that something gives up. */
export const squall = (d: Dice): Trouble =>
  d.one([
    () => fault(d, 'page-error', { times: d.number(10, 30) }),
    () => fault(d, 'expired-token', { times: d.number(2, 6) }),
    () => fault(d, 'unavailable', { times: d.number(20, 60) }),
    () => fault(d, 'reject', { operation: 'ListGroupMemberships', times: d.number(1, 3) }),
    () => fault(d, 'reject', { operation: 'ListApplicationAssignmentsForPrincipal', times: 1 }),
    () => fault(d, 'reject', { operation: d.one(['CreateGroupMembership', 'DeleteGroupMembership']), times: d.number(1, 4) }),
    () => fault(d, 'throttle', { operation: d.one(['ListGroups', 'ListUsers', 'ListGroupMemberships']), times: d.number(10, 40) }),
    () => fault(d, 'conflict', { times: d.number(3, 8) }),
  ])();

/** What another administrator or the identity provider does. Some of it meets nothing and is refused, which is fine. */
export const meddling = (org: Organisation, d: Dice, kind: 'while-applying' | 'between-passes'): Trouble => {
  const seats = org.profiles.flatMap(({ name, tiers }) =>
    tiers.filter((tier) => !isLate(org, name, tier)).map((tier) => seatGroup(name, tier)),
  );
  const outsider = (action: string, more: object): Trouble => ({ route: 'outsider', body: { action, ...more } });
  const inSeat = (action: string): Trouble => outsider(action, { group: d.one(seats), user: mail(d.one(org.people)) });
  const inTeam = (joins: boolean): Trouble => {
    const team = d.one(org.teams);
    const more = { group: team.name, user: mail(d.one(org.people)) };
    const action = joins ? 'add-member' : 'remove-member';
    return team.provisioned ? { route: 'scim', body: { action, ...more } } : outsider(action, more);
  };
  const often: readonly (() => Trouble)[] = [
    () => inSeat('remove-member'),
    () => inSeat('remove-member'),
    () => inSeat('remove-member'),
    () => inSeat('add-member'),
    () => inTeam(true),
    () => inTeam(false),
    // At the provider the group is as it was: the next push undoes this.
    () => outsider('add-member', { group: d.one(org.teams).name, user: mail(d.one(org.people)) }),
    () => ({ route: 'scim', body: { action: 'push' } }),
  ];
  const slow: readonly (() => Trouble)[] = [
    () => outsider('undo', { operation: 'CreateGroupMembership', times: d.number(1, 6), after: d.one(['0s', '5s', '2h']) }),
    () => outsider('undo', { operation: 'DeleteGroupMembership', times: d.number(1, 6), after: d.one(['0s', '5s', '2h']) }),
    () => outsider('set-user', { user: mail(d.one(org.people)), status: d.one(['DISABLED', 'ENABLED', 'ENABLED']) }),
    () => ({ route: 'scim', body: { action: 'schedule', every: d.one(['6h', '24h']) } }),
  ];
  return d.one(kind === 'between-passes' ? [...often, ...slow, ...slow] : often)();
};

/** The identity provider gives a team another name; the policy follows with its next commit. */
export const renaming = (team: Team, to: string): Trouble => ({
  route: team.provisioned ? 'scim' : 'outsider',
  body: { action: team.provisioned ? 'rename' : 'rename-group', group: team.name, to },
});
