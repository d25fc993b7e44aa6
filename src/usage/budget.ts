import type { Budget } from '../model/configuration.ts';
import type { BudgetState, Credit } from '../model/credits.ts';
import { type Day, daysInMonth, type Month } from '../model/day.ts';
import type { Cents } from '../model/money.ts';
import { decimal, priceOf } from './amount.ts';
import type { Facts } from './facts.ts';
import { dailyFrom } from './history.ts';
import type { Assessed } from './person.ts';

type BudgetInput = {
  readonly budgets: readonly Budget[];
  readonly people: readonly Assessed[];
  readonly facts: Facts | null;
  readonly month: Month;
  readonly hasLive: boolean;
};

function float(credits: Credit): number {
  return Number(decimal(credits));
}

/**
 * One person's overage at the end of each day of the month, in dollars. So far, overage is the end of what was used:
 * once an allowance is gone every credit is overage. From then on, what is expected beyond the allowance is.
 */
function overageByDay({ person, known, forecast, rate, expectedOverage }: Assessed, facts: Facts | null, month: Month): readonly number[] {
  const length = daysInMonth(month);
  if (rate === null || facts === null || known.usage === null || expectedOverage === 0n) return Array.from({ length }, () => 0);
  const history = dailyFrom(known.usage, facts, `${month}-01`, length);
  const [used, overage] = [float(person.used), float(person.overageCredits)];
  // What is to come and is no overage: what is left of the allowance.
  const room = forecast === null ? 0 : Math.max(0, float(forecast.expected - person.used - (expectedOverage - person.overageCredits)));
  const most = float(expectedOverage);
  const ahead = forecast?.days ?? [];
  let [seen, coming] = [0, 0];
  return history.map((credits, day) => {
    seen += credits;
    coming += ahead[day - (length - ahead.length)] ?? 0;
    const sofar = Math.max(0, overage - Math.max(0, used - seen));
    return rate * Math.min(most, sofar + Math.max(0, coming - room));
  });
}

/** The first day of the month at whose end the cost is above the budget; the last one where rounding hides it. */
function exceededOn(people: readonly Assessed[], { facts, month }: BudgetInput, committed: Cents, monthly: Cents): Day {
  const days = people.map((one) => overageByDay(one, facts, month));
  const length = daysInMonth(month);
  const found = Array.from({ length }, (_, day) => days.reduce((sum, own) => sum + (own[day] ?? 0), 0)).findIndex(
    (overage) => committed + Math.round(overage * 100) > monthly,
  );
  return `${month}-${String(found === -1 ? length : found + 1).padStart(2, '0')}`;
}

function stateOf({ name, profile, costCenter, monthly }: Budget, input: BudgetInput, anyForecast: boolean): BudgetState {
  const known = { name, profile, costCenter, monthly };
  if (!input.hasLive) return { ...known, committed: null, cost: null, forecast: null, exceededOn: null, over: null };
  const covered = input.people.filter(
    ({ person }) => (profile === null || person.profile === profile) && (costCenter === null || person.costCenter === costCenter),
  );
  const committed = covered.reduce((sum, { person }) => sum + (person.monthly ?? 0), 0);
  const cost = covered.reduce((sum, { person }) => sum + (person.overage ?? 0), committed);
  const expected = covered.reduce(
    (sum, { expectedOverage, rate }) => sum + (rate === null ? 0 : priceOf(expectedOverage, rate)),
    committed,
  );
  const worst = anyForecast ? expected : cost;
  return {
    ...known,
    committed,
    cost,
    forecast: anyForecast ? expected : null,
    exceededOn: worst > monthly ? exceededOn(covered, input, committed, monthly) : null,
    over: cost > monthly,
  };
}

/**
 * Each budget against the seats and overage of the people it covers. Overage is priced in cents a person, as in the
 * tables, so that a budget over everything has the cost of the totals.
 */
export function budgetsOf(input: BudgetInput): readonly BudgetState[] {
  const anyForecast = input.people.some(({ forecast }) => forecast !== null);
  return input.budgets.map((budget) => stateOf(budget, input, anyForecast));
}
