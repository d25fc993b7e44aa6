import type { Configuration } from '../model/configuration.ts';
import { seatRecord } from '../model/journal-state.ts';
import type { Key } from '../model/key.ts';
import type { LiveUser } from '../model/live.ts';
import type { Cents } from '../model/money.ts';
import { changesOf, type PersonChange, type Plan } from '../model/plan.ts';
import { type Seat, seatKey } from '../model/seat.ts';
import type { Daemon } from './daemon.ts';
import type { Ended } from './deps.ts';

/**
 * One person in one profile. `from` and `to` are the tiers before and after the plan, null without a seat; equal where
 * nothing is to change. `done`: the pass that made the plan has applied all of it that concerns the seat. `held`: some of it waits.
 */
export type PersonSeat = {
  readonly profile: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly external: boolean;
  readonly assignment: string | null;
  readonly why: string;
  readonly held: boolean;
  readonly done: boolean;
  /** List price a month of the tier that the person has after the plan; null where it is not known. */
  readonly monthly: Cents | null;
};

export type PersonLine = {
  readonly userId: string;
  readonly userName: string;
  /** Given and family name; empty where the directory has none. */
  readonly name: string;
  readonly enabled: boolean;
  readonly seats: readonly PersonSeat[];
};

/** Everybody whom the pass read, by userName. */
export type People = {
  /** When live state was read, RFC 3339. */
  readonly at: string;
  readonly revision: string | null;
  readonly lines: readonly PersonLine[];
  /** For a search: all that names a person or a seat of theirs, in lower case, in the order of `lines`. */
  readonly texts: readonly string[];
  readonly profiles: readonly string[];
  readonly tiers: readonly string[];
};

const made = new WeakMap<Ended, People>();

/** Everybody by the newest pass that made a plan; null before there was one. It is made once for each pass. */
export function people(daemon: Pick<Daemon, 'planned' | 'deps'>): People | null {
  const planned = daemon.planned();
  if (planned === null) return null;
  const known = made.get(planned) ?? peopleOf(planned, daemon);
  if (known !== null) made.set(planned, known);
  return known;
}

function peopleOf({ pass, result }: Ended, { deps }: Pick<Daemon, 'deps'>): People | null {
  const { configuration, live, resolution, plan } = result;
  if (configuration === null || live === null || resolution === null || plan === null) return null;
  const entries = deps.journal.entries();
  const done = new Set<Key>();
  for (const entry of entries) if (entry.type === 'change' && entry.pass === pass && entry.result === 'succeeded') done.add(entry.key);
  const seats = seatsOf(configuration, resolution.seats, plan, done);
  const gone = (seatRecord(entries)?.seats ?? []).filter((seat) => !resolution.people.has(seat.userId));
  const left: readonly LiveUser[] = [...new Map(gone.map((seat) => [seat.userId, seat.user]))].map(([id, userName]) => ({
    id,
    userName,
    emails: [],
    givenName: null,
    familyName: null,
    enabled: false,
  }));
  const users = [...live.users, ...left].sort((a, b) => order(a.userName, b.userName) || order(a.id, b.id));
  const lines = users.map((user) => ({
    userId: user.id,
    userName: user.userName,
    name: [user.givenName, user.familyName].filter((part) => part !== null).join(' '),
    enabled: user.enabled,
    seats: seats.get(user.id) ?? [],
  }));
  const texts = lines.map((line, i) => textOf(line, users[i]?.emails ?? []));
  const all = lines.flatMap((line) => line.seats);
  return {
    at: live.instant,
    revision: plan.revision,
    lines,
    texts,
    profiles: distinct(all.map((seat) => seat.profile)),
    tiers: distinct(all.flatMap((seat) => [seat.from, seat.to]).filter((tier) => tier !== null)),
  };
}

function seatsOf(
  configuration: Configuration,
  wanted: readonly Seat[],
  plan: Plan,
  done: ReadonlySet<Key>,
): ReadonlyMap<string, readonly PersonSeat[]> {
  const changes = new Map<string, Key[]>();
  for (const change of changesOf(plan)) {
    if (change.kind !== 'membership') continue;
    const id = seatKey(change.profile, change.userId);
    changes.set(id, [...(changes.get(id) ?? []), change.key]);
  }
  const moves = new Map(plan.people.map((person) => [seatKey(person.profile, person.userId), person]));
  const held = new Set(plan.held.map((one) => seatKey(one.profile, one.userId ?? '')));
  const found = new Map<string, PersonSeat[]>();
  const add = (userId: string, seat: PersonSeat) => found.set(userId, [...(found.get(userId) ?? []), seat]);
  const price = (tier: string | null): Cents | null => (tier === null ? 0 : (configuration.tiers.get(tier)?.monthly ?? null));
  const stateOf = (id: string): Pick<PersonSeat, 'held' | 'done'> => {
    const own = changes.get(id) ?? [];
    return { held: held.has(id), done: own.length > 0 && own.every((key) => done.has(key)) };
  };
  for (const seat of wanted) {
    const id = seatKey(seat.profile, seat.userId);
    const move: Pick<PersonChange, 'from' | 'to'> = (seat.external ? undefined : moves.get(id)) ?? { from: seat.tier, to: seat.tier };
    if (!seat.external) moves.delete(id);
    const { from, to } = move;
    const { profile, external, why } = seat;
    add(seat.userId, { profile, from, to, external, assignment: seat.assignment?.name ?? null, why, monthly: price(to), ...stateOf(id) });
  }
  for (const [id, { userId, profile, from, to, why }] of moves)
    add(userId, { profile, from, to, external: false, assignment: null, why, monthly: price(to), ...stateOf(id) });
  return found;
}

/** Which people are looked for; an empty text asks for nothing. `who`: `seated` has or gets a seat, `changing` has a change in the plan. */
export type PeopleFilter = {
  readonly q: string;
  readonly profile: string;
  readonly tier: string;
  readonly who: '' | 'seated' | 'changing' | 'held' | 'unseated';
};

/** Those that match, in their order. Without any question: everybody with a seat; with words: whoever has all of them. */
export function matchingPeople({ lines, texts }: People, { q, profile, tier, who }: PeopleFilter): readonly PersonLine[] {
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const kind = who === '' && words.length === 0 ? 'seated' : who;
  return lines.filter((line, i) => {
    const text = texts[i] ?? '';
    if (!words.every((word) => text.includes(word))) return false;
    const seats = line.seats.filter(
      (seat) => (profile === '' || seat.profile === profile) && (tier === '' || seat.from === tier || seat.to === tier),
    );
    if (kind === 'unseated') return line.seats.length === 0;
    if (kind === 'changing') return seats.some((seat) => seat.from !== seat.to && !seat.done);
    if (kind === 'held') return seats.some((seat) => seat.held);
    return seats.length > 0 || (kind === '' && profile === '' && tier === '');
  });
}

function textOf({ userId, userName, name, seats }: PersonLine, emails: readonly string[]): string {
  const own = seats.flatMap(({ profile, from, to, assignment }) => [profile, from ?? '', to ?? '', assignment ?? '']);
  return [userName, name, ...emails, userId, ...own].join('\n').toLowerCase();
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
