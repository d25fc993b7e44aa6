import type { Credit, Mover } from '../model/credits.ts';
import { addMonths, type Day, daysInMonth, type Month } from '../model/day.ts';
import { roughly } from './amount.ts';
import { coveredMonths } from './coverage.ts';
import { type Facts, placeOf } from './facts.ts';
import { dailyFrom, spans } from './history.ts';
import type { Assessed } from './person.ts';

/** How many movers a report names. */
export const MOST_MOVERS = 10;

/** What somebody used on the first `count` days of the month before: exact for a whole month, else to 0.01 credit. */
function before(one: Assessed, facts: Facts, previous: Month, count: number): Credit {
  const { usage } = one.known;
  if (usage === null) return 0n;
  const whole = facts.pastMonths.indexOf(previous);
  if (count >= daysInMonth(previous) && whole !== -1) return usage.pastUsed[whole] ?? 0n;
  const sum = dailyFrom(usage, facts, `${previous}-01`, Math.min(count, daysInMonth(previous))).reduce((total, used) => total + used, 0);
  return roughly(sum);
}

/**
 * Whose use changed most between the same days of the month before and this month so far, the largest change first;
 * nobody of a place whose reports do not cover the month before whole. `today` is a UTC day.
 */
export function moversOf(
  people: readonly Assessed[],
  facts: Facts | null,
  month: Month,
  through: Day | null,
  today: Day,
): readonly Mover[] {
  const previous = addMonths(month, -1);
  if (facts === null || through === null || !spans(facts, `${previous}-01`, daysInMonth(previous))) return [];
  const change = (mover: Mover): Credit => (mover.now > mover.before ? mover.now - mover.before : mover.before - mover.now);
  const covered = coveredMonths(facts, today);
  const isCompared = ({ known }: Assessed): boolean =>
    known.usage !== null && covered.get(placeOf(known.usage))?.includes(previous) === true;
  return people
    .filter(isCompared)
    .map((one) => {
      const { userId, userName, profile, used } = one.person;
      return { userId, userName, profile, before: before(one, facts, previous, Number(through.slice(8))), now: used };
    })
    .filter((mover) => change(mover) > 0n)
    .sort((a, b) => (change(a) === change(b) ? 0 : change(a) > change(b) ? -1 : 1))
    .slice(0, MOST_MOVERS);
}
