import type { Configuration } from './configuration.ts';
import { s3Place } from './s3-place.ts';
import type { Settings } from './settings.ts';

/** Where usage reports are kept in S3. `prefix` has no `/` at its ends; '' is the whole bucket. */
export type UsagePlace = {
  readonly bucket: string;
  readonly prefix: string;
  /** Only the reports of this account and Region, as a profile names them; null: of all that are found there. */
  readonly within: { readonly account: string; readonly region: string } | null;
  /** Where the bucket is believed to be; null: nobody knows. */
  readonly region: string | null;
  readonly assumeRoleArn: string | null;
};

/** `wrong` are addresses that are neither a path nor `s3://bucket/prefix`, as written. */
export type UsagePlaces = { readonly local: readonly string[]; readonly remote: readonly UsagePlace[]; readonly wrong: readonly string[] };

/** The settings that say where usage is, and who reads it. */
export type UsageSettings = Pick<Settings, 'usage' | 'profiles' | 'assumeRoleArn'>;

/**
 * Where to read usage: what was given, else the settings' `usage`, else the buckets that the profiles name. A profile's
 * bucket is read with the role that the settings give the profile, also when the bucket was named otherwise; any other
 * with the role of the settings.
 */
export function usagePlaces(
  given: readonly string[] | undefined,
  settings: UsageSettings,
  configuration: Pick<Configuration, 'profiles'> | null,
): UsagePlaces {
  const roles = new Map(Object.entries(settings.profiles));
  const roleOf = (profile: string): string | null => roles.get(profile)?.assumeRoleArn ?? settings.assumeRoleArn;
  const declared = (configuration?.profiles ?? []).flatMap((profile): readonly UsagePlace[] => {
    const { name, account, region } = profile;
    const at = profile.usage === null ? null : s3Place(profile.usage);
    return at === null ? [] : [{ ...at, within: { account, region }, region, assumeRoleArn: roleOf(name) }];
  });
  const named = given !== undefined && given.length > 0 ? given : settings.usage;
  if (named.length === 0) return { local: [], remote: declared, wrong: [] };
  const addresses = named.filter((each) => each.includes('://'));
  const remote = addresses.flatMap((address): readonly UsagePlace[] => {
    const at = s3Place(address);
    if (at === null) return [];
    const known = declared.find(({ bucket }) => bucket === at.bucket);
    return [{ ...at, within: null, region: known?.region ?? null, assumeRoleArn: known?.assumeRoleArn ?? settings.assumeRoleArn }];
  });
  return {
    local: named.filter((each) => !each.includes('://')),
    remote,
    wrong: addresses.filter((address) => s3Place(address) === null),
  };
}
