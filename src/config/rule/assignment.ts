import type { Assignment, Profile, SeatGroup } from '../../model/configuration.ts';
import { type Diagnostic, error } from '../../model/diagnostic.ts';
import type { Named } from '../../model/place.ts';
import { quote, unquoted } from '../../model/quote.ts';
import type { DidYouMean } from '../../model/suggest.ts';
import type { Draft } from '../draft.ts';
import type { Repository } from '../repository.ts';
import { list } from './list.ts';

/** `unknown-profile`, `unknown-tier`, `unknown-seat`, `assignment-to-external-seat`, `seat-group-as-source`, `empty-assignment`. */
export function assignmentRules(repository: Repository, knownTiers: ReadonlySet<string>, hint: DidYouMean): readonly Diagnostic[] {
  const profiles = new Map(repository.profiles.map(({ item }) => [item.name, item]));
  const seatGroups = managedGroups(repository.profiles);
  return repository.assignments.flatMap((draft) => [
    ...target(draft, profiles, repository.claimed.profiles, hint),
    ...tier(draft, knownTiers, hint),
    ...seat(draft, profiles.get(draft.item.profile), knownTiers),
    ...sources(draft.item, seatGroups),
    ...empty(draft),
  ]);
}

function target(
  { item, at }: Draft<Assignment>,
  profiles: ReadonlyMap<string, Profile>,
  claimed: ReadonlySet<string>,
  near: DidYouMean,
): readonly Diagnostic[] {
  if (profiles.has(item.profile) || claimed.has(item.profile)) return [];
  const hint = near(item.profile, profiles.keys()) || '; add a Profile document or name another.';
  return [error('unknown-profile', at(['profile']), `There is no profile ${quote(item.profile)}${hint}`)];
}

function tier({ item, at }: Draft<Assignment>, known: ReadonlySet<string>, near: DidYouMean): readonly Diagnostic[] {
  if (known.has(item.tier)) return [];
  const hint = near(item.tier, known) || `; the tiers are ${list(known)}.`;
  return [error('unknown-tier', at(['tier']), `There is no tier ${quote(item.tier)}${hint}`)];
}

function seat({ item, at }: Draft<Assignment>, profile: Profile | undefined, known: ReadonlySet<string>): readonly Diagnostic[] {
  if (profile === undefined || !known.has(item.tier)) return [];
  const found = profile.seats.find((candidate) => candidate.tier === item.tier);
  if (found === undefined) {
    const has = profile.seats.filter((candidate) => candidate.members === 'managed').map((candidate) => candidate.tier);
    const message = `The profile ${quote(profile.name)} has no seat for the tier ${quote(item.tier)}; it has ${list(has) || 'none'}.`;
    return [error('unknown-seat', at(['tier']), message)];
  }
  if (found.members === 'managed') return [];
  const message = `The seat group ${quote(found.group)} is external: its members belong to the identity provider, so nobody can be assigned to it.`;
  return [error('assignment-to-external-seat', at(['tier']), message)];
}

function managedGroups(profiles: readonly Draft<Profile>[]): ReadonlyMap<string, SeatGroup> {
  const seats = profiles.flatMap(({ item }) => item.seats.filter((found) => found.members === 'managed'));
  return new Map(seats.map((found) => [found.group.toLowerCase(), found]));
}

/** Members of a managed seat group are a result of assignments: as a source they would keep themselves in their seats. */
function sources(item: Assignment, seatGroups: ReadonlyMap<string, SeatGroup>): readonly Diagnostic[] {
  return [...item.groups, ...item.exclude.groups].flatMap(({ name, place }: Named) => {
    const found = seatGroups.get(name.toLowerCase());
    if (found === undefined) return [];
    const message = `${quote(name)} is the seat group of ${unquoted(found.profile)}/${unquoted(found.tier)}; its members follow from assignments, so none may name it.`;
    return [error('seat-group-as-source', place, message)];
  });
}

function empty({ item, at }: Draft<Assignment>): readonly Diagnostic[] {
  const excluded = new Set(item.exclude.users.map(({ name }) => name.toLowerCase()));
  const anybody = item.groups.length > 0 || item.users.some(({ name }) => !excluded.has(name.toLowerCase()));
  if (anybody || item.allowEmpty) return [];
  const message = `The assignment ${quote(item.name)} names nobody; give it groups or users, or remove it (a seat may be granted to nobody).`;
  return [error('empty-assignment', at([]), message)];
}
