import type { Configuration } from '../model/configuration.ts';
import type { Churn, Drift, DriftItem, SeatRecord } from '../model/drift.ts';
import { groupKey, type Key, membershipKey } from '../model/key.ts';
import type { Live } from '../model/live.ts';
import type { Cents } from '../model/money.ts';
import type { Plan } from '../model/plan.ts';
import type { Resolution } from '../model/seat.ts';
import { desiredSet, type KnownGroup, knownGroups, liveSet, recordedSet, type SeatSet, type Spot } from './seat-set.ts';
import { unmanaged } from './unmanaged.ts';

export type DriftInput = {
  /** The applied revision's configuration, and its fresh resolve; without a record, the given one's. */
  readonly configuration: Configuration;
  readonly live: Live;
  readonly resolution: Resolution;
  /** Only its holds are read: they tell which items kirosync will leave alone for now. */
  readonly plan: Pick<Plan, 'held'>;
  readonly record: SeatRecord | null;
  readonly revision: string | null;
  /** The resolve of a newer revision that this pass is about to apply: what it agrees with is no longer open. */
  readonly next?: Resolution;
};

/**
 * How live differs from what was left behind by the last complete pass, less what a fresh resolve explains. Without a
 * record, how live differs from the configuration. `firstSeen` is null everywhere: only a keeper of records knows it.
 */
export function drift(input: DriftInput): Drift {
  const { configuration, live, resolution, record } = input;
  const groups = knownGroups(configuration, live);
  const wanted = desiredSet(groups, resolution);
  const context: Context = {
    live: liveSet(groups, live),
    wanted,
    next: input.next === undefined ? wanted : desiredSet(groups, input.next),
    recorded: record !== null,
    base: record === null ? wanted : recordedSet(groups, record),
    holds: new Map(input.plan.held.map((held) => [held.key, held.reason])),
    price: (seat) => configuration.tiers.get(seat.tier)?.monthly ?? null,
  };
  const items = [
    ...membershipItems(context),
    ...(record === null ? [] : recreatedGroups(groups, record)),
    ...unmanaged(configuration, live),
  ];
  return {
    revision: input.revision,
    base: record === null ? 'configuration' : 'record',
    items: items.sort((a, b) => compare(a.key, b.key) || compare(a.kind, b.kind)),
    churn: [...churn(context)].sort((a, b) => compare(a.key, b.key)),
  };
}

type Context = {
  readonly live: SeatSet;
  readonly wanted: SeatSet;
  readonly next: SeatSet;
  readonly recorded: boolean;
  readonly base: SeatSet;
  readonly holds: ReadonlyMap<Key, string>;
  readonly price: (seat: Spot['seat']) => Cents | null;
};

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyOf(spot: Spot): Key {
  return membershipKey(spot.group, spot.user);
}

/** What neither the record nor the fresh resolve accounts for, in either direction. */
function membershipItems(context: Context): readonly DriftItem[] {
  const { base, live, wanted, next } = context;
  const missing = [...base].filter(([id]) => !live.has(id) && wanted.has(id) && next.has(id)).map(([, spot]) => spot);
  const unexpected = [...live].filter(([id]) => !base.has(id) && !wanted.has(id) && !next.has(id)).map(([, spot]) => spot);
  const moved = new Map(unexpected.flatMap((spot) => pairOf(spot, missing, unexpected)));
  const gone = new Set(moved.values());
  const compared = context.recorded ? 'the last complete pass' : 'the configuration';
  return [
    ...missing
      .filter((spot) => !gone.has(spot))
      .map((spot) => item(context, 'missing', spot, `is not a member; by ${compared} it should be`)),
    ...unexpected.map((spot) => {
      const from = moved.get(spot);
      if (from === undefined) return item(context, 'unexpected', spot, `is a member; by ${compared} it should not be`);
      return item(context, 'changed', spot, `is a member here and not of ${from.group}`);
    }),
  ];
}

/** A person gone from exactly one seat group and new in exactly one other of the same profile was moved by hand. */
function pairOf(spot: Spot, missing: readonly Spot[], unexpected: readonly Spot[]): readonly [Spot, Spot][] {
  const same = (other: Spot) => other.userId === spot.userId && other.seat.profile === spot.seat.profile;
  const [from, ...others] = missing.filter(same);
  return from !== undefined && others.length === 0 && unexpected.filter(same).length === 1 ? [[spot, from]] : [];
}

function item(context: Context, kind: DriftItem['kind'], spot: Spot, what: string): DriftItem {
  const key = keyOf(spot);
  const hold = context.holds.get(key);
  return {
    kind,
    key,
    person: spot.user,
    profile: spot.seat.profile,
    monthly: context.price(spot.seat),
    firstSeen: null,
    actor: spot.membership?.createdBy ?? null,
    held: hold !== undefined,
    note: hold === undefined ? what : `${what}; its correction is held: ${hold}`,
  };
}

/** A seat group that was deleted and came back: the console's subscription of the old id does not cover the new one. */
function recreatedGroups(groups: readonly KnownGroup[], record: SeatRecord): readonly DriftItem[] {
  const before = new Map(record.seats.map((seat) => [seat.group, seat.groupId]));
  return groups.flatMap(({ seat, group, groupId }) => {
    const old = before.get(seat.group);
    // A record made by the pass that created the group does not know its id ('').
    if (old === undefined || old === '' || groupId === null || old === groupId) return [];
    const note = `the group came back under the id ${groupId} (recorded: ${old}); add it to the tier in the Kiro console again`;
    return [
      {
        kind: 'changed',
        key: groupKey(group),
        person: null,
        profile: seat.profile,
        monthly: null,
        firstSeen: null,
        actor: null,
        held: false,
        note,
      },
    ] satisfies DriftItem[];
  });
}

/** Seats gained and lost because the directory changed under an unchanged revision. Empty without a record. */
function* churn(context: Context): Generator<Churn> {
  for (const [id, spot] of context.wanted) {
    if (context.base.has(id)) continue;
    const there = context.live.has(id) ? ', and is already a member' : '';
    yield { key: keyOf(spot), person: spot.user, reason: `is now granted this seat by the directory${there}` };
  }
  for (const [id, spot] of context.base) {
    if (context.wanted.has(id)) continue;
    const held = context.holds.has(keyOf(spot));
    if (!context.live.has(id))
      yield { key: keyOf(spot), person: spot.user, reason: 'is no longer granted this seat, and no longer a member' };
    else if (!held) yield { key: keyOf(spot), person: spot.user, reason: 'is no longer granted this seat' };
  }
}
