import type { Configuration } from '../model/configuration.ts';
import type { Credits, CreditsPerson, CreditsRow, RowCount } from '../model/credits.ts';
import { type Day, dayOf, firstOfNextMonth, type Month, monthOf, startOf } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { type Resolution, seatKey } from '../model/seat.ts';
import { adviceFor } from './advice.ts';
import { budgetsOf } from './budget.ts';
import { type Facts, placeOf } from './facts.ts';
import { outlookOf } from './forecast.ts';
import { type DesiredSeat, desiredSeats, knownPeople } from './known.ts';
import { mismatchesOf } from './mismatch.ts';
import { moversOf } from './mover.ts';
import { notesOf } from './note.ts';
import { type Assessed, assess, type Standing } from './person.ts';
import { daysOf, profileDaysOf, rowsBy, type Summed, sumOf } from './sum.ts';

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

function byName({ person: a }: Assessed, { person: b }: Assessed): number {
  const of = (p: CreditsPerson): readonly string[] => [p.profile, p.userName ?? p.userId, p.userId];
  const [x, y] = [of(a), of(b)];
  const at = x.findIndex((text, i) => text !== y[i]);
  return at === -1 ? 0 : (x[at] ?? '') < (y[at] ?? '') ? -1 : 1;
}

/** What speaks of a closed month speaks of its last instant: reports of later months are not read for it. */
function asOf(month: Month, now: Date): { readonly asOf: Date; readonly closed: boolean } {
  const closed = month < monthOf(dayOf(now));
  return { closed, asOf: closed ? new Date(startOf(firstOfNextMonth(`${month}-01`)).getTime() - 1) : now };
}

function throughOf(facts: Facts | null): Day | null {
  return (facts?.days ?? []).reduce<Day | null>((last, { date }) => (last === null || date > last ? date : last), null);
}

function tables(summed: Summed, { tiers }: Configuration): Pick<Credits, 'tiers' | 'profiles' | 'assignments' | 'costCenters'> {
  const same = (nameOf: (one: CreditsPerson | DesiredSeat) => string): readonly CreditsRow[] =>
    rowsBy(summed, { person: nameOf, seat: nameOf });
  const tier = { person: (p: CreditsPerson) => p.tier ?? p.usageTier ?? '(unknown)', seat: (s: DesiredSeat) => s.tier };
  return {
    tiers: rowsBy(summed, tier, (name) => tiers.get(name)?.rank ?? Number.MAX_SAFE_INTEGER),
    profiles: same((one) => one.profile),
    assignments: same((one) => one.assignment),
    costCenters: same((one) => one.costCenter),
  };
}

/** The days of the month, in all and by profile, and those to come. */
function calendar(people: readonly Assessed[], input: CreditsInput): Pick<Credits, 'throughDate' | 'days' | 'profileDays' | 'outlook'> {
  const { configuration, facts, month } = input;
  const throughDate = throughOf(facts);
  const names = new Map(configuration.profiles.map((profile) => [placeOf(profile), profile.name]));
  const forecasts = people.flatMap(({ forecast }) => (forecast === null ? [] : [forecast]));
  return {
    throughDate,
    days: daysOf(month, throughDate, facts?.days ?? []),
    profileDays: profileDaysOf(month, throughDate, facts?.days ?? [], (at) => names.get(placeOf(at)) ?? placeOf(at)),
    outlook: facts === null || forecasts.length === 0 ? [] : outlookOf(forecasts, facts),
  };
}

/** The lines with advice where there is any, and what advice leaves out. Seats and usage are both needed for it. */
function advised(
  people: readonly Assessed[],
  input: CreditsInput,
): { readonly people: readonly Assessed[]; readonly notes: readonly string[] } {
  const { configuration, facts, live, resolution, now } = input;
  if (facts === null || live === null || resolution === null) return { people, notes: [] };
  const { byKey, notes } = adviceFor({ configuration, facts, live, resolution, now, people });
  const withAdvice = people.map((one) => {
    const advice = byKey.get(seatKey(one.person.profile, one.person.userId)) ?? null;
    return advice === null ? one : { ...one, person: { ...one.person, advice } };
  });
  return { people: withAdvice, notes };
}

/**
 * Who has which seat, why and since when, and what it was used for in a month: used, included, overage, forecast, idle,
 * unconfirmed, advice, what does not fit together, budgets. Pure; `now` says whether the month is closed; idle and
 * unconfirmed speak of now, in a closed month of its last instant. Seats and their prices are those of the live state,
 * whatever the month. Without live state seats and costs are null; without facts it is the roster; `notes` says which.
 */
export function credits(input: CreditsInput): Credits {
  const { configuration, facts, live, month, now, idleAfterDays = IDLE_AFTER_DAYS } = input;
  const at = asOf(month, now);
  const standing: Standing = { tiers: configuration.tiers, ...at, idleAfterDays, hasLive: live !== null, facts };
  const assessed = knownPeople(input)
    .map((one) => assess(one, standing))
    .sort(byName);
  const { people, notes } = advised(assessed, input);
  const lines = people.map(({ person }) => person);
  const summed: Summed = { people, desired: live === null ? null : desiredSeats(input) };
  const days = calendar(people, input);
  return {
    month,
    closed: at.closed,
    idleAfterDays,
    files: facts?.files ?? null,
    rows: facts?.rows ?? NO_ROWS,
    rejected: facts?.rejected ?? [],
    totals: sumOf(summed),
    people: lines,
    ...tables(summed, configuration),
    ...days,
    movers: moversOf(people, facts, month, days.throughDate, dayOf(now)),
    mismatches: mismatchesOf(people, configuration, live !== null),
    budgets: budgetsOf({ budgets: configuration.budgets, people, facts, month, hasLive: live !== null }),
    notes: [...notesOf({ configuration, facts, live, people: lines, month, now, asOf: at.asOf, closed: at.closed }), ...notes],
  };
}
