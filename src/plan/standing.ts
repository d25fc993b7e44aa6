import type { Change } from '../model/plan.ts';
import { seatKey } from '../model/seat.ts';
import type { Tier } from '../model/tier.ts';
import { type Board, type SeatState, userName } from './board.ts';

/**
 * One person in one profile: the tier that counts (the highest) now, once the plan is applied, and once every hold has
 * ended.
 */
export type Standing = {
  readonly profile: string;
  readonly userId: string;
  readonly user: string;
  readonly before: Tier | null;
  readonly after: Tier | null;
  readonly wanted: Tier | null;
  /** The highest managed tier: guards on removals and moves count these alone, whatever an external group gives beside. */
  readonly managedBefore: Tier | null;
  readonly managedAfter: Tier | null;
  readonly managedWanted: Tier | null;
  readonly costCenter: string | null;
};

type Draft = { -readonly [Part in 'before' | 'after' | 'wanted' | 'managedBefore' | 'managedAfter' | 'managedWanted']: Standing[Part] };

const NOTHING: Draft = { before: null, after: null, wanted: null, managedBefore: null, managedAfter: null, managedWanted: null };

function higher(a: Tier | null, b: Tier): Tier {
  return a === null || b.rank > a.rank ? b : a;
}

/**
 * Everybody who has, gets or should have a seat, by `seatKey`, in key order. In one profile a person is billed once, at
 * the highest tier held (Kiro enterprise billing documentation, 2026).
 */
export function standings(b: Board, changes: readonly Change[]): ReadonlyMap<string, Standing> {
  const ended = new Set(changes.flatMap((change) => (change.action === 'delete' ? [change.membershipId] : [])));
  const drafts = new Map<string, Draft>();
  const draft = (profile: string, userId: string): Draft => {
    const key = seatKey(profile, userId);
    const found = drafts.get(key) ?? { ...NOTHING };
    drafts.set(key, found);
    return found;
  };
  const live = (state: SeatState, tier: Tier) => {
    for (const membership of state.members.values()) {
      const person = draft(state.seat.profile, membership.userId);
      const managed = state.seat.members === 'managed';
      person.before = higher(person.before, tier);
      if (managed) person.managedBefore = higher(person.managedBefore, tier);
      if (ended.has(membership.id)) continue;
      person.after = higher(person.after, tier);
      if (managed) person.managedAfter = higher(person.managedAfter, tier);
    }
  };
  const tierOf = new Map<string, Tier>();
  for (const state of b.seats) {
    const tier = b.configuration.tiers.get(state.seat.tier);
    if (tier === undefined) continue;
    tierOf.set(`${state.seat.profile}/${state.name}`, tier);
    live(state, tier);
  }
  for (const change of changes) {
    if (change.action !== 'create' || change.kind !== 'membership') continue;
    const tier = tierOf.get(`${change.profile}/${change.group}`);
    if (tier === undefined) continue;
    const person = draft(change.profile, change.userId);
    person.after = higher(person.after, tier);
    person.managedAfter = higher(person.managedAfter, tier);
  }
  for (const seat of b.resolution.seats) {
    const tier = b.configuration.tiers.get(seat.tier);
    if (tier === undefined) continue;
    const person = draft(seat.profile, seat.userId);
    person.wanted = higher(person.wanted, tier);
    if (!seat.external) person.managedWanted = higher(person.managedWanted, tier);
  }
  const named = [...drafts].map(([key, person]): [string, Standing] => {
    const split = key.indexOf('\u0000');
    const userId = key.slice(split + 1);
    const costCenter = b.desired.get(key)?.assignment?.costCenter ?? null;
    return [key, { profile: key.slice(0, split), userId, user: userName(b, userId), costCenter, ...person }];
  });
  return new Map(named.sort(([x], [y]) => (x < y ? -1 : 1)));
}
