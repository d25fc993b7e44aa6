import { createHash } from 'node:crypto';
import type { Configuration } from '../model/configuration.ts';
import type { AppliedEntry, JournalEntry } from '../model/journal.ts';

/** Parts of the configuration that bound what a pull request may do: a change in one is worth a sentence of its own. */
const PARTS = ['protected', 'limits', 'budgets', 'prices', 'exceptions', 'expectations', 'removals', 'seats', 'profiles'] as const;
export type Part = (typeof PARTS)[number];

/** One digest for each part, of what it says and not of where it says it. */
export function digests(configuration: Configuration): Readonly<Record<Part, string>> {
  const { organization, profiles, protectedUsers, limits, budgets, tiers, exceptions, expectations } = configuration;
  return {
    protected: digest(protectedUsers.map((user) => user.name).sort()),
    limits: digest(limits),
    budgets: digest(budgets.map(({ name, costCenter, profile, monthly }) => ({ name, costCenter, profile, monthly }))),
    prices: digest(
      [...tiers.values()].map(({ name, monthly, overageUsd, credits, rank }) => ({ name, monthly, overageUsd, credits, rank })),
    ),
    exceptions: digest(exceptions.map(({ rule, keys, until, reason }) => ({ rule, keys, until, reason }))),
    expectations: digest(expectations.map((expectation) => ({ ...expectation, place: null }))),
    removals: digest([
      organization.removals,
      organization.duplicates,
      ...profiles.flatMap(({ name, seats }) => seats.map(({ tier, removals }) => [name, tier, removals])),
    ]),
    seats: digest(
      profiles.flatMap(({ seats }) =>
        seats.map(({ profile, tier, group, members, create, confirmed }) => [profile, tier, group, members, create, confirmed]),
      ),
    ),
    profiles: digest(
      profiles.map(({ name, account, region, application, applicationAssignments, overage }) => [
        name,
        account,
        region,
        application,
        applicationAssignments,
        overage,
      ]),
    ),
  };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** The parts that are not what they were when a revision was last applied completely; none when none ever was. */
export function changedParts(configuration: Configuration, applied: Readonly<Record<string, string>> | null): readonly Part[] {
  if (applied === null) return [];
  return differing(applied, digests(configuration));
}

/** A part that one of the two does not have was not judged when it was written. */
function differing(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly Part[] {
  return PARTS.filter((part) => before[part] !== undefined && after[part] !== undefined && before[part] !== after[part]);
}

/** A revision that changed such parts when it was applied, and the revision that was applied before it. */
export type PolicyChange = Pick<AppliedEntry, 'at' | 'revision'> & { readonly before: string | null; readonly parts: readonly Part[] };

/**
 * The applied revisions that the journal still has and that changed such a part, newest first. A change that was applied
 * at once is in no later comparison with the applied revision, so that this is where people find it.
 */
export function policyChanges(entries: readonly JournalEntry[]): readonly PolicyChange[] {
  const applied = entries.filter((entry) => entry.type === 'applied');
  return applied
    .flatMap((entry, i): readonly PolicyChange[] => {
      const before = applied[i - 1];
      const parts = before === undefined ? [] : differing(before.digests, entry.digests);
      return before === undefined || parts.length === 0 ? [] : [{ at: entry.at, revision: entry.revision, before: before.revision, parts }];
    })
    .reverse();
}
