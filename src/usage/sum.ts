import type { CreditsDay, CreditsPerson, CreditsRow, CreditsSum, Forecast } from '../model/credits.ts';
import type { Day, Month } from '../model/day.ts';
import { costPerCredit, ratio } from './amount.ts';
import type { UsageDay } from './facts.ts';
import { sumForecasts } from './forecast.ts';
import type { DesiredSeat } from './known.ts';
import type { Assessed } from './person.ts';

/** Who is summed. `desired` is null without live state: then seats and cost are unknown as well. */
export type Summed = { readonly people: readonly Assessed[]; readonly desired: readonly DesiredSeat[] | null };

/** Who has no forecast counts with what was used so far, so that a sum is never below its use. */
function forecastOf(people: readonly Assessed[]): Forecast | null {
  const known = people.flatMap(({ forecast }) => (forecast === null ? [] : [forecast]));
  if (known.length === 0) return null;
  const rest = people.reduce((sum, { forecast, person }) => (forecast === null ? sum + person.used : sum), 0n);
  const { expected, low, high } = sumForecasts(known);
  return { expected: expected + rest, low: low + rest, high: high + rest };
}

/** The sum over people. Overage is summed in the cents of each person, so every table adds up to the same dollars. */
export function sumOf({ people, desired }: Summed): CreditsSum {
  let [planCredits, used, overageCredits] = [0n, 0n, 0n];
  let [seats, overage, monthly] = [0, 0, 0];
  for (const { person } of people) {
    planCredits += person.planCredits ?? 0n;
    used += person.used;
    overageCredits += person.overageCredits;
    overage += person.overage ?? 0;
    monthly += person.monthly ?? 0;
    if (person.tier !== null) seats += 1;
  }
  const cost = desired === null ? null : monthly + overage;
  return {
    seats: desired === null ? null : seats,
    desired: desired === null ? null : desired.length,
    people: people.length,
    planCredits,
    used,
    overageCredits,
    overage,
    cost,
    utilisation: ratio(used, planCredits),
    costPerCredit: costPerCredit(cost, used),
    forecast: forecastOf(people),
  };
}

function grouped<T>(all: readonly T[], nameOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(nameOf(one));
    if (group === undefined) groups.set(nameOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** By what a table groups: a line of the report, and a seat that is wanted. */
export type Grouping = { readonly person: (person: CreditsPerson) => string; readonly seat: (seat: DesiredSeat) => string };

/**
 * People and wanted seats grouped by a name, each group summed, sorted by `order`, then by name. Each person and each
 * wanted seat is in exactly one group, so that the rows of every table add up to the same totals.
 */
export function rowsBy({ people, desired }: Summed, by: Grouping, order: (name: string) => number = () => 0): readonly CreditsRow[] {
  const groups = grouped(people, ({ person }) => by.person(person));
  const wanted = grouped(desired ?? [], by.seat);
  const none: readonly DesiredSeat[] = [];
  return [...new Set([...groups.keys(), ...wanted.keys()])]
    .map((name) => ({ name, ...sumOf({ people: groups.get(name) ?? [], desired: desired === null ? null : (wanted.get(name) ?? none) }) }))
    .sort((a, b) => order(a.name) - order(b.name) || (a.name < b.name ? -1 : 1));
}

/** Every day from the first of the month to the last day of it with a row, quiet days included. */
export function daysOf(month: Month, through: Day | null, days: readonly UsageDay[]): readonly CreditsDay[] {
  if (through === null) return [];
  const found = new Map<Day, CreditsDay>();
  for (let number = 1; number <= Number(through.slice(8)); number += 1) {
    const date = `${month}-${String(number).padStart(2, '0')}`;
    found.set(date, { date, people: 0, used: 0n, overageCredits: 0n });
  }
  for (const { date, people, used, overageCredits } of days) {
    const sum = found.get(date);
    if (sum === undefined) continue;
    found.set(date, { date, people: sum.people + people, used: sum.used + used, overageCredits: sum.overageCredits + overageCredits });
  }
  return [...found.values()];
}

/** The same for each profile that has usage in the month, by name. `nameAt` says whose an (account, Region) is. */
export function profileDaysOf(
  month: Month,
  through: Day | null,
  days: readonly UsageDay[],
  nameAt: (day: UsageDay) => string,
): readonly { readonly profile: string; readonly days: readonly CreditsDay[] }[] {
  return [...grouped(days, nameAt)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([profile, own]) => ({ profile, days: daysOf(month, through, own) }));
}
