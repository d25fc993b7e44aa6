import { dayOf, daysInMonth, daysLeft, monthOf } from '../model/day.ts';
import type { Cents } from '../model/money.ts';
import type { Duplicate, Money, MoneyRow, RunRate } from '../model/plan.ts';
import { seatKey } from '../model/seat.ts';
import type { Tier } from '../model/tier.ts';
import { type Board, userName } from './board.ts';
import type { Standing } from './standing.ts';

const NONE = '(none)';

/** List price of a tier; 0 for no seat. */
export function price(tier: Tier | null): Cents {
  return tier?.monthly ?? 0;
}

function total(standings: Iterable<Standing>): RunRate {
  let before = 0;
  let after = 0;
  for (const standing of standings) {
    before += price(standing.before);
    after += price(standing.after);
  }
  return { before, after };
}

/** Rows by a name of each side: a person who changes tier counts before in one row and after in another. */
function rows(
  standings: Iterable<Standing>,
  nameBefore: (s: Standing) => string | null,
  nameAfter: (s: Standing) => string | null,
): readonly MoneyRow[] {
  const byName = new Map<string, { before: Cents; after: Cents }>();
  const row = (name: string) => {
    const found = byName.get(name) ?? { before: 0, after: 0 };
    byName.set(name, found);
    return found;
  };
  for (const standing of standings) {
    const [was, is] = [nameBefore(standing), nameAfter(standing)];
    if (was !== null) row(was).before += price(standing.before);
    if (is !== null) row(is).after += price(standing.after);
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, amounts]) => ({ name, ...amounts }));
}

/**
 * What this plan charges in the current month: a new seat is prorated by the days left including today, an upgrade
 * costs the difference in full, a downgrade or removal saves nothing before the 1st (Kiro enterprise billing
 * documentation, 2026).
 */
function charge(standing: Standing, now: Date): Cents {
  const { before, after } = standing;
  if (after === null) return 0;
  const today = dayOf(now);
  if (before === null) return Math.round((after.monthly * daysLeft(today)) / daysInMonth(monthOf(today)));
  return after.rank > before.rank ? after.monthly - before.monthly : 0;
}

/** People with seats in several profiles, judged on resolved seats; one whose removal is held is shown, not counted. */
export function duplicates(b: Board, standings: ReadonlyMap<string, Standing>): readonly Duplicate[] {
  // Nearly everybody has one seat, so a list is only made for the second.
  const first = new Map<string, Standing>();
  const several = new Map<string, Standing[]>();
  for (const standing of standings.values()) {
    if (standing.wanted === null && standing.after === null) continue;
    const before = first.get(standing.userId);
    if (before === undefined) first.set(standing.userId, standing);
    else several.set(standing.userId, [...(several.get(standing.userId) ?? [before]), standing]);
  }
  return [...several]
    .map(([userId, seats]) => {
      const prices = seats.filter((seat) => seat.wanted !== null).map((seat) => price(seat.wanted));
      const yearly = prices.length > 1 ? 12 * (prices.reduce((sum, one) => sum + one, 0) - Math.max(...prices)) : 0;
      return { userId, user: userName(b, userId), profiles: seats.map((seat) => seat.profile), yearly, held: prices.length < 2 };
    })
    .sort((x, y) => (seatKey(x.user, x.userId) < seatKey(y.user, y.userId) ? -1 : 1));
}

/** The money of a plan at list price, no tax, no discounts, as if everybody activates. */
export function money(b: Board, standings: ReadonlyMap<string, Standing>): Money {
  const all = [...standings.values()];
  return {
    monthly: total(all),
    thisMonth: all.reduce((sum, standing) => sum + charge(standing, b.now), 0),
    byProfile: rows(
      all,
      (s) => s.profile,
      (s) => s.profile,
    ),
    byTier: rows(
      all,
      (s) => s.before?.name ?? null,
      (s) => s.after?.name ?? null,
    ),
    byCostCenter: rows(
      all,
      (s) => s.costCenter ?? NONE,
      (s) => s.costCenter ?? NONE,
    ),
    duplicates: duplicates(b, standings),
  };
}
