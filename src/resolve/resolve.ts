import type { Configuration, SeatGroup } from '../model/configuration.ts';
import { dayOf } from '../model/day.ts';
import { warning } from '../model/diagnostic.ts';
import type { Live } from '../model/live.ts';
import type { Named } from '../model/place.ts';
import { type Resolution, type Seat, type Shadowed, seatKey } from '../model/seat.ts';
import type { Operator } from '../model/settings.ts';
import { isActive } from './active.ts';
import { audience, type Directory, type Findings, findUser } from './audience.ts';
import { type Grant, ranking, winner } from './grant.ts';
import { names } from './names.ts';

const SETTINGS = { file: 'settings', line: 1, column: 1 } as const;

function directoryOf(live: Live): Directory {
  const members = new Map<string, string[]>(live.groups.map((group) => [group.id, []]));
  for (const membership of live.memberships) members.get(membership.groupId)?.push(membership.userId);
  return { names: names(live.users, live.groups), people: new Map(live.users.map((user) => [user.id, user])), members };
}

function protectedPeople(
  configuration: Configuration,
  operator: Operator,
  directory: Directory,
  findings: Findings,
): ReadonlyMap<string, string> {
  const wanted: readonly Named[] = [
    ...configuration.protectedUsers,
    ...operator.protected.users.map((name) => ({ name, place: SETTINGS })),
  ];
  const found = new Map<string, string>();
  for (const named of wanted) {
    const user = findUser(named, directory, findings);
    if (user !== null) found.set(user.id, named.name);
    else findings.removalHolds.push({ profile: null, looksLike: null, reason: `protected user ${named.name} is not in the directory` });
  }
  return found;
}

function externalSeats(seat: SeatGroup, directory: Directory): readonly Seat[] {
  const group = directory.names.group(seat.group)?.found;
  const ids = group === undefined ? [] : (directory.members.get(group.id) ?? []);
  return ids.map((userId) => ({
    userId,
    user: directory.people.get(userId)?.userName ?? userId,
    profile: seat.profile,
    tier: seat.tier,
    group: seat.group,
    external: true,
    assignment: null,
    grantedBy: [],
    why: `external group ${seat.group}`,
  }));
}

/** Two names for one person are one person; saying so once helps whoever edits the list. */
function warnSamePerson(configuration: Configuration, directory: Directory, findings: Findings, today: string): void {
  const seen = new Map<string, string>();
  for (const assignment of configuration.assignments.filter((candidate) => isActive(candidate, today))) {
    for (const named of assignment.users) {
      const id = directory.names.user(named.name)?.found.id;
      const first = id === undefined ? undefined : seen.get(id);
      if (id !== undefined && first === undefined) seen.set(id, named.name);
      if (first !== undefined && first !== named.name)
        findings.warnings.push(
          warning('same-person-twice', named.place, `"${named.name}" and "${first}" are one person in the directory; keep one of the two.`),
        );
    }
  }
}

function distinct<T>(things: readonly T[]): readonly T[] {
  const byText = new Map(things.map((thing) => [JSON.stringify(thing), thing]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, thing]) => thing);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function bySeat(a: Seat, b: Seat): number {
  const person = compare(a.profile, b.profile) || compare(a.userId, b.userId);
  return person || Number(a.external) - Number(b.external) || compare(a.group, b.group);
}

/**
 * Who has which seat where, on the UTC day of `now`, and why removals or creates wait. Pure. Disabled people get no
 * managed seat; members of external groups have one as long as the identity provider says so.
 */
export function resolve(configuration: Configuration, live: Live, now: Date, operator: Operator): Resolution {
  const today = dayOf(now);
  const directory = directoryOf(live);
  const findings: Findings = { unresolved: [], warnings: [], removalHolds: [] };
  const grants = new Map<string, Map<string, Grant[]>>();
  const denied = new Map<string, string>();
  const createHolds = new Map<string, string>();
  for (const assignment of configuration.assignments) {
    if (!isActive(assignment, today)) continue;
    const reached = audience(assignment, directory, findings);
    if (reached.createHold !== null) createHolds.set(assignment.name, reached.createHold);
    for (const [id, reason] of reached.excluded) denied.set(seatKey(assignment.profile, id), reason);
    const own = grants.get(assignment.profile) ?? new Map<string, Grant[]>();
    grants.set(assignment.profile, own);
    const shared = new Map<string, Grant>();
    for (const [id, via] of reached.included) {
      let grant = shared.get(via);
      if (grant === undefined) {
        grant = { assignment, via };
        shared.set(via, grant);
      }
      const others = own.get(id);
      if (others === undefined) own.set(id, [grant]);
      else others.push(grant);
    }
  }
  const seats: Seat[] = configuration.profiles
    .flatMap((profile) => profile.seats)
    .filter((seat) => seat.members === 'external')
    .flatMap((seat) => externalSeats(seat, directory));
  const shadowed: Shadowed[] = [];
  const ranks = ranking(configuration);
  for (const profile of [...grants.keys()].sort()) {
    const own = grants.get(profile);
    // People are in the order in which seats are given, so that sorting these has nothing left to do.
    for (const user of live.users) {
      const reached = own?.get(user.id);
      if (reached === undefined) continue;
      if (!user.enabled) {
        denied.set(seatKey(profile, user.id), 'disabled in the directory');
        continue;
      }
      const won = winner(user, reached, ranks);
      if (won === null) continue;
      seats.push(won.seat);
      for (const shadow of won.shadowed) shadowed.push(shadow);
    }
  }
  const protectedUsers = protectedPeople(configuration, operator, directory, findings);
  warnSamePerson(configuration, directory, findings, today);
  return {
    today,
    seats: seats.sort(bySeat),
    shadowed,
    removalHolds: distinct(findings.removalHolds),
    createHolds,
    protectedUsers,
    unresolved: distinct(findings.unresolved),
    warnings: distinct(findings.warnings),
    people: directory.people,
    denied,
  };
}
