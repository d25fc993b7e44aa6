import type { Budget } from '../../model/configuration.ts';
import { CHEAPEST, listPrice } from '../../model/list-price.ts';
import { type Cents, cents, dollars, signedDollars, usd } from '../../model/money.ts';
import type { Violation } from '../../model/plan.ts';
import { seatKey } from '../../model/seat.ts';
import type { Tier } from '../../model/tier.ts';
import { price } from '../money.ts';
import { releasedPeople } from '../released.ts';
import type { Standing } from '../standing.ts';
import { creations, type Guard, type GuardInput, some } from './guard.ts';

/** What the operator's limit counts: a price in the repository may raise it, and never lower it below the list price. */
function counted(tier: Tier | null): Cents {
  return tier === null ? 0 : Math.max(price(tier), listPrice(tier).monthly);
}

/** A key of this plan that raises what one person costs. */
type Raise = { readonly key: string; readonly user: string; readonly by: Cents };

/** What raises the cost of each person (by `seatKey`), and is not listed for the rule. */
function raising(
  { changes, standings, lifted }: GuardInput,
  rule: string,
  rise: (key: string, standing: Standing) => Cents,
): ReadonlyMap<string, Raise> {
  const found = new Map<string, Raise>();
  for (const change of creations(changes)) {
    const key = seatKey(change.profile, change.userId);
    const standing = standings.get(key);
    const by = standing === undefined ? 0 : rise(key, standing);
    if (by > 0 && !lifted(rule, change.key)) found.set(key, { key: change.key, user: change.user, by });
  }
  return found;
}

/** `12 people cost more: ana, bob, … and 7 more.`, the dearest first. */
function whoRaises(raises: readonly Raise[]): string {
  const dearest = [...raises].sort((a, b) => b.by - a.by || (a.key < b.key ? -1 : 1)).map((one) => one.user);
  return `${raises.length === 1 ? '1 seat costs' : `${raises.length} seats cost`} more: ${some(dearest)}.`;
}

/**
 * The monthly run-rate would jump, at list price at least. Listed keys are not counted; savings of the same plan are.
 * Whoever sits in a released group is still billed, at a tier that nobody knows: the cheapest, so that dropping a seat
 * neither makes the run-rate small nor a new seat of its people cheap.
 */
export const monthlyIncrease: Guard = (input) => {
  const unnamed = releasedPeople(input.b, (key) => (input.standings.get(key)?.before ?? null) !== null);
  const cost = (key: string, { before: was }: Standing) => (was === null && unnamed.has(key) ? CHEAPEST : counted(was));
  const raised = raising(input, 'monthly-increase', (key, standing) => counted(standing.after) - cost(key, standing));
  const before = sum(input.standings.values(), (standing) => counted(standing.before)) + unnamed.size * CHEAPEST;
  const saved = sum(input.standings.values(), (standing) => Math.min(0, counted(standing.after) - counted(standing.before)));
  const cheaper = [...input.standings.values()].some(({ before: was, after: is }) =>
    [was, is].some((tier) => counted(tier) !== price(tier)),
  );
  const rise = sum(raised.values(), (one) => one.by) + saved;
  const { percent, usd: most, from } = input.limits.increase;
  if (before < cents(from) || rise * 100 <= before * percent || rise <= cents(most)) return [];
  const inReleased =
    unnamed.size === 0
      ? ''
      : `, counting ${unnamed.size} ${unnamed.size === 1 ? 'person' : 'people'} in released groups at ${usd(CHEAPEST)} USD`;
  const message = `The monthly run-rate${cheaper ? ' at list price' : ''} would go from ${dollars(before)} to ${dollars(before + rise)} (${signedDollars(rise)})${inReleased}; the limits are ${percent} % and ${dollars(cents(most))}. ${whoRaises([...raised.values()])}`;
  const keys = [...raised.values()].map((one) => one.key).sort();
  return [{ rule: 'monthly-increase', message, limit: most, actual: usd(rise), keys }];
};

function sum<T>(things: Iterable<T>, amount: (thing: T) => Cents): Cents {
  let total = 0;
  for (const thing of things) total += amount(thing);
  return total;
}

function counts(budget: Budget, standing: Standing): boolean {
  if (budget.costCenter !== null && budget.costCenter !== standing.costCenter) return false;
  return budget.profile === null || budget.profile === standing.profile;
}

/** A budget is exceeded and this plan raises the spend that counts in it; a budget that stood exceeded before is not this plan's. */
export const overBudget: Guard = (input) => {
  const raised = raising(input, 'over-budget', (_, { before, after }) => price(after) - price(before));
  return input.b.configuration.budgets.flatMap((budget): Violation[] => {
    const mine = [...input.standings].filter(([, standing]) => counts(budget, standing));
    const before = sum(mine, ([, standing]) => price(standing.before));
    const saved = sum(mine, ([, standing]) => Math.min(0, price(standing.after) - price(standing.before)));
    const after = before + saved + sum(mine, ([key]) => raised.get(key)?.by ?? 0);
    const raises = mine.flatMap(([key]) => raised.get(key) ?? []);
    if (after <= budget.monthly || after <= before || raises.length === 0) return [];
    const message = `Budget ${budget.name} (${budget.place.file}:${budget.place.line}) allows ${dollars(budget.monthly)} a month; this plan would raise its seats from ${dollars(before)} to ${dollars(after)}. ${whoRaises(raises)}`;
    const keys = raises.map((one) => one.key).sort();
    return [{ rule: 'over-budget', message, limit: usd(budget.monthly), actual: usd(after), keys }];
  });
};

/** Under `duplicates: deny`, this plan would seat people in a second profile, which is billed twice. */
export const duplicateBilling: Guard = ({ b, changes, standings, lifted }) => {
  if (b.configuration.organization.duplicates !== 'deny') return [];
  const doubled = creations(changes)
    .filter((change) => standings.get(seatKey(change.profile, change.userId))?.before === null && !lifted('duplicate-billing', change.key))
    .flatMap((change) => {
      const others = [...b.profiles.keys()].filter(
        (profile) => profile !== change.profile && (standings.get(seatKey(profile, change.userId))?.wanted ?? null) !== null,
      );
      return others.length === 0 ? [] : [{ key: change.key, user: change.user, profiles: [...others, change.profile].sort() }];
    });
  const people = new Set(doubled.map((one) => one.user)).size;
  if (people === 0) return [];
  const who = some(doubled.map((one) => `${one.user} (${one.profiles.join(' and ')})`));
  const message = `${people === 1 ? '1 person' : `${people} people`} would hold seats in more than one profile and be billed for each; the organization says \`duplicates: deny\`, so the limit is 0. They are: ${who}.`;
  return [{ rule: 'duplicate-billing', message, limit: 0, actual: people, keys: doubled.map((one) => one.key).sort() }];
};
