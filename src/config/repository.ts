import type { Assignment, Budget, Exception, Expectation, Organization, Profile } from '../model/configuration.ts';
import type { Limits } from '../model/limits.ts';
import type { Named, Place } from '../model/place.ts';
import type { Blob } from './blob.ts';
import { assignment, exception, organization, policy, profile } from './build.ts';
import { type At, at, type Draft } from './draft.ts';
import { by } from './order.ts';
import type { TierDocument } from './schema.gen.ts';
import type { RawDocument } from './schema.ts';

/** All documents of the repository as nouns, in the order of their places; not yet checked against each other. */
export type Repository = {
  readonly organizations: readonly Draft<Organization>[];
  readonly tiers: readonly Draft<TierDocument>[];
  readonly profiles: readonly Draft<Profile>[];
  readonly assignments: readonly Draft<Assignment>[];
  readonly exceptions: readonly Draft<Exception>[];
  readonly protectedUsers: readonly Named[];
  readonly adviceOptOut: readonly Named[];
  readonly limits: readonly Limits[];
  readonly budgets: readonly Draft<Budget>[];
  readonly expectations: readonly Draft<Expectation>[];
  readonly claimed: Claimed;
};

/** What documents with errors declare, so that nobody who refers to them is blamed for their errors. */
export type Claimed = {
  readonly organizations: readonly Place[];
  readonly profiles: ReadonlySet<string>;
  readonly tiers: ReadonlySet<string>;
};

export type ReadFile = { readonly file: string; readonly blob: Blob };

export function repository(files: readonly ReadFile[]): Repository {
  const ordered = [...files].sort(by(({ file }) => file));
  const documents = ordered.flatMap(({ file, blob }) => blob.documents.map((found) => ({ raw: found.raw, at: at(file, found.spotOf) })));
  const organizations = only(documents, 'Organization').map(({ raw, at: places }) => organization(raw, places));
  const removals = organizations[0]?.item.removals ?? 'never';
  const policies = only(documents, 'Policy').map(({ raw, at: places }) => policy(raw, places));
  return {
    organizations,
    tiers: only(documents, 'Tier').map(({ raw, at: places }) => ({ item: raw, at: places })),
    profiles: only(documents, 'Profile').map(({ raw, at: places }) => profile(raw, places, removals)),
    assignments: only(documents, 'Assignment').map(({ raw, at: places }) => assignment(raw, places)),
    exceptions: only(documents, 'Exception').map(({ raw, at: places }) => exception(raw, places)),
    protectedUsers: policies.flatMap((found) => found.protectedUsers),
    adviceOptOut: policies.flatMap((found) => found.adviceOptOut),
    limits: policies.flatMap((found) => (found.limits === null ? [] : [found.limits])),
    budgets: policies.flatMap((found) => found.budgets),
    expectations: policies.flatMap((found) => found.expectations),
    claimed: claimed(ordered),
  };
}

type Located<R extends RawDocument = RawDocument> = { readonly raw: R; readonly at: At };

function only<K extends RawDocument['kind']>(
  documents: readonly Located[],
  kind: K,
): readonly Located<Extract<RawDocument, { kind: K }>>[] {
  const isOfKind = (found: Located): found is Located<Extract<RawDocument, { kind: K }>> => found.raw.kind === kind;
  return documents.filter(isOfKind);
}

function claimed(files: readonly ReadFile[]): Claimed {
  const claims = files.flatMap(({ file, blob }) => blob.claims.map((claim) => ({ ...claim, file })));
  const names = (kind: string) => new Set(claims.flatMap((claim) => (claim.kind === kind && claim.name !== null ? [claim.name] : [])));
  const organizations = claims.filter(({ kind }) => kind === 'Organization').map(({ file, line, column }) => ({ file, line, column }));
  return { organizations, profiles: names('Profile'), tiers: names('Tier') };
}
