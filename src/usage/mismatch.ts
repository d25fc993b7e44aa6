import type { Configuration } from '../model/configuration.ts';
import type { Mismatch } from '../model/credits.ts';
import { dollars } from '../model/money.ts';
import { seatKey } from '../model/seat.ts';
import { rounded } from './amount.ts';
import { speaksOf } from './evidence.ts';
import { tierOf } from './facts.ts';
import type { Assessed } from './person.ts';

const ORDER: readonly Mismatch['kind'][] = ['tier', 'no-seat', 'two-profiles', 'overage-off'];

/** What every kind says of the person and the latest report row. */
function about({ person, known }: Assessed, configuration: Configuration): Omit<Mismatch, 'kind' | 'cost' | 'text'> {
  const written = known.usage?.latestTier ?? '';
  const shown = tierOf(written, configuration.tiers);
  return {
    userId: person.userId,
    userName: person.userName,
    profile: person.profile,
    tier: person.tier,
    usageTier: written === '' ? null : (shown?.name ?? written),
    recognised: shown !== null,
    date: known.usage?.lastActive ?? null,
  };
}

function nameOf({ person }: Assessed): string {
  return person.userName ?? person.userId;
}

/**
 * The latest report row, of whatever month, names another tier than the live seat has, whatever the spelling. A blank
 * tier says nothing, and neither does a row that is too old to speak of the seat.
 */
function tierMismatch(one: Assessed, configuration: Configuration): readonly Mismatch[] {
  const { seat, usage, desired } = one.known;
  if (seat === null || usage === null || usage.latestTier === '') return [];
  const shown = tierOf(usage.latestTier, configuration.tiers);
  const held = configuration.tiers.get(seat.tier);
  if (shown?.name === seat.tier) return [];
  if (held !== undefined && !speaksOf({ day: usage.lastActive, tier: shown }, { tier: held, since: seat.since })) return [];
  const said = shown === null ? `"${usage.latestTier}", which is no tier of the catalogue` : shown.name;
  const wanted = desired === null || desired === seat.tier ? '' : `; the configuration wants ${desired}`;
  const text = `${nameOf(one)} is in the ${seat.tier} seat group of ${one.person.profile}, and the reports of ${usage.lastActive} show ${said}${wanted}.`;
  return [{ kind: 'tier', ...about(one, configuration), cost: null, text }];
}

function noSeat(one: Assessed, configuration: Configuration): readonly Mismatch[] {
  const { person, known } = one;
  if (known.seat !== null || known.usage === null) return [];
  const wanted = person.desired === null ? '' : `; the configuration wants ${person.desired}`;
  const text = `${nameOf(one)} used ${rounded(person.used)} credits in ${person.profile} and has no seat there${wanted}.`;
  return [{ kind: 'no-seat', ...about(one, configuration), cost: null, text }];
}

function overageOff(one: Assessed, configuration: Configuration): readonly Mismatch[] {
  const { person, known } = one;
  if (person.overageCredits <= 0n || known.overage !== false) return [];
  const price = person.overage === null ? 'at an unknown price' : `(${dollars(person.overage)})`;
  const text = `${nameOf(one)} used ${rounded(person.overageCredits)} credits of overage ${price} in ${person.profile}, where the configuration has overage off.`;
  return [{ kind: 'overage-off', ...about(one, configuration), cost: person.overage, text }];
}

/** Live seats in several profiles, each billed: one entry a person, at the dearest of them. */
function twoProfiles(all: readonly Assessed[], configuration: Configuration): readonly Mismatch[] {
  const byUser = new Map<string, Assessed[]>();
  for (const one of all) {
    if (one.known.seat === null) continue;
    const seats = byUser.get(one.person.userId);
    if (seats === undefined) byUser.set(one.person.userId, [one]);
    else seats.push(one);
  }
  return [...byUser.values()].flatMap((seats) => {
    const price = (one: Assessed): number => one.person.monthly ?? 0;
    const [dearest, ...others] = seats.toSorted((a, b) => price(b) - price(a) || (a.person.profile < b.person.profile ? -1 : 1));
    if (dearest === undefined || others.length === 0) return [];
    const cost = 12 * others.reduce((sum, one) => sum + price(one), 0);
    const places = [dearest, ...others].map(({ person }) => `${person.profile} (${person.tier})`).join(' and ');
    const text = `${nameOf(dearest)} has seats in ${places}: each is billed, all but the dearest for ${dollars(cost)} a year.`;
    return [{ kind: 'two-profiles' as const, ...about(dearest, configuration), cost, text }];
  });
}

/**
 * What does not fit together, by kind, profile and name (see `Mismatch`). Without live state only overage is judged:
 * nobody's seat is known.
 */
export function mismatchesOf(all: readonly Assessed[], configuration: Configuration, hasLive: boolean): readonly Mismatch[] {
  const seats = hasLive
    ? [...all.flatMap((one) => [...tierMismatch(one, configuration), ...noSeat(one, configuration)]), ...twoProfiles(all, configuration)]
    : [];
  const key = (m: Mismatch): string => seatKey(m.profile, seatKey(m.userName ?? m.userId, m.userId));
  return [...seats, ...all.flatMap((one) => overageOff(one, configuration))].sort(
    (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (key(a) < key(b) ? -1 : 1),
  );
}
