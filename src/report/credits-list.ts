import type { BudgetState, Credits, CreditsPerson, Mismatch } from '../model/credits.ts';
import { dollars, signedDollars } from '../model/money.ts';
import { blockedText, budgetScope, budgetVerdict, type Digest } from './credits-digest.ts';
import { count } from './summary.ts';

/** A column's heading; `number` aligns it right, `wide` lets its text run over several lines. */
export type Column = string | { readonly name: string; readonly kind: 'number' | 'wide' };

/** A cell; `tone` says how much it needs a look. */
export type ListCell = string | { readonly text: string; readonly tone: 'good' | 'warn' | 'bad' };

/** A list of the report before it has a format: text, Markdown and HTML show the same rows in the same order. */
export type List = {
  readonly id: string;
  readonly title: string;
  /** What the rows are, one sentence without a full stop. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly ListCell[])[];
  /** The sentence that stands in for an empty list. */
  readonly empty: string;
};

/** A column of numbers. */
export function numeric(name: string): Column {
  return { name, kind: 'number' };
}

/** Money or what stands for none. */
export function moneyText(amount: number | null, none = '-'): string {
  return amount === null ? none : dollars(amount);
}

/** A person as reports name them: by userName, by the id where the directory has no name. */
export function nameOf({ userName, userId }: { readonly userName: string | null; readonly userId: string }): string {
  return userName ?? userId;
}

function adviceList({ advised, saving }: Digest): List {
  return {
    id: 'advice',
    title: `Right-size advice: ${count(advised.length, 'person', 'people')}, ${dollars(saving.amount)} a month${blockedText(saving)}`,
    caption: 'The tier that costs least at what was used, list price and overage together',
    columns: ['person', 'profile', 'tier', numeric('saves a month'), 'confidence', 'from', { name: 'reason', kind: 'wide' }],
    rows: advised.map((p) => [
      nameOf(p),
      p.profile,
      `${p.advice.from} → ${p.advice.tier}`,
      dollars(p.advice.monthlySaving),
      p.advice.confidence,
      p.advice.effective,
      p.advice.reason,
    ]),
    empty: 'No right-size advice: nobody would cost less in another tier, or there are not enough closed months to tell.',
  };
}

const UNUSED = ['person', 'profile', 'tier', numeric('a month'), 'last active', 'seat since', 'cost center'] as const;

function unusedRow(p: CreditsPerson): readonly string[] {
  const since = p.since?.slice(0, 10) ?? 'unknown';
  return [nameOf(p), p.profile, p.tier ?? '-', moneyText(p.monthly), p.lastActive ?? 'never', since, p.costCenter];
}

function idleList(days: number, { idle }: Digest): List {
  return {
    id: 'idle',
    title: `Idle: ${count(idle.people.length, 'seat', 'seats')}, ${dollars(idle.monthly)} a month`,
    caption: `Seats without use for ${days} days or more`,
    columns: UNUSED,
    rows: idle.people.map(unusedRow),
    empty: `No idle seat: each that was ever used was used in the last ${days} days.`,
  };
}

function unconfirmedList({ unconfirmed }: Digest): List {
  return {
    id: 'unconfirmed',
    title: `Unconfirmed: ${count(unconfirmed.people.length, 'seat', 'seats')}, up to ${dollars(unconfirmed.monthly)} a month`,
    caption: 'Members for over 24 hours without any usage row: never seated, or never used; Kiro bills a seat once it is activated',
    columns: UNUSED,
    rows: unconfirmed.people.map(unusedRow),
    empty: 'No unconfirmed seat: every one older than a day has usage.',
  };
}

/** Kinds of mismatch in the order they are shown, with their titles and what the rows are. */
const MISMATCHES = [
  ['two-profiles', 'Seats in two profiles, each billed', 'The cost is a year of all seats but the dearest'],
  ['overage-off', 'Overage where the profile declares it off', 'Look at the setting of the profile in the Kiro console'],
  ['tier', 'Tiers that differ (membership is not the tier: look at the console)', 'The latest report row against the live seat'],
  ['no-seat', 'Usage without a seat', 'In the reports, and in no seat group of the profile'],
] as const;

function costText({ kind, cost }: Mismatch): string {
  return cost === null ? '-' : `${dollars(cost)} ${kind === 'two-profiles' ? 'a year' : 'this month'}`;
}

function mismatchLists({ mismatches }: Credits): readonly List[] {
  return MISMATCHES.map(([kind, title, caption]) => {
    const some = mismatches.filter((mismatch) => mismatch.kind === kind);
    return {
      id: `mismatch-${kind}`,
      title: `${title}: ${count(some.length, 'person', 'people')}`,
      caption,
      columns: ['person', 'profile', 'seat', 'reports say', 'on', numeric('cost'), { name: 'what', kind: 'wide' }],
      rows: some.map((m) => [
        nameOf(m),
        m.profile,
        m.tier ?? '-',
        m.usageTier === null ? '-' : m.recognised ? m.usageTier : `${m.usageTier} (unrecognised)`,
        m.date ?? '-',
        costText(m),
        m.text,
      ]),
      empty: '',
    };
  });
}

function budgetRow(budget: BudgetState, ahead: boolean): readonly ListCell[] {
  const { monthly, committed, cost, forecast, over, exceededOn } = budget;
  const text = budgetVerdict(budget);
  const tone = over === true ? 'bad' : exceededOn === null ? 'good' : 'warn';
  return [
    budget.name,
    budgetScope(budget),
    dollars(monthly),
    moneyText(committed, 'unknown'),
    moneyText(cost, 'unknown'),
    ...(ahead ? [moneyText(forecast)] : []),
    cost === null ? '-' : signedDollars(monthly - (forecast ?? cost)),
    over === null ? text : { text, tone },
  ];
}

/** Every budget; `room` is what is left of it at the forecast, or at the cost where there is none. */
export function budgetList({ budgets, closed }: Credits): List {
  const ahead = !closed && budgets.some(({ forecast }) => forecast !== null);
  const columns = [
    'budget',
    'covers',
    numeric('budget'),
    numeric('seats'),
    numeric(closed ? 'cost' : 'cost so far'),
    ...(ahead ? [numeric('forecast')] : []),
    numeric('room'),
    'state',
  ];
  return {
    id: 'budgets',
    title: 'Budgets',
    caption: 'List price of seats plus overage, against each budget',
    columns,
    rows: budgets.map((budget) => budgetRow(budget, ahead)),
    empty: 'The policy has no budgets.',
  };
}

/** What to do first, in this order: advice, idle, unconfirmed, mismatches, budgets; without what the input cannot tell. */
export function todoLists(credits: Credits, digest: Digest): readonly List[] {
  const judged = credits.files !== null && credits.totals.seats !== null;
  const seats = judged ? [adviceList(digest), idleList(credits.idleAfterDays, digest), unconfirmedList(digest)] : [];
  return [...seats, ...mismatchLists(credits), budgetList(credits)];
}
