import type { Day } from './day.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Key } from './key.ts';
import type { Cents } from './money.ts';

/**
 * One effective write. Ids are null only where a change earlier in the same plan makes the thing.
 * `reason` is for people: nothing may decide by it.
 */
export type Change =
  | {
      readonly action: 'create';
      readonly kind: 'group';
      readonly key: Key;
      readonly reason: string;
      readonly profile: string;
      readonly group: string;
    }
  | {
      readonly action: 'create';
      readonly kind: 'application-assignment';
      readonly key: Key;
      readonly reason: string;
      readonly profile: string;
      readonly group: string;
      readonly groupId: string | null;
      readonly applicationArn: string;
    }
  | {
      readonly action: 'create';
      readonly kind: 'membership';
      readonly key: Key;
      readonly reason: string;
      readonly profile: string;
      readonly group: string;
      readonly groupId: string | null;
      readonly userId: string;
      readonly user: string;
    }
  | {
      readonly action: 'delete';
      readonly kind: 'membership';
      readonly key: Key;
      readonly reason: string;
      readonly profile: string;
      readonly group: string;
      readonly groupId: string;
      readonly userId: string;
      readonly user: string;
      readonly membershipId: string;
    };

export type StageName = 'groups' | 'application-assignments' | 'memberships-to-add' | 'memberships-to-remove';

/** Changes that may run side by side, sorted by key. */
export type Stage = { readonly name: StageName; readonly changes: readonly Change[] };

/**
 * What a plan means for one person in one profile. `effective`: today for new seats and upgrades, the 1st on which a
 * downgrade or removal shows on the bill otherwise, null while a hold has no date.
 */
export type PersonChange = {
  readonly userId: string;
  readonly user: string;
  readonly profile: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly why: string;
  readonly effective: Day | null;
};

/** Monthly run-rate at list price: live now, and once this plan is applied (held seats included). */
export type RunRate = { readonly before: Cents; readonly after: Cents };

export type MoneyRow = RunRate & { readonly name: string };

/** A person with seats in several profiles. `yearly` = 12 × all but the dearest; 0 and `held` where a removal is on its way. */
export type Duplicate = {
  readonly userId: string;
  readonly user: string;
  readonly profiles: readonly string[];
  readonly yearly: Cents;
  readonly held: boolean;
};

export type Money = {
  readonly monthly: RunRate;
  /** Charged in the current month by this plan's changes: prorated new seats, price differences of upgrades. */
  readonly thisMonth: Cents;
  readonly byProfile: readonly MoneyRow[];
  readonly byTier: readonly MoneyRow[];
  readonly byCostCenter: readonly MoneyRow[];
  readonly duplicates: readonly Duplicate[];
};

/** What only a human can do, in exact words. */
export type ManualStep = { readonly profile: string; readonly key: Key; readonly text: string };

/** A change that waits. `until` is RFC 3339, null while no date is known. `change` is what waits. */
export type Held = {
  readonly key: Key;
  readonly action: 'create' | 'delete';
  readonly profile: string;
  readonly userId: string | null;
  readonly reason: string;
  readonly until: string | null;
};

/** A seat group that no seat names any more: left alone, named in every plan. */
export type Released = {
  readonly profile: string;
  readonly group: string;
  readonly members: number;
  /** Known only where usage shows the tier of its members. */
  readonly monthly: Cents | null;
};

export type Unresolved = {
  readonly kind: 'user' | 'group';
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
};

/** A guard's refusal. `limit` and `actual` are in the words of the guard (people, %, USD); `keys` are the counted ones. */
export type Violation = {
  readonly rule: string;
  readonly message: string;
  readonly limit: number | null;
  readonly actual: number | null;
  readonly keys: readonly Key[];
};

/** API calls that applying takes, and the seconds they need at the configured share of the quota. */
export type Calls = { readonly total: number; readonly seconds: number; readonly byOperation: Readonly<Record<string, number>> };

export type Plan = {
  readonly revision: string | null;
  /** The instant it was made for, RFC 3339; not in the hash. */
  readonly now: string;
  readonly hash: string;
  /** Always the four stages, in order. */
  readonly stages: readonly Stage[];
  readonly people: readonly PersonChange[];
  readonly money: Money;
  readonly manual: readonly ManualStep[];
  readonly held: readonly Held[];
  readonly released: readonly Released[];
  readonly unresolved: readonly Unresolved[];
  readonly warnings: readonly Diagnostic[];
  readonly violations: readonly Violation[];
  readonly calls: Calls;
};

/** Every change of a plan in the order of its stages. */
export function changesOf(plan: Pick<Plan, 'stages'>): readonly Change[] {
  return plan.stages.flatMap((stage) => stage.changes);
}
