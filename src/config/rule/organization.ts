import { IDENTITY_CENTER_REGIONS } from '../../data/regions.ts';
import { type Diagnostic, error, warning } from '../../model/diagnostic.ts';
import type { Place } from '../../model/place.ts';
import { quote } from '../../model/quote.ts';
import { didYouMean } from '../../model/suggest.ts';
import { by } from '../order.ts';
import type { Repository } from '../repository.ts';

/** `exactly-one-organization`, and `unknown-region` of the Identity Center instance. */
export function organizationRules({ organizations, claimed }: Repository): readonly Diagnostic[] {
  const places = [...organizations.map(({ item }) => item.place), ...claimed.organizations];
  return [...exactlyOne(places), ...organizations.flatMap(({ item, at }) => region(item.region, at(['identityCenter', 'region'])))];
}

function exactlyOne(places: readonly Place[]): readonly Diagnostic[] {
  const rule = 'exactly-one-organization';
  const [first, ...others] = [...places].sort(
    by(
      (place) => place.file,
      (place) => place.line,
    ),
  );
  if (first === undefined) {
    const message = 'No document has kind Organization; add one with identityCenter and removals.';
    return [{ severity: 'error', rule, message }];
  }
  const message = `There is an Organization at ${first.file}:${first.line} already; keep exactly one.`;
  return others.map((place) => error(rule, place, message));
}

function region(name: string, place: Place): readonly Diagnostic[] {
  if (IDENTITY_CENTER_REGIONS.includes(name)) return [];
  const hint = didYouMean(name, IDENTITY_CENTER_REGIONS) || '; check that Kiro supports it.';
  return [warning('unknown-region', place, `${quote(name)} is no Region from which Kiro is known to take identities${hint}`)];
}
