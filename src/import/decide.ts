import { TIERS } from '../data/tiers.ts';
import { covers } from '../model/glob.ts';
import type { Live, LiveGroup } from '../model/live.ts';
import type { Choice } from './choice.ts';
import type { ImportProfile } from './profile.ts';

/** Latest tier that usage shows: profile name → user id → tier name. */
export type ImportTiers = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** One group of a profile's application. Without a tier it is undecided; `why` says how it was decided, or why not. */
export type Decision = {
  readonly group: LiveGroup;
  readonly tier: string | null;
  readonly why: string;
  /** Null: kirosync may own the memberships. Else why they stay external. */
  readonly external: string | null;
};

export type DecideInput = {
  readonly live: Live;
  readonly choices: readonly Choice[];
  readonly tiers: ImportTiers;
  /** The operator's globs of groups that may be seat groups. */
  readonly seatGroups: readonly string[];
};

/** What each group of a profile's application stands for: by `--seat`, else by usage, else undecided. */
export function decide(profile: ImportProfile, input: DecideInput): readonly Decision[] {
  const chosen = new Map(input.choices.filter((one) => one.profile === profile.name).map((one) => [one.group, one.tier]));
  const allowed = covers(input.seatGroups);
  const byUsage = usageDecisions(profile, input, new Set(chosen.values()));
  return profile.groups.map((group) => {
    const external = externalReason(group, input.live, allowed);
    const tier = chosen.get(group.name);
    if (tier !== undefined) return { group, tier, why: 'by --seat', external };
    const shown = byUsage.get(group.id);
    return { group, tier: shown?.tier ?? null, why: shown?.why ?? 'usage shows no tier of its members', external };
  });
}

/** A group that somebody else owns, or that opens more than one Kiro profile, must not become writable by a pull request. */
function externalReason(group: LiveGroup, live: Live, allowed: (name: string) => boolean): string | null {
  if (group.provisioned) return 'SCIM or Active Directory owns its members';
  if (/^AWS/i.test(group.name)) return 'groups named AWS* belong to AWS';
  if (!allowed(group.name)) return "the operator's seatGroups do not cover its name";
  const attached = live.applications.filter((one) =>
    one.principals.some((principal) => principal.type === 'GROUP' && principal.id === group.id),
  );
  const access = live.access.find((one) => one.groupId === group.id);
  const applications = new Set([...attached.map((one) => one.arn), ...(access?.applications ?? [])]);
  if (applications.size > 1) return `it is assigned to ${applications.size} applications`;
  const accounts = access?.accounts ?? [];
  return accounts.length > 0 ? `it opens AWS account ${accounts.join(', ')}` : null;
}

type Shown = { readonly tier: string | null; readonly why: string };

/**
 * Decisions by usage. Only people who are in one group of the application count, since Kiro shows the highest tier of
 * somebody in two. All of them must agree, and no other group may claim the same tier.
 */
function usageDecisions(profile: ImportProfile, { live, tiers }: DecideInput, taken: ReadonlySet<string>): ReadonlyMap<string, Shown> {
  const known = new Set<string>(TIERS.map((tier) => tier.name));
  const shown = tiers.get(profile.name) ?? new Map<string, string>();
  const ids = new Set(profile.groups.map((group) => group.id));
  const memberships = live.memberships.filter((one) => ids.has(one.groupId));
  const groupsOf = new Map<string, number>();
  for (const one of memberships) groupsOf.set(one.userId, (groupsOf.get(one.userId) ?? 0) + 1);
  const guesses = profile.groups.map((group) => {
    const alone = memberships.filter((one) => one.groupId === group.id && groupsOf.get(one.userId) === 1);
    const found = alone.map((one) => shown.get(one.userId)).filter((tier) => tier !== undefined && known.has(tier));
    return { id: group.id, people: found.length, tiers: [...new Set(found)].sort() };
  });
  return new Map(
    guesses.map(({ id, people, tiers: seen }): [string, Shown] => {
      const [only, ...others] = seen;
      if (only === undefined) return [id, { tier: null, why: 'usage shows no tier of its members' }];
      if (others.length > 0) return [id, { tier: null, why: `usage shows ${seen.join(' and ')} among its members` }];
      const rival = taken.has(only) || guesses.some((other) => other.id !== id && other.tiers.length === 1 && other.tiers[0] === only);
      if (rival) return [id, { tier: null, why: `usage shows ${only}, and so does another group` }];
      return [id, { tier: only, why: `by usage of ${people} of its members` }];
    }),
  );
}
