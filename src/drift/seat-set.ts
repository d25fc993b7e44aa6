import type { Configuration, SeatGroup } from '../model/configuration.ts';
import type { SeatRecord } from '../model/drift.ts';
import type { Live, LiveMembership } from '../model/live.ts';
import type { Resolution } from '../model/seat.ts';
import { names } from '../resolve/names.ts';

/** One person in one managed seat group. A group that came back under a new id keeps its spots. */
export type Spot = {
  readonly seat: SeatGroup;
  /** The group in the directory's spelling, as keys show it. */
  readonly group: string;
  readonly userId: string;
  readonly user: string;
  readonly membership: LiveMembership | null;
};

/** Spots by identity; two sets compare by their keys. */
export type SeatSet = ReadonlyMap<string, Spot>;

/** A managed seat group whose members are known. `groupId` null: no such group, so it has no members. */
export type KnownGroup = { readonly seat: SeatGroup; readonly group: string; readonly groupId: string | null };

/** Managed seat groups that can be judged; one that exists but whose members were not read is left out, never taken for empty. */
export function knownGroups(configuration: Configuration, live: Live): readonly KnownGroup[] {
  const read = new Set(live.membersRead);
  const find = names([], live.groups).group;
  return configuration.profiles
    .flatMap((profile) => profile.seats)
    .filter((seat) => seat.members === 'managed')
    .map((seat) => {
      const found = find(seat.group)?.found ?? null;
      return { seat, group: found?.name ?? seat.group, groupId: found?.id ?? null };
    })
    .filter(({ groupId }) => groupId === null || read.has(groupId));
}

function spotId(group: string, userId: string): string {
  return `${group}\u0000${userId}`;
}

/** Who is a member now. */
export function liveSet(groups: readonly KnownGroup[], live: Live): SeatSet {
  const byId = new Map(groups.map((known) => [known.groupId, known]));
  const userNames = new Map(live.users.map((user) => [user.id, user.userName]));
  const set = new Map<string, Spot>();
  for (const membership of live.memberships) {
    const known = byId.get(membership.groupId);
    if (known === undefined) continue;
    const { userId } = membership;
    const { seat, group } = known;
    set.set(spotId(seat.group, userId), { seat, group, userId, user: userNames.get(userId) ?? userId, membership });
  }
  return set;
}

type Entry = { readonly group: string; readonly userId: string; readonly user: string };

/** Entries of seat groups that the configuration no longer names are released and not compared. */
function setOf(groups: readonly KnownGroup[], entries: readonly Entry[]): SeatSet {
  const byName = new Map(groups.map((known) => [known.seat.group, known]));
  const set = new Map<string, Spot>();
  for (const { group, userId, user } of entries) {
    const known = byName.get(group);
    if (known === undefined) continue;
    set.set(spotId(group, userId), { seat: known.seat, group: known.group, userId, user, membership: null });
  }
  return set;
}

/** Who should be a member by a fresh resolve. */
export function desiredSet(groups: readonly KnownGroup[], resolution: Resolution): SeatSet {
  return setOf(
    groups,
    resolution.seats.filter((seat) => !seat.external),
  );
}

/** Who was a member after the last complete pass. */
export function recordedSet(groups: readonly KnownGroup[], record: SeatRecord): SeatSet {
  return setOf(groups, record.seats);
}
