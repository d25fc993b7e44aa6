import type { Configuration } from '../model/configuration.ts';
import type { Day } from '../model/day.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { suggestions } from '../model/suggest.ts';
import type { Tier } from '../model/tier.ts';
import type { SourceFile } from '../ports.ts';
import { catalogue } from './catalogue.ts';
import { type Draft, united } from './draft.ts';
import { type BlobCache, readFile, tooMany } from './file.ts';
import { by } from './order.ts';
import { type ReadFile, type Repository, repository } from './repository.ts';
import { assignmentRules } from './rule/assignment.ts';
import { dateRules } from './rule/date.ts';
import { nameRules } from './rule/name.ts';
import { organizationRules } from './rule/organization.ts';
import { profileRules } from './rule/profile.ts';
import { referenceRules } from './rule/reference.ts';

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * The configuration that the files of a repository say, or every problem found in them. Warnings alone do not make it
 * fail: they are in `configuration.warnings`. Order and placement of files, documents, entries and fields change
 * nothing but places. `today` is a UTC day, for the warnings about dates alone. With a `cache`, content that was read
 * before under the same id is not read again. Never throws for what a file holds.
 */
export function load(files: readonly SourceFile[], today: Day, cache: BlobCache | null = null): Loaded {
  const refused = tooMany(files);
  if (refused !== null) return { ok: false, diagnostics: [refused] };
  const read = readAll(files, cache);
  const repo = repository(read);
  const { tiers, diagnostics: tierProblems } = catalogue(repo.tiers);
  const hint = suggestions();
  const knownTiers = new Set([...tiers.keys(), ...repo.tiers.map(({ item }) => item.name), ...repo.claimed.tiers]);
  const diagnostics = [
    ...read.flatMap(({ file, blob }) => blob.problems.map((found) => ({ ...found, file }))),
    ...organizationRules(repo),
    ...tierProblems,
    ...nameRules(repo, knownTiers),
    ...profileRules(repo.profiles, knownTiers, hint),
    ...assignmentRules(repo, knownTiers, hint),
    ...dateRules(repo.assignments, repo.exceptions, today),
    ...referenceRules(repo, knownTiers, hint),
  ].sort(byPlace);
  const organization = repo.organizations[0]?.item;
  if (organization === undefined || diagnostics.some(({ severity }) => severity === 'error')) return { ok: false, diagnostics };
  return { ok: true, configuration: { ...sorted(repo, tiers), organization, warnings: diagnostics } };
}

const byPlace = by<Diagnostic>(
  (d) => d.file ?? '',
  (d) => d.line ?? 0,
  (d) => d.column ?? 0,
  (d) => d.rule,
  (d) => d.message,
);

function readAll(files: readonly SourceFile[], cache: BlobCache | null): readonly ReadFile[] {
  return files.flatMap((file) => {
    const blob = readFile(file, cache);
    return blob === null ? [] : [{ file: file.path, blob }];
  });
}

function items<T>(drafts: readonly Draft<T>[], ...keys: readonly ((item: T) => string | number)[]): readonly T[] {
  return drafts.map(({ item }) => item).sort(by(...keys));
}

function sorted(repo: Repository, tiers: ReadonlyMap<string, Tier>): Omit<Configuration, 'organization' | 'warnings'> {
  const meaning = (item: { readonly place: unknown }): string => JSON.stringify({ ...item, place: null });
  return {
    tiers,
    profiles: items(repo.profiles, (profile) => profile.name),
    assignments: items(repo.assignments, (assignment) => assignment.name),
    protectedUsers: united(repo.protectedUsers),
    limits: [...repo.limits].sort(by((limits) => JSON.stringify(limits))),
    budgets: items(repo.budgets, (budget) => budget.name),
    expectations: items(repo.expectations, meaning),
    exceptions: items(repo.exceptions, (exception) => exception.rule, meaning),
    adviceOptOut: united(repo.adviceOptOut),
  };
}
