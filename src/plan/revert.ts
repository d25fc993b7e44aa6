import { dayOf, firstOfNextMonth, monthOf } from '../model/day.ts';
import { type Diagnostic, warning } from '../model/diagnostic.ts';
import type { PersonChange, Plan } from '../model/plan.ts';
import type { Tier } from '../model/tier.ts';

/** People named in one note; the plan lists them all. */
const NAMED = 10;

/**
 * What going back to an earlier revision may cost beside the plan's own money, which knows nothing of what was charged before.
 * Kiro charges a month for a seat that was removed and given again in it, and a move down keeps the dearer tier for the month
 * (Kiro enterprise billing documentation, 2026). Live state does not say when somebody lost a seat, so nothing is promised.
 */
export function billingNotes(plan: Pick<Plan, 'now' | 'people'>, tiers: ReadonlyMap<string, Tier>): readonly Diagnostic[] {
  const month = monthOf(plan.now.slice(0, 10));
  const next = firstOfNextMonth(dayOf(new Date(plan.now)));
  const rank = (tier: string | null) => tiers.get(tier ?? '')?.rank ?? 0;
  const back = plan.people.filter(({ from, to }) => from === null && to !== null);
  const up = plan.people.filter(({ from, to }) => from !== null && to !== null && rank(to) > rank(from));
  const down = plan.people.filter(({ from, to }) => from !== null && (to === null || rank(to) < rank(from)));
  return [
    note(
      back,
      (who) =>
        `${who} would get a seat that is not there now. Whoever lost one in ${month} has been charged for that month, and may be charged again for the new one.`,
    ),
    note(
      up,
      (who) =>
        `${who} would move to a dearer tier. Whoever was moved down in ${month} is charged for the dearer tier until ${next} all the same, and may be charged for it again.`,
    ),
    note(
      down,
      (who) =>
        `${who} would move down or lose a seat. That saves nothing before ${next}, and whoever gets the seat back in ${month} may be charged for it again.`,
    ),
  ].flat();
}

function note(people: readonly PersonChange[], text: (who: string) => string): readonly Diagnostic[] {
  if (people.length === 0) return [];
  const names = [...new Set(people.map((person) => person.user))];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const who = `${names.length} ${names.length === 1 ? 'person' : 'people'} (${names.slice(0, NAMED).join(', ')}${more})`;
  return [warning('billing-note', null, text(who))];
}
