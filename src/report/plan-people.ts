import { signedDollars } from '../model/money.ts';
import type { PersonChange, Plan, RunRate } from '../model/plan.ts';
import { byName, personSymbol } from './plan-text-change.ts';
import { count } from './summary.ts';

/** The people of one profile, those whose seat ends first, then moves, then new seats; each by name. */
export type ProfilePeople = { readonly profile: string; readonly rate: RunRate | null; readonly people: readonly PersonChange[] };

const ORDER = { '-': 0, '~': 1, '+': 2 } as const;

/** The people of a plan by profile, in the order of the profiles' names; `rate` is null for a profile without money. */
export function peopleByProfile(plan: Pick<Plan, 'people' | 'money'>): readonly ProfilePeople[] {
  const sorted = [...byName(plan.people)].sort((a, b) => ORDER[personSymbol(a)] - ORDER[personSymbol(b)]);
  const profiles = [...new Set(plan.people.map(({ profile }) => profile))].sort();
  const rates = new Map(plan.money.byProfile.map((row) => [row.name, row]));
  return profiles.map((profile) => ({
    profile,
    rate: rates.get(profile) ?? null,
    people: sorted.filter((person) => person.profile === profile),
  }));
}

/** How many of these people lose their seat. */
export function endings(people: readonly PersonChange[]): number {
  return people.filter((person) => personSymbol(person) === '-').length;
}

/** `2 seats end, 1 person moves, 13 get a seat`; an empty text for nobody. */
export function peopleCounts(people: readonly PersonChange[]): string {
  const of = (symbol: string) => people.filter((person) => personSymbol(person) === symbol).length;
  const [ends, moves, news] = [of('-'), of('~'), of('+')];
  const parts = [
    ends === 0 ? '' : count(ends, 'seat ends', 'seats end'),
    moves === 0 ? '' : count(moves, 'person changes tier', 'people change tier'),
    news === 0 ? '' : count(news, 'person gets a seat', 'people get a seat'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** `+$420.00 a month`, or that the run-rate stays. */
export function deltaText({ before, after }: RunRate): string {
  return before === after ? 'the same a month' : `${signedDollars(after - before)} a month`;
}
