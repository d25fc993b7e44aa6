import type { Configuration } from '../model/configuration.ts';
import type { Credits, CreditsPerson, Mismatch, RowCount } from '../model/credits.ts';
import { dayOf, type Month, monthOf } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { type Resolution, seatKey } from '../model/seat.ts';
import { speaksOf } from './evidence.ts';
import { bareUserId, type Facts, placeOf, tierOf } from './facts.ts';
import { notesOf } from './note.ts';
import { type Known, personOf, type Standing } from './person.ts';
import { type LiveSeat, roster, wantedSeats } from './roster.ts';
import { budgetsOf, daysOf, rowsBy, sumOf } from './sum.ts';

/** A seat is idle when its last usage row is this many days old or older. */
export const IDLE_AFTER_DAYS = 30;

const NO_ROWS: RowCount = { read: 0, used: 0, superseded: 0, rejected: 0, inMonth: 0 };

type CreditsInput = {
  readonly configuration: Configuration;
  /** Null: no usage was given, the report is the roster. */
  readonly facts: Facts | null;
  /** Both null, or neither: live state, and what the configuration resolves to on it. */
  readonly live: Live | null;
  readonly resolution: Resolution | null;
  readonly month: Month;
  readonly now: Date;
  readonly idleAfterDays?: number;
};

function profileNames(configuration: Configuration): (at: { readonly account: string; readonly region: string }) => string {
  const byPlace = new Map(configuration.profiles.map((profile) => [placeOf(profile), profile.name]));
  return (at) => byPlace.get(placeOf(at)) ?? placeOf(at);
}

/** Live seats and usage joined by (profile, bare user id). Usage without a seat counts if it lies in the month. */
function join({ configuration, facts, live, resolution }: CreditsInput): readonly Known[] {
  const profileOf = profileNames(configuration);
  const seats: readonly LiveSeat[] = live === null || resolution === null ? [] : roster(configuration, live, resolution);
  const wanted = resolution === null ? null : wantedSeats(resolution);
  const userNames = new Map((live?.users ?? []).map((user) => [bareUserId(user.id), user.userName]));
  const usage = new Map((facts?.people ?? []).map((person) => [seatKey(profileOf(person), person.userId), person]));
  const known = new Map<string, Known>();
  for (const seat of seats) {
    const key = seatKey(seat.profile, seat.userId);
    known.set(key, { ...seat, seat, wanted: wanted?.get(key) ?? null, usage: usage.get(key) ?? null });
  }
  for (const [key, person] of usage) {
    if (known.has(key) || person.activeDays === 0) continue;
    const { userId } = person;
    known.set(key, {
      userId,
      userName: userNames.get(userId) ?? null,
      profile: profileOf(person),
      seat: null,
      wanted: wanted?.get(key) ?? null,
      usage: person,
    });
  }
  return [...known.values()];
}

function byName(a: CreditsPerson, b: CreditsPerson): number {
  const of = (p: CreditsPerson): readonly string[] => [p.profile, p.userName ?? p.userId, p.userId];
  const [x, y] = [of(a), of(b)];
  const at = x.findIndex((text, i) => text !== y[i]);
  return at === -1 ? 0 : (x[at] ?? '') < (y[at] ?? '') ? -1 : 1;
}

/** Seats whose latest report row, of whatever month, names another tier. A blank tier says nothing. */
function mismatchesOf(known: readonly Known[], { configuration }: CreditsInput): readonly Mismatch[] {
  return known.flatMap(({ seat, usage, userId, userName, profile }) => {
    if (seat === null || usage === null || usage.latestTier === '') return [];
    const shown = tierOf(usage.latestTier, configuration.tiers);
    const held = configuration.tiers.get(seat.tier);
    if (
      shown?.name === seat.tier ||
      (held !== undefined && !speaksOf({ day: usage.lastActive, tier: shown }, { tier: held, since: seat.since }))
    )
      return [];
    return [
      {
        userId,
        userName,
        profile,
        tier: seat.tier,
        usageTier: shown?.name ?? usage.latestTier,
        recognised: shown !== null,
        date: usage.lastActive,
      },
    ];
  });
}

/**
 * Who has which seat, why and since when, and what it was used for in a month: used, included, overage, idle,
 * unconfirmed, usage without a seat, tiers that differ. Pure; `now` judges idle and unconfirmed and whether the month
 * is closed. Without live state seats and costs are null; without facts it is the roster; `notes` says which.
 */
export function credits(input: CreditsInput): Credits {
  const { configuration, facts, live, month, now, idleAfterDays = IDLE_AFTER_DAYS } = input;
  const standing: Standing = { tiers: configuration.tiers, now, idleAfterDays, hasLive: live !== null, hasFacts: facts !== null };
  const known = join(input);
  const people = known.map((one) => personOf(one, standing)).sort(byName);
  const throughDate = facts?.days.at(-1)?.date ?? null;
  const by = (nameOf: (person: CreditsPerson) => string, order?: (name: string) => number) => rowsBy(people, live !== null, nameOf, order);
  const rank = (tier: string): number => configuration.tiers.get(tier)?.rank ?? Number.MAX_SAFE_INTEGER;
  return {
    month,
    throughDate,
    closed: month < monthOf(dayOf(now)),
    idleAfterDays,
    files: facts?.files ?? null,
    rows: facts?.rows ?? NO_ROWS,
    rejected: facts?.rejected ?? [],
    totals: sumOf(people, live !== null),
    people,
    tiers: by((person) => person.tier ?? person.usageTier ?? '(unknown)', rank),
    profiles: by((person) => person.profile),
    assignments: by((person) => person.assignment),
    costCenters: by((person) => person.costCenter),
    days: daysOf(month, throughDate, facts?.days ?? []),
    mismatches: [...mismatchesOf(known, input)].sort((a, b) =>
      seatKey(a.profile, a.userName ?? a.userId) < seatKey(b.profile, b.userName ?? b.userId) ? -1 : 1,
    ),
    budgets: budgetsOf(configuration.budgets, people, live !== null),
    notes: notesOf({ configuration, facts, live, people, now }),
  };
}
