import type { Assignment, Budget, Exception, Expectation, Organization, Profile, SeatGroup } from '../model/configuration.ts';
import type { Limits } from '../model/limits.ts';
import { cents } from '../model/money.ts';
import type { Named } from '../model/place.ts';
import { type At, type Draft, named, within } from './draft.ts';
import { by } from './order.ts';
import type {
  AssignmentDocument,
  ExceptionDocument,
  OrganizationDocument,
  PolicyDocument,
  ProfileDocument,
  Limits as RawLimits,
} from './schema.gen.ts';

/** The nouns that one document of each kind makes: defaults filled in, lists sorted, nothing checked across documents. */

export function organization(raw: OrganizationDocument, at: At): Draft<Organization> {
  const { region, instanceArn, identityStoreId = null } = raw.identityCenter;
  const { removals, duplicates = 'warn' } = raw;
  return { at, item: { region, instanceArn, identityStoreId, removals, duplicates, place: at([]) } };
}

export function profile(raw: ProfileDocument, at: At, removals: Organization['removals']): Draft<Profile> {
  const seats: SeatGroup[] = [];
  for (const [tier, seat] of Object.entries(raw.seats)) {
    if (seat === undefined) continue;
    seats.push({
      profile: raw.name,
      tier,
      group: seat.group,
      members: seat.members ?? 'managed',
      create: seat.create ?? false,
      removals: seat.removals ?? removals,
      confirmed: seat.confirmed ?? null,
      place: at(['seats', tier], 'key'),
    });
  }
  const item: Profile = {
    name: raw.name,
    account: raw.account,
    region: raw.region,
    application: raw.application ?? null,
    applicationAssignments: raw.applicationAssignments ?? 'verify',
    overage: raw.overage?.enabled ?? false,
    usage: raw.usage ?? null,
    seats: seats.sort(by((seat) => seat.tier)),
    place: at([]),
  };
  return { at, item };
}

export function assignment(raw: AssignmentDocument, at: At): Draft<Assignment> {
  const item: Assignment = {
    name: raw.name,
    profile: raw.profile,
    tier: raw.tier,
    groups: named(raw.groups, at, ['groups']),
    users: named(raw.users, at, ['users']),
    exclude: {
      users: named(raw.exclude?.users, at, ['exclude', 'users']),
      groups: named(raw.exclude?.groups, at, ['exclude', 'groups']),
    },
    from: raw.from ?? null,
    until: raw.until ?? null,
    allowEmpty: raw.allowEmpty ?? false,
    owner: raw.owner ?? null,
    costCenter: raw.costCenter ?? null,
    reason: raw.reason ?? null,
    place: at([]),
  };
  return { at, item };
}

export function exception(raw: ExceptionDocument, at: At): Draft<Exception> {
  const keys = [...new Set<string>(raw.keys)].sort();
  return { at, item: { rule: raw.rule, keys, until: raw.until, reason: raw.reason, place: at([]) } };
}

/** The parts of a Policy. */
export type PolicyParts = {
  readonly protectedUsers: readonly Named[];
  readonly adviceOptOut: readonly Named[];
  readonly limits: Limits | null;
  readonly budgets: readonly Draft<Budget>[];
  readonly expectations: readonly Draft<Expectation>[];
};

export function policy(raw: PolicyDocument, at: At): PolicyParts {
  return {
    protectedUsers: named(raw.protected?.users, at, ['protected', 'users']),
    adviceOptOut: named(raw.advice?.optOut, at, ['advice', 'optOut']),
    limits: raw.limits === undefined ? null : limits(raw.limits),
    budgets: (raw.budgets ?? []).map((found, i) => {
      const { name, costCenter = null, profile: budgeted = null, monthlyUsd } = found;
      const places = within(at, ['budgets', i]);
      return { at: places, item: { name, costCenter, profile: budgeted, monthly: cents(monthlyUsd), place: places([]) } };
    }),
    expectations: (raw.expect ?? []).map((found, i) => {
      const { user = null, group = null, profile: where = null, tier = null, never = null, maxSeats = null } = found;
      const places = within(at, ['expect', i]);
      return { at: places, item: { user, group, profile: where, tier, never, maxSeats, place: places([]) } };
    }),
  };
}

/** The same limits with their fields in one order, so that they compare as text. */
function limits({ removals, moves, increase }: RawLimits): Limits {
  return {
    ...(removals === undefined ? {} : { removals: picked(removals, ['percent', 'count', 'from']) }),
    ...(moves === undefined ? {} : { moves: picked(moves, ['percent', 'from']) }),
    ...(increase === undefined ? {} : { increase: picked(increase, ['percent', 'usd', 'from']) }),
  };
}

function picked<K extends string>(found: { readonly [key in K]?: number }, keys: readonly K[]): { readonly [key in K]?: number } {
  const result: { [key in K]?: number } = {};
  for (const key of keys) {
    const value = found[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}
