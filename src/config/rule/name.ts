import { type Diagnostic, error, warning } from '../../model/diagnostic.ts';
import type { Place } from '../../model/place.ts';
import { quote } from '../../model/quote.ts';
import { by, grouped } from '../order.ts';
import type { Repository } from '../repository.ts';

type Name = { readonly name: string; readonly place: Place };

/** `duplicate-name` and `names-differ-only-in-case` among everything that has a name of its own. */
export function nameRules(repository: Repository, tierNames: Iterable<string>): readonly Diagnostic[] {
  const tiers = repository.tiers.map(({ item, at }) => ({ name: item.name, place: at(['name']) }));
  const profiles = repository.profiles.map(({ item, at }) => ({ name: item.name, place: at(['name']) }));
  const assignments = repository.assignments.map(({ item, at }) => ({ name: item.name, place: at(['name']) }));
  const budgets = repository.budgets.map(({ item, at }) => ({ name: item.name, place: at(['name']) }));
  return [
    ...unique(tiers, 'Tier'),
    ...unique(profiles, 'Profile'),
    ...unique(assignments, 'Assignment'),
    ...unique(budgets, 'budget'),
    ...tiersByCase(tiers, [...tierNames]),
    ...seatGroupsByCase(repository),
    ...costCentersByCase(repository),
  ];
}

function unique(names: readonly Name[], what: string): readonly Diagnostic[] {
  const repeated = [...grouped(names, ({ name }) => name)].flatMap(([name, [first, ...others]]) =>
    others.map(({ place }) => {
      const message = `Another ${what} is called ${quote(name)}, at ${first?.place.file}:${first?.place.line}; give each its own name.`;
      return error('duplicate-name', place, message);
    }),
  );
  return what === 'Tier' ? repeated : [...repeated, ...byCase(names, what)];
}

function byCase(names: readonly Name[], what: string): readonly Diagnostic[] {
  return [...grouped(names, ({ name }) => name.toLowerCase()).values()].flatMap((same) => {
    const spellings = [...new Set(same.map(({ name }) => name))].sort();
    const blamed = same.find(({ name }) => name === spellings.at(-1));
    if (spellings.length < 2 || blamed === undefined) return [];
    const message = `The names ${spellings.map(quote).join(' and ')} of two ${what}s differ only in letter case; rename one.`;
    return [error('names-differ-only-in-case', blamed.place, message)];
  });
}

/** Against the built-in tiers too, which have no place. */
function tiersByCase(documents: readonly Name[], known: readonly string[]): readonly Diagnostic[] {
  const byFold = grouped(known, (tier) => tier.toLowerCase());
  return documents.flatMap(({ name, place }) => {
    const other = (byFold.get(name.toLowerCase()) ?? []).filter((tier) => tier !== name).sort();
    if (other[0] === undefined) return [];
    const message = `The names of the tiers ${quote(name)} and ${quote(other[0])} differ only in letter case; rename one.`;
    return [error('names-differ-only-in-case', place, message)];
  });
}

/** Identity Center matches group names whatever their case, so two spellings are one group or a mistake. */
function seatGroupsByCase({ profiles }: Repository): readonly Diagnostic[] {
  const groups = profiles.flatMap(({ item, at }) =>
    item.seats.map((seat) => ({ name: seat.group, place: at(['seats', seat.tier, 'group']) })),
  );
  return byCase(groups, 'seat group');
}

function costCentersByCase({ assignments, budgets }: Repository): readonly Diagnostic[] {
  const named = [...assignments, ...budgets].flatMap(({ item, at }): readonly Name[] =>
    item.costCenter === null ? [] : [{ name: item.costCenter, place: at(['costCenter']) }],
  );
  const sorted = [...named].sort(by((entry) => entry.name));
  return byCase(sorted, 'cost center').map((found) => warning(found.rule, placeOf(found), found.message));
}

function placeOf(found: Diagnostic): Place | null {
  const { file, line, column } = found;
  return file === undefined || line === undefined || column === undefined ? null : { file, line, column };
}
