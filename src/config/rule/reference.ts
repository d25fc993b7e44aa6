import type { Budget, Exception, Expectation, Profile } from '../../model/configuration.ts';
import { type Diagnostic, error, warning } from '../../model/diagnostic.ts';
import { groupKey } from '../../model/key.ts';
import type { Place } from '../../model/place.ts';
import { quote } from '../../model/quote.ts';
import type { DidYouMean } from '../../model/suggest.ts';
import type { Draft } from '../draft.ts';
import type { Repository } from '../repository.ts';

type Known = {
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly profileNames: ReadonlySet<string>;
  readonly tiers: ReadonlySet<string>;
  readonly costCenters: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly near: DidYouMean;
};

/** `unknown-reference`: what budgets, expectations and Exceptions name and nothing declares. */
export function referenceRules(repository: Repository, tiers: ReadonlySet<string>, near: DidYouMean): readonly Diagnostic[] {
  const profiles = new Map(repository.profiles.map(({ item }) => [item.name, item]));
  const known: Known = {
    near,
    profiles,
    profileNames: new Set([...profiles.keys(), ...repository.claimed.profiles]),
    tiers,
    costCenters: new Set(repository.assignments.flatMap(({ item }) => item.costCenter ?? [])),
    groups: new Set(repository.profiles.flatMap(({ item }) => item.seats.map((seat) => groupKey(seat.group).slice('group/'.length)))),
  };
  return [
    ...repository.budgets.flatMap((draft) => budget(draft, known)),
    ...repository.expectations.flatMap((draft) => expectation(draft, known)),
    // A Profile with errors has seats that nobody knows yet.
    ...(repository.claimed.profiles.size > 0 ? [] : repository.exceptions.flatMap((draft) => keys(draft, known))),
  ];
}

function unknown(what: string, name: string, place: Place, candidates: Iterable<string>, near: DidYouMean): Diagnostic {
  const hint = near(name, candidates) || '; name one that exists.';
  return error('unknown-reference', place, `There is no ${what} ${quote(name)}${hint}`);
}

function budget({ item, at }: Draft<Budget>, known: Known): readonly Diagnostic[] {
  if (item.profile !== null && !known.profileNames.has(item.profile)) {
    return [unknown('profile', item.profile, at(['profile']), known.profileNames, known.near)];
  }
  if (item.costCenter === null || known.costCenters.has(item.costCenter)) return [];
  const hint = known.near(item.costCenter, known.costCenters) || '; the budget counts nothing.';
  return [warning('unknown-reference', at(['costCenter']), `No assignment has the cost center ${quote(item.costCenter)}${hint}`)];
}

function expectation({ item, at }: Draft<Expectation>, known: Known): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (item.profile !== null && !known.profileNames.has(item.profile)) {
    found.push(unknown('profile', item.profile, at(['profile']), known.profileNames, known.near));
  }
  if (item.tier !== null && !known.tiers.has(item.tier)) found.push(unknown('tier', item.tier, at(['tier']), known.tiers, known.near));
  if (item.never !== null && !known.tiers.has(item.never)) found.push(unknown('tier', item.never, at(['never']), known.tiers, known.near));
  return found.length > 0 ? found : seat({ item, at }, known);
}

/** A person cannot have a seat that the profile does not offer; that nobody has one, or few do, may well be expected. */
function seat({ item, at }: Draft<Expectation>, known: Known): readonly Diagnostic[] {
  const profile = item.profile === null ? undefined : known.profiles.get(item.profile);
  if (item.user === null || item.tier === null || profile === undefined) return [];
  if (profile.seats.some((candidate) => candidate.tier === item.tier)) return [];
  const message = `The profile ${quote(profile.name)} has no seat for the tier ${quote(item.tier)}, so this cannot hold.`;
  return [error('unknown-reference', at(['tier']), message)];
}

/** A key that no plan can have lifts nothing: harmless, and surely not what was meant. */
function keys({ item, at }: Draft<Exception>, known: Known): readonly Diagnostic[] {
  return item.keys.flatMap((key) => {
    const [type, first = '', second = ''] = key.split('/');
    const group = type === 'application-assignment' ? second : first;
    if (known.groups.has(group)) return [];
    const hint = known.near(group, known.groups) || '; this key lifts nothing.';
    return [warning('unknown-reference', at(['keys']), `No seat has the group ${quote(group)} of the key ${quote(key)}${hint}`)];
  });
}
