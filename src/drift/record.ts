import type { Configuration } from '../model/configuration.ts';
import type { DriftItem, OtherSeat, RecordedSeat, SeatRecord } from '../model/drift.ts';
import { type Key, membershipKey } from '../model/key.ts';
import type { Live } from '../model/live.ts';
import { changesOf, type Plan } from '../model/plan.ts';
import type { Resolution } from '../model/seat.ts';
import { seatId } from '../model/seat-change.ts';
import { names } from '../resolve/names.ts';

export type RecordInput = {
  readonly configuration: Configuration;
  readonly resolution: Resolution;
  readonly plan: Plan;
  /** As it was observed before the pass applied. */
  readonly live: Live;
  readonly openDrift: readonly Pick<DriftItem, 'key'>[];
  /** RFC 3339, when the pass ended: the record holds what is so after it. */
  readonly at: string;
};

/**
 * The seat set to compare with after a complete pass: every resolved managed seat, and every live member whose removal
 * was held. A held member that was open drift stays out, so that the item ends only when live or the configuration
 * agrees; it is one of `others`, who are seated beside the set and not compared. `since` is the membership's own age where the
 * directory gives it, else the end of the pass.
 */
export function recordOf(input: RecordInput): SeatRecord {
  const { configuration, resolution, plan, live, at } = input;
  const managed = configuration.profiles.flatMap((profile) => profile.seats).filter((seat) => seat.members === 'managed');
  const find = names([], live.groups).group;
  const groups = new Map(managed.map((seat) => [seat.group, find(seat.group)?.found ?? null]));
  const open = new Set<Key>(input.openDrift.map((item) => item.key));
  const held = new Set<Key>(plan.held.filter((row) => row.action === 'delete').map((row) => row.key));
  const createdAt = new Map(live.memberships.map((m) => [`${m.groupId} ${m.userId}`, m.createdAt]));
  const since = (groupId: string, userId: string) => createdAt.get(`${groupId} ${userId}`) ?? at;

  const wanted = resolution.seats
    .filter((seat) => !seat.external)
    .map(({ profile, group, userId, user }) => {
      // '' until the group exists: this pass may have created it, and the live state was read before that.
      const groupId = groups.get(group)?.id ?? '';
      return { profile, group, groupId, userId, user, since: since(groupId, userId) };
    });
  const taken = new Set(wanted.map((seat) => `${seat.groupId} ${seat.userId}`));
  const kept = managed.flatMap(({ profile, group }) => {
    const groupId = groups.get(group)?.id ?? '';
    return live.memberships
      .filter((membership) => membership.groupId === groupId)
      .map(({ userId }) => ({
        profile,
        group,
        groupId,
        userId,
        user: resolution.people.get(userId)?.userName ?? userId,
        since: since(groupId, userId),
      }))
      .filter((seat) => {
        const key = membershipKey(groups.get(group)?.name ?? group, seat.user);
        return held.has(key) && !open.has(key) && !taken.has(`${groupId} ${seat.userId}`);
      });
  });
  const seats = [...wanted, ...kept].sort(bySeat);
  return { at, revision: plan.revision, seats, others: othersOf(input, seats) };
}

/** Members of external seat groups, and of managed ones whom the pass left there without a place in the seat set. */
function othersOf({ configuration, resolution, plan, live, openDrift }: RecordInput, seats: readonly RecordedSeat[]): readonly OtherSeat[] {
  const find = names([], live.groups).group;
  const createdAt = new Map(live.memberships.map((m) => [`${m.groupId} ${m.userId}`, m.createdAt]));
  const open = new Set<Key>(openDrift.map((item) => item.key));
  const ended = new Set<Key>(changesOf(plan).flatMap((change) => (change.action === 'delete' ? [change.key] : [])));
  const taken = new Set(seats.map(seatId));
  const external = resolution.seats
    .filter((seat) => seat.external)
    .map(({ profile, group, tier, userId, user }): OtherSeat => {
      const since = createdAt.get(`${find(group)?.found.id ?? ''} ${userId}`) ?? null;
      return { profile, group, tier, userId, user, since, state: 'external' };
    });
  const managed = configuration.profiles.flatMap((profile) => profile.seats).filter((seat) => seat.members === 'managed');
  const left = managed.flatMap(({ profile, group, tier }) => {
    const found = find(group)?.found;
    return live.memberships.flatMap(({ groupId, userId, createdAt: since }): readonly OtherSeat[] => {
      if (groupId !== found?.id || taken.has(seatId({ profile, group, userId }))) return [];
      const user = resolution.people.get(userId)?.userName ?? userId;
      const key = membershipKey(found.name, user);
      return ended.has(key) ? [] : [{ profile, group, tier, userId, user, since, state: open.has(key) ? 'drift' : 'held' }];
    });
  });
  return [...external, ...left].sort(bySeat);
}

type Seated = Pick<RecordedSeat, 'group' | 'userId'>;

function bySeat(a: Seated, b: Seated): number {
  return order(a.group, b.group) || order(a.userId, b.userId);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
