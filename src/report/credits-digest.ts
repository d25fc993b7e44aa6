import type { Advice, BudgetState, Credits, CreditsPerson } from '../model/credits.ts';
import { type Cents, dollars } from '../model/money.ts';

/** People and what their seats cost a month at list price. */
export type Cost = { readonly people: readonly CreditsPerson[]; readonly monthly: Cents };

/** What following advice saves a month; `blocked` of it not until `removals` of these seat groups is changed. */
export type Saving = { readonly amount: Cents; readonly blocked: Cents; readonly groups: readonly string[] };

/** What a lead acts on, dearest first in every list. */
export type Digest = {
  readonly advised: readonly (CreditsPerson & { readonly advice: NonNullable<CreditsPerson['advice']> })[];
  readonly saving: Saving;
  /** Seats that Kiro bills and nobody uses. */
  readonly idle: Cost;
  /** Seats without any row: billed only if they were activated, which no report tells. */
  readonly unconfirmed: Cost;
  /** Budgets that are passed already. */
  readonly over: readonly BudgetState[];
  /** Budgets that will be passed before the month ends. */
  readonly expected: readonly BudgetState[];
};

function byCost(a: CreditsPerson, b: CreditsPerson): number {
  return (b.monthly ?? 0) - (a.monthly ?? 0) || (b.idleDays ?? 0) - (a.idleDays ?? 0);
}

function costOf(all: readonly CreditsPerson[], state: CreditsPerson['state']): Cost {
  const people = all.filter((person) => person.state === state).sort(byCost);
  return { people, monthly: people.reduce((sum, person) => sum + (person.monthly ?? 0), 0) };
}

/** Sums advice; what an old seat that stays (`removals: never`) keeps from being saved is apart. */
export function savingOf(all: readonly Advice[]): Saving {
  const sum = (of: readonly Advice[]): Cents => of.reduce((total, { monthlySaving }) => total + monthlySaving, 0);
  const groups = new Set(all.flatMap(({ blockedBy }) => blockedBy ?? []));
  return {
    amount: sum(all.filter(({ blockedBy }) => blockedBy === null)),
    blocked: sum(all.filter(({ blockedBy }) => blockedBy !== null)),
    groups: [...groups].sort(),
  };
}

/** `, and $32.00 more once …`, to stand behind the saving of a month; empty where nothing is blocked. */
export function blockedText({ blocked, groups }: Saving): string {
  return groups.length === 0 ? '' : `, and ${dollars(blocked)} more once \`removals\` of ${groups.join(', ')} is not never`;
}

/** The lists and sums that every format begins with. */
export function digestOf({ people, budgets }: Credits): Digest {
  const advised = people
    .flatMap((person) => (person.advice === null ? [] : [{ ...person, advice: person.advice }]))
    .sort((a, b) => b.advice.monthlySaving - a.advice.monthlySaving);
  const over = budgets.filter((budget) => budget.over === true);
  return {
    advised,
    saving: savingOf(advised.map(({ advice }) => advice)),
    idle: costOf(people, 'idle'),
    unconfirmed: costOf(people, 'unconfirmed'),
    over,
    expected: budgets.filter((budget) => budget.over !== true && budget.exceededOn !== null),
  };
}

/** What a person costs: the seat's list price and the overage. */
export function costOfPerson({ monthly, overage }: CreditsPerson): Cents {
  return (monthly ?? 0) + (overage ?? 0);
}

/** `over budget`, `passes it on 2026-11-27` or `within`; `unknown` without live state. */
export function budgetVerdict({ over, exceededOn }: BudgetState): string {
  if (over === null) return 'unknown';
  if (over) return exceededOn === null ? 'over budget' : `over budget since ${exceededOn}`;
  return exceededOn === null ? 'within' : `will pass it on ${exceededOn}`;
}

/** What a budget covers: `cost center RND`, `profile engineering`, or both; `everything` without either. */
export function budgetScope({ profile, costCenter }: BudgetState): string {
  const parts = [...(profile === null ? [] : [`profile ${profile}`]), ...(costCenter === null ? [] : [`cost center ${costCenter}`])];
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

/** What the month, its data and its state are, in one line. */
export function dataThrough({ closed, throughDate, files }: Credits): string {
  if (files === null) return 'roster, no usage given';
  return `${closed ? 'closed' : 'month so far'}, ${throughDate === null ? 'no usage in it' : `usage through ${throughDate}`}`;
}

/** The state of a person in words; `-` for a seat of which nothing needs a look. */
export function personState({ state, idleDays }: CreditsPerson): string {
  if (state === 'idle') return idleDays === null ? 'idle' : `idle for ${idleDays} days`;
  if (state === 'no-seat') return 'no seat';
  return state === 'active' || state === 'seat' || state === 'usage' ? '-' : state;
}
