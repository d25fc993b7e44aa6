import { TIERS, type Tier } from './state.ts';
import { members, type Store } from './store.ts';

/**
 * Kiro's own seats, which no AWS API shows: subscribing a group seats each member, up to 24 h after the membership
 * (Kiro documentation, "Group sync delay", 2026). The highest tier wins for a person in one application; an upgrade is
 * immediate; a downgrade and an end wait for the first of the next month, UTC.
 */
type Seat = { readonly tier: Tier; readonly since: number; readonly used: boolean };

export type SeatBook = {
  readonly seats: Map<string, Seat>;
  /** Something other than time and memberships changed: everybody has to be looked at. */
  stale: boolean;
  /** Milliseconds on the emulator's clock up to which everything has happened. */
  settled: number;
  /** From membership to seat, in milliseconds. */
  delay: number;
  /** false: new seats never appear, as some customers reported of the service. */
  materialise: boolean;
  /** `at-once` is what some sources say of access after a removal; money is not affected. */
  ending: 'month-end' | 'at-once';
};

export const DAY = 86_400_000;

export const newBook = (now: number): SeatBook => ({
  seats: new Map(),
  stale: true,
  settled: now,
  delay: DAY,
  materialise: true,
  ending: 'month-end',
});

type Claim = { readonly tier: Tier; readonly from: number; readonly by: string };

const keyOf = (application: string, userId: string): string => `${application} ${userId}`;

/** What each person may have by the subscriptions of today's directory, and from when. */
const claims = (store: Store, delay: number): ReadonlyMap<string, readonly Claim[]> => {
  const found = new Map<string, Claim[]>();
  const add = (application: string, userId: string, claim: Claim): void => {
    const user = store.users.get(userId);
    if (user === undefined || user.data.UserStatus === 'DISABLED') return;
    const key = keyOf(application, userId);
    found.set(key, [...(found.get(key) ?? []), claim]);
  };
  for (const { data, stamp } of store.subscriptions.values()) {
    const bought = stamp.created ?? Number.NEGATIVE_INFINITY;
    if (data.PrincipalType === 'USER') add(data.ApplicationArn, data.PrincipalId, { tier: data.Tier, from: bought, by: data.PrincipalId });
    else {
      for (const m of members(store, data.PrincipalId)) {
        const from = Math.max(bought, m.stamp.created ?? Number.NEGATIVE_INFINITY) + delay;
        add(data.ApplicationArn, m.data.MemberId.UserId, { tier: data.Tier, from, by: data.PrincipalId });
      }
    }
  }
  return found;
};

export const monthAfter = (at: number): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
};

const rank = (tier: Tier | null): number => (tier === null ? -1 : TIERS.indexOf(tier));

const highest = (list: readonly Claim[], at: number): Tier | null =>
  list.filter((c) => c.from <= at).reduce<Tier | null>((best, c) => (rank(c.tier) > rank(best) ? c.tier : best), null);

/** Gives one person what is due at one instant. Only the turn of a month takes away, unless seats end at once. */
const step = (book: SeatBook, key: string, list: readonly Claim[], at: number, isMonthStart: boolean): void => {
  const seat = book.seats.get(key);
  const due = highest(list, at);
  if (rank(due) > rank(seat?.tier ?? null)) {
    if (book.materialise && due !== null) {
      book.seats.set(key, { tier: due, since: seat?.since ?? Math.max(startOf(list, due), 0), used: seat?.used ?? false });
    }
  } else if (seat !== undefined && due !== seat.tier && (isMonthStart || book.ending === 'at-once')) {
    if (due === null) book.seats.delete(key);
    else book.seats.set(key, { ...seat, tier: due });
  }
};

const startOf = (list: readonly Claim[], tier: Tier): number => Math.min(...list.filter((c) => c.tier === tier).map((c) => c.from));

/** Whether the passing of time alone brings a seat by `now`; cheap, because nearly always it does not. */
const isAnyDue = (book: SeatBook, store: Store, now: number): boolean => {
  for (const { data, stamp } of store.subscriptions.values()) {
    for (const m of data.PrincipalType === 'GROUP' ? members(store, data.PrincipalId) : []) {
      const from = Math.max(stamp.created ?? 0, m.stamp.created ?? 0) + book.delay;
      if (from >= book.settled && from <= now) return true;
    }
  }
  return false;
};

/** Lets everything happen that the directory, as it is, brings about until `now`. To be called before each write that takes something away. */
export const settle = (book: SeatBook, store: Store, now: number): void => {
  const everybody = book.stale || book.ending === 'at-once';
  if (everybody || monthAfter(book.settled) <= now || isAnyDue(book, store, now)) settleAll(book, store, now, everybody);
  book.settled = Math.max(book.settled, now);
  book.stale = false;
};

const settleAll = (book: SeatBook, store: Store, now: number, everybody: boolean): void => {
  const claimed = claims(store, book.delay);
  const due = new Map<number, Set<string>>();
  for (const [key, list] of claimed) {
    for (const { from } of list) if (from >= book.settled && from <= now) due.set(from, (due.get(from) ?? new Set()).add(key));
  }
  const months = new Set<number>();
  for (let month = monthAfter(book.settled); month <= now; month = monthAfter(month)) months.add(month);
  const whole = new Set([...months, ...(everybody ? [now] : [])]);
  for (const at of [...new Set([...due.keys(), ...whole])].sort((a, b) => a - b)) {
    const keys = whole.has(at) ? new Set([...claimed.keys(), ...book.seats.keys()]) : (due.get(at) ?? []);
    for (const key of keys) step(book, key, claimed.get(key) ?? [], at, months.has(at));
  }
};

/** Marks a seat as used: PENDING becomes ACTIVE, and is billed from then on. @returns whether there was such a seat. */
export const useSeat = (book: SeatBook, application: string, userId: string): boolean => {
  const key = keyOf(application, userId);
  const seat = book.seats.get(key);
  if (seat !== undefined) book.seats.set(key, { ...seat, used: true });
  return seat !== undefined;
};

/** Rows of `GET /_emulator/seats`, sorted by application and person. Instants are on the emulator's clock. */
export const showSeats = (book: SeatBook, store: Store, now: number) => {
  const claimed = claims(store, book.delay);
  const rows = [...book.seats].map(([key, seat]) => {
    const [application = '', userId = ''] = key.split(' ');
    const list = claimed.get(key) ?? [];
    const due = highest(list, now);
    const changes = due !== seat.tier;
    return {
      ApplicationArn: application,
      application: store.applications.get(application)?.data.Name ?? application,
      UserId: userId,
      user: store.users.get(userId)?.data.UserName ?? null,
      Tier: seat.tier,
      Status: due === null ? 'CANCELLED' : seat.used ? 'ACTIVE' : 'PENDING',
      Since: new Date(seat.since).toISOString(),
      NextTier: changes ? due : seat.tier,
      EndsAt: changes && rank(due) < rank(seat.tier) ? new Date(monthAfter(now)).toISOString() : null,
      through: [...new Set(list.filter((c) => c.from <= now).map((c) => store.groups.get(c.by)?.data.DisplayName ?? 'direct'))].sort(),
    };
  });
  const order = (row: (typeof rows)[number]): string => `${row.application} ${row.user ?? row.UserId}`;
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
};
