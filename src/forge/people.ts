import { type Day, dayOf } from '../model/day.ts';
import { changesOf, type Held, type PersonChange, type Plan } from '../model/plan.ts';

export type PeopleOf = {
  /** Whose seat the changes of this plan bring about. */
  readonly now: readonly PersonChange[];
  /** How many wait for a hold to end. */
  readonly held: number;
  /** The day on which the first of these holds ends; null while none has a date. */
  readonly until: Day | null;
};

/**
 * The people of a plan, those whose change is held apart. Who changes nothing by this plan and waits for no hold (an external
 * seat, which a human gives) is neither. The end of an old seat that waits after an upgrade does not hold the person: the
 * better seat is there.
 */
export function peopleOf(plan: Pick<Plan, 'now' | 'people' | 'held' | 'stages'>): PeopleOf {
  const changed = new Set(changesOf(plan).flatMap((change) => (change.kind === 'membership' ? [seatOf(change)] : [])));
  const holds = new Map<string, Held[]>();
  for (const hold of plan.held) holds.set(seatOf(hold), [...(holds.get(seatOf(hold)) ?? []), hold]);
  const today = dayOf(new Date(plan.now));
  const now: PersonChange[] = [];
  const until: Day[] = [];
  let held = 0;
  for (const person of plan.people) {
    const own = holds.get(seatOf(person)) ?? [];
    if (own.length > 0 && person.effective !== today) {
      held += 1;
      until.push(...own.flatMap((hold) => hold.until?.slice(0, 10) ?? []));
    } else if (changed.has(seatOf(person))) now.push(person);
  }
  return { now, held, until: until.sort()[0] ?? null };
}

function seatOf({ profile, userId }: { readonly profile: string; readonly userId: string | null }): string {
  return JSON.stringify([profile, userId]);
}
