import type { Budget } from '../model/configuration.ts';
import type { BudgetState, CreditsDay, CreditsPerson, CreditsRow, CreditsSum } from '../model/credits.ts';
import type { Day, Month } from '../model/day.ts';
import type { UsageDay } from './facts.ts';

/** The sum over people. Overage is summed in the cents of each person, so every table adds up to the same dollars. */
export function sumOf(people: readonly CreditsPerson[], hasLive: boolean): CreditsSum {
  let [planCredits, used, overageCredits] = [0n, 0n, 0n];
  let [seats, overage, monthly] = [0, 0, 0];
  for (const person of people) {
    planCredits += person.planCredits ?? 0n;
    used += person.used;
    overageCredits += person.overageCredits;
    overage += person.overage ?? 0;
    monthly += person.monthly ?? 0;
    if (person.tier !== null) seats += 1;
  }
  return {
    seats: hasLive ? seats : null,
    people: people.length,
    planCredits,
    used,
    overageCredits,
    overage,
    cost: hasLive ? monthly + overage : null,
  };
}

/** People grouped by a name, each group summed, sorted by `order`, then by name. */
export function rowsBy(
  people: readonly CreditsPerson[],
  hasLive: boolean,
  nameOf: (person: CreditsPerson) => string,
  order: (name: string) => number = () => 0,
): readonly CreditsRow[] {
  const groups = new Map<string, CreditsPerson[]>();
  for (const person of people) {
    const name = nameOf(person);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [person]);
    else group.push(person);
  }
  return [...groups]
    .map(([name, group]) => ({ name, ...sumOf(group, hasLive) }))
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

/** Each budget against the seats and overage of the people it covers. */
export function budgetsOf(budgets: readonly Budget[], people: readonly CreditsPerson[], hasLive: boolean): readonly BudgetState[] {
  return budgets.map(({ name, profile, costCenter, monthly }) => {
    const covered = people.filter(
      (p) => (profile === null || p.profile === profile) && (costCenter === null || p.costCenter === costCenter),
    );
    const { cost } = sumOf(covered, hasLive);
    return { name, profile, costCenter, monthly, cost, over: cost === null ? null : cost > monthly };
  });
}
