import { type Diagnostic, warning } from '../../model/diagnostic.ts';
import type { Violation } from '../../model/plan.ts';
import { seatKey } from '../../model/seat.ts';
import { type Deletion, deletions, type Guard, type GuardInput, some } from './guard.ts';
import { KEEP_SEATS } from './way-through.ts';

const REMOVALS = 'too-many-removals';
const EMPTIES = 'empties-group';

/** Deletes that leave their person without a managed seat in the profile. */
function leaving({ changes, standings }: GuardInput): readonly Deletion[] {
  return deletions(changes).filter((change) => standings.get(seatKey(change.profile, change.userId))?.managedAfter === null);
}

function livePeople({ standings }: GuardInput, profile: string): number {
  let count = 0;
  for (const standing of standings.values()) if (standing.profile === profile && standing.managedBefore !== null) count++;
  return count;
}

/** One person who leaves (or left in the last 24 hours) by one key that no Exception lists. */
type Leaver = { readonly profile: string; readonly userId: string; readonly key: string; readonly user: string };

function people(leavers: readonly Leaver[]): number {
  return new Set(leavers.map((leaver) => seatKey(leaver.profile, leaver.userId))).size;
}

function violation(limit: number, leavers: readonly Leaver[], message: string): Violation {
  const who = some(leavers.map((leaver) => leaver.user).sort());
  return {
    rule: REMOVALS,
    message: `${message} They are: ${who}.`,
    limit,
    actual: people(leavers),
    keys: leavers.map((leaver) => leaver.key).sort(),
  };
}

function verdict(input: GuardInput, leavers: readonly Leaver[], recent: readonly Leaver[]): readonly Violation[] {
  const { percent, count, from } = input.limits.removals;
  const all = [...leavers, ...recent];
  const past = (of: readonly Leaver[]) => (of.length === 0 ? '' : ` (${people(of)} of them in the last 24 hours)`);
  const found: Violation[] = [];
  for (const profile of new Set(leavers.map((leaver) => leaver.profile))) {
    const here = all.filter((leaver) => leaver.profile === profile);
    const base = livePeople(input, profile) + people(recent.filter((leaver) => leaver.profile === profile));
    const actual = people(here);
    if (base >= from && actual * 100 > base * percent)
      found.push(
        violation(
          Math.floor((base * percent) / 100),
          here,
          `${actual} of ${base} people would lose their seat in profile ${profile}${past(recent.filter((leaver) => leaver.profile === profile))}; the limit is ${percent} %.`,
        ),
      );
  }
  if (people(all) > count)
    found.push(
      violation(count, all, `${people(all)} people would lose their seat over all profiles${past(recent)}; the limit is ${count}.`),
    );
  return found;
}

/** Too many people would be left without a seat: a share of a profile, or a number over all of them. */
export const tooManyRemovals: Guard = (input) => {
  const leavers = leaving(input).filter((change) => !input.lifted(REMOVALS, change.key));
  const recent = input.recentRemovals
    .filter((removal) => !input.lifted(REMOVALS, removal.key))
    .map((removal) => ({ ...removal, user: input.b.resolution.people.get(removal.userId)?.userName ?? removal.userId }));
  return leavers.length === 0 ? [] : verdict(input, leavers, recent);
};

/** Month-end removals on their way, measured against the same limits; they count in the plan that makes them. */
export function deferredRemovals(input: GuardInput): readonly Diagnostic[] {
  const waiting = input.held
    .filter((held) => held.action === 'delete' && held.until !== null && held.userId !== null)
    .filter(
      (held) => input.standings.get(seatKey(held.profile, held.userId ?? ''))?.managedWanted === null && !input.lifted(REMOVALS, held.key),
    )
    .map((held) => ({
      profile: held.profile,
      userId: held.userId ?? '',
      key: held.key,
      user: input.b.resolution.people.get(held.userId ?? '')?.userName ?? '',
    }));
  const leavers = leaving(input).filter((change) => !input.lifted(REMOVALS, change.key));
  if (waiting.length === 0 || verdict(input, leavers, []).length > 0) return [];
  return verdict(input, [...leavers, ...waiting], []).map((refusal) =>
    warning(
      'removals-ahead',
      null,
      `When their holds end: ${refusal.message} The plan that makes these removals will be refused. ${KEEP_SEATS}`,
    ),
  );
}

/** Two or more people, and more than half of a seat group, would leave it and hold no seat in the profile. */
export const emptiesGroup: Guard = (input) => {
  const found: Violation[] = [];
  const leavers = leaving(input).filter((change) => !input.lifted(EMPTIES, change.key));
  for (const state of input.b.seats) {
    const mine = leavers.filter((change) => change.group === state.name);
    const members = state.members.size;
    if (mine.length < 2 || mine.length * 2 <= members) continue;
    const message = `${mine.length} of ${members} members of ${state.name} would lose their seat; the limit is half of a seat group in one plan. They are: ${some(mine.map((leaver) => leaver.user).sort())}.`;
    found.push({
      rule: EMPTIES,
      message,
      limit: Math.floor(members / 2),
      actual: mine.length,
      keys: mine.map((leaver) => leaver.key).sort(),
    });
  }
  return found;
};
