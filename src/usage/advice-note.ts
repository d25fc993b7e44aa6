import type { Month } from '../model/day.ts';
import { dollars } from '../model/money.ts';
import type { Choice } from './advice-choice.ts';

/** What is said of a person without advice to act on. `unseated`: a tier that would be cheapest, but has no seat group there. */
export type Silence = { readonly profile: string; readonly limited: boolean; readonly unseated: Choice | null };

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function byName<T>(things: readonly T[], nameOf: (thing: T) => string): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const thing of things) groups.set(nameOf(thing), [...(groups.get(nameOf(thing)) ?? []), thing]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function limitedNotes(silences: readonly Silence[]): readonly string[] {
  const limited = silences.filter((one) => one.limited);
  return byName(limited, (one) => one.profile).map(
    ([profile, all]) =>
      `${people(all.length)} of profile ${profile} used 95 % or more of their plan credits in a closed month while overage is off there: their demand may be cut off, and what they would use beyond is unknown, so no price is put on it.`,
  );
}

function unseatedNotes(silences: readonly Silence[]): readonly string[] {
  const wished = silences.flatMap(({ profile, unseated }) => (unseated === null ? [] : [{ profile, unseated }]));
  return byName(wished, ({ profile, unseated }) => `${profile}\u0000${unseated.tier.rank}`).map(([, all]) => {
    const [first] = all;
    const saving = all.reduce((sum, { unseated }) => sum + unseated.saving, 0);
    return `${people(all.length)} of profile ${first?.profile} would cost least on ${first?.unseated.tier.label} (${dollars(saving)} less a month in all), for which the profile has no managed seat group.`;
  });
}

/** Said in place of all advice for a month before the last closed one. */
export function staleNote(month: Month): string {
  return `There is no advice for ${month}: it is given for the current month and the last closed one, since older months say little of today.`;
}

/** Full sentences on what advice leaves out, without names. */
export function adviceNotes(silences: readonly Silence[], refused: number): readonly string[] {
  const kept =
    refused === 0
      ? []
      : [
          `Cheaper tiers of ${people(refused)} are not advised, because an expectation, a budget or an opt-out of the policy forbids the move.`,
        ];
  return [...limitedNotes(silences), ...unseatedNotes(silences), ...kept];
}
