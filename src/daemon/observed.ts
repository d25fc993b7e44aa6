import type { Configuration, Profile } from '../model/configuration.ts';
import type { ObservedProfile } from '../model/journal.ts';
import type { Settings } from '../model/settings.ts';
import { modeOf } from './mode.ts';

type Modes = Pick<Settings, 'mode' | 'profiles'>;
type Profiles = Pick<Configuration, 'profiles'>;

const placeOf = ({ account, region }: Profile): string => `account ${account} in ${region}`;
// As the directory compares names of groups.
const groupsOf = ({ seats }: Profile): readonly string[] => seats.map((seat) => seat.group.toLowerCase());

/** The profiles that are in observe mode, with all that is theirs. */
function observedProfiles(settings: Modes, { profiles }: Profiles): readonly ObservedProfile[] {
  return profiles
    .filter((profile) => modeOf(settings, profile.name) === 'observe')
    .map((profile) => ({ name: profile.name, places: [placeOf(profile)], groups: [...groupsOf(profile)].sort() }));
}

/** What was observed: what was noted, and where that does not name a profile, the applied revision with the modes of now. */
export function observedBefore(noted: readonly ObservedProfile[], settings: Modes, applied: Profiles): readonly ObservedProfile[] {
  const has = (list: 'places' | 'groups') => new Set(noted.flatMap((each) => each[list]));
  const [names, places, groups] = [new Set(noted.map(({ name }) => name)), has('places'), has('groups')];
  const others = observedProfiles(settings, applied).filter(({ name }) => !names.has(name));
  return [...noted, ...others.map((each) => without(each, places, groups))];
}

/**
 * What is observed after a policy was looked at and let through. What an observed profile had and nobody has now stays
 * its own, so that it cannot be let go in one commit and be taken by another profile in the next.
 */
export function observedAfter(before: readonly ObservedProfile[], settings: Modes, configuration: Profiles): readonly ObservedProfile[] {
  const places = new Set(configuration.profiles.map(placeOf));
  const groups = new Set(configuration.profiles.flatMap(groupsOf));
  const merged = new Map(observedProfiles(settings, configuration).map((each) => [each.name, each]));
  for (const old of kept(before, settings)) {
    const now = merged.get(old.name) ?? { name: old.name, places: [], groups: [] };
    const left = without(old, places, groups);
    const all = { name: old.name, places: [...now.places, ...left.places], groups: [...now.groups, ...left.groups].sort() };
    if (all.places.length + all.groups.length > 0) merged.set(old.name, all);
  }
  return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function without(old: ObservedProfile, places: ReadonlySet<string>, groups: ReadonlySet<string>): ObservedProfile {
  return { ...old, places: old.places.filter((each) => !places.has(each)), groups: old.groups.filter((each) => !groups.has(each)) };
}

/** Those that were observed and that the settings still keep in observe mode: an operator who sets another mode lets a profile go. */
function kept(before: readonly ObservedProfile[], settings: Modes): readonly ObservedProfile[] {
  return before.filter(({ name }) => modeOf(settings, name) === 'observe');
}

/**
 * Why nothing may be applied of a policy, a full sentence; null when it may. Settings name profiles, and names are the
 * policy's: a pull request that renames, exchanges or drops them must not take seats out of observe mode. `before` is
 * what was observed under the policy that was let through last.
 */
export function escaped(settings: Modes, configuration: Profiles, before: readonly ObservedProfile[]): string | null {
  const reason = missing(settings, configuration) ?? taken(settings, configuration, before) ?? moved(settings, configuration, before);
  return reason === null ? null : `Nothing is applied: ${reason}`;
}

function missing({ mode, profiles }: Modes, configuration: Profiles): string | null {
  if (mode === 'observe') return null;
  const known = new Set(configuration.profiles.map((profile) => profile.name));
  const names = Object.entries(profiles).flatMap(([name, own]) => (own.mode === 'observe' && !known.has(name) ? [name] : []));
  if (names.length === 0) return null;
  return `the settings keep ${names.join(', ')} in observe mode, and the policy has no profile of that name. If it was renamed, set the mode of the new name too; if it is gone, take it out of the settings.`;
}

function taken(settings: Modes, { profiles }: Profiles, before: readonly ObservedProfile[]): string | null {
  const enforced = profiles.filter((profile) => modeOf(settings, profile.name) === 'enforce');
  for (const old of kept(before, settings)) {
    for (const profile of enforced) {
      const group = profile.seats.find((seat) => old.groups.includes(seat.group.toLowerCase()))?.group;
      const what = old.places.includes(placeOf(profile)) ? placeOf(profile) : group === undefined ? null : `group ${group}`;
      if (what === null) continue;
      return `the settings keep ${old.name} in observe mode, and the policy gives what was observed as ${old.name} (${what}) to ${profile.name}, which is enforced. If it was renamed, set the mode of ${profile.name} to observe and take ${old.name} out of the settings; if it is to be enforced, ${settings.mode === 'observe' ? `set the mode of ${old.name} to enforce` : `take ${old.name} out of the settings`}; else undo the change of the policy.`;
    }
  }
  return null;
}

function moved(settings: Modes, { profiles }: Profiles, before: readonly ObservedProfile[]): string | null {
  if (settings.mode === 'observe') return null;
  for (const old of kept(before, settings)) {
    const profile = profiles.find(({ name }) => name === old.name);
    if (profile === undefined || old.places.length === 0 || old.places.includes(placeOf(profile))) continue;
    return `the settings keep ${old.name} in observe mode, which was ${old.places.join(', ')}, and in the policy that name is now ${placeOf(profile)}. If it was renamed, take ${old.name} out of the settings and set the mode of its new name; if it is another profile, give it a name of its own in the policy; else undo the change.`;
  }
  return null;
}
