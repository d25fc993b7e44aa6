import type { Configuration, Profile, SeatGroup } from '../model/configuration.ts';
import type { Live, LiveApplication, LiveGroup, LiveMembership } from '../model/live.ts';
import { type Resolution, type Seat, seatKey } from '../model/seat.ts';
import type { Operator } from '../model/settings.ts';
import { type DidYouMean, didYouMean, suggestions } from '../model/suggest.ts';
import { names } from '../resolve/names.ts';

/**
 * A profile beside what is live. `trouble` is set when its application is missing or ambiguous: every change of the
 * profile then waits for a human.
 */
export type ProfileState = {
  readonly profile: Profile;
  readonly application: LiveApplication | null;
  readonly trouble: string | null;
};

/**
 * A seat group beside what is live. `name` is the directory's spelling. `trouble` is set when the group is missing and
 * may not be made. `attached` is true when the group is assigned to the profile's application.
 */
export type SeatState = {
  readonly seat: SeatGroup;
  readonly name: string;
  readonly group: LiveGroup | null;
  readonly members: ReadonlyMap<string, LiveMembership>;
  readonly attached: boolean;
  readonly trouble: string | null;
};

/** Everything a plan is made from, joined once, so that each rule reads like the sentence that asks for it. */
export type Board = {
  readonly configuration: Configuration;
  readonly live: Live;
  readonly resolution: Resolution;
  readonly operator: Operator;
  readonly now: Date;
  readonly profiles: ReadonlyMap<string, ProfileState>;
  readonly seats: readonly SeatState[];
  /** `seatKey` → the managed seat the configuration wants there. */
  readonly desired: ReadonlyMap<string, Seat>;
  /** User id → all managed seats wanted for that person. */
  readonly desiredOf: ReadonlyMap<string, readonly Seat[]>;
};

function expectedNames(profile: Profile): readonly string[] {
  return profile.application === null ? [`KiroProfile-${profile.region}`, `QDevProfile-${profile.region}`] : [profile.application];
}

/** True when the profile names the application, by ARN or in its account by name, whether or not another matches as well. */
export function means(profile: Profile, application: LiveApplication): boolean {
  const expected = expectedNames(profile);
  return expected.includes(application.arn) || (application.account === profile.account && expected.includes(application.name));
}

/** The one application of a profile, or why there is none. */
export function applicationOf(profile: Profile, live: Live): ProfileState {
  const own = live.applications.filter((application) => application.account === profile.account);
  const expected = expectedNames(profile);
  const matching = live.applications.filter((application) => means(profile, application));
  const [only, ...others] = matching;
  if (only !== undefined && others.length === 0) return { profile, application: only, trouble: null };
  const wanted = `application ${expected.join(' or ')} of account ${profile.account}`;
  if (only !== undefined)
    return {
      profile,
      application: null,
      trouble: `${wanted} is ambiguous (${matching.map((one) => one.arn).join(', ')}); name one ARN in \`application\``,
    };
  const hint = didYouMean(expected[0] ?? '', own.length > 0 ? own.map((one) => one.name) : live.applications.map((one) => one.name));
  return { profile, application: null, trouble: `${wanted} does not exist${hint}` };
}

function seatState(
  seat: SeatGroup,
  state: ProfileState,
  live: Live,
  byGroup: ReadonlyMap<string, LiveMembership[]>,
  find: (name: string) => LiveGroup | null,
  near: DidYouMean,
): SeatState {
  const group = find(seat.group);
  const memberships = group === null ? [] : (byGroup.get(group.id) ?? []);
  const attached = group !== null && (state.application?.principals.some((one) => one.type === 'GROUP' && one.id === group.id) ?? false);
  const missing = group === null && !(seat.create && seat.members === 'managed');
  const hint = missing
    ? near(
        seat.group,
        live.groups.map((one) => one.name),
      )
    : '';
  return {
    seat,
    name: group?.name ?? seat.group,
    group,
    members: new Map(memberships.map((membership) => [membership.userId, membership])),
    attached,
    trouble: missing
      ? `group ${seat.group} does not exist${hint}${seat.members === 'managed' ? '; `create: true` would let kirosync make it' : ''}`
      : null,
  };
}

/** Joins configuration, live state and resolution. */
export function board(input: Pick<Board, 'configuration' | 'live' | 'resolution' | 'operator' | 'now'>): Board {
  const { configuration, live, resolution } = input;
  const profiles = new Map(configuration.profiles.map((profile) => [profile.name, applicationOf(profile, live)]));
  const lookUp = names([], live.groups);
  const find = (name: string) => lookUp.group(name)?.found ?? null;
  // Most memberships are of source groups, and of no interest here.
  const ofSeats = configuration.profiles.flatMap((profile) => profile.seats.flatMap((seat) => find(seat.group)?.id ?? []));
  const byGroup = new Map<string, LiveMembership[]>(ofSeats.map((id) => [id, []]));
  for (const membership of live.memberships) byGroup.get(membership.groupId)?.push(membership);
  const near = suggestions();
  const seats = [...profiles.values()].flatMap((state) =>
    state.profile.seats.map((seat) => seatState(seat, state, live, byGroup, find, near)),
  );
  const managed = resolution.seats.filter((seat) => !seat.external);
  const desiredOf = new Map<string, Seat[]>();
  for (const seat of managed) {
    const same = desiredOf.get(seat.userId);
    if (same === undefined) desiredOf.set(seat.userId, [seat]);
    else same.push(seat);
  }
  return { ...input, profiles, seats, desired: new Map(managed.map((seat) => [seatKey(seat.profile, seat.userId), seat])), desiredOf };
}

/** The seat group of a tier in a profile. */
export function seatOf(b: Board, profile: string, tier: string): SeatState | null {
  return b.seats.find((state) => state.seat.profile === profile && state.seat.tier === tier) ?? null;
}

/** A person's userName; the id where the directory did not give the person. */
export function userName(b: Board, userId: string): string {
  return b.resolution.people.get(userId)?.userName ?? userId;
}

/** True when a missing assignment to the Kiro application may be written, by repository and operator alike. */
export function managesAssignments(b: Board, state: SeatState): boolean {
  const profile = b.profiles.get(state.seat.profile)?.profile;
  return state.seat.members === 'managed' && profile?.applicationAssignments === 'manage' && b.operator.applicationAssignments === 'manage';
}
