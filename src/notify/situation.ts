import type { Day } from '../model/day.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { JournalEntry } from '../model/journal.ts';
import type { Plan } from '../model/plan.ts';

/** What a pass found, as far as notifications need it. */
export type PassFound = {
  readonly pass: number;
  readonly finishedAt: Date;
  readonly outcome: string;
  readonly message: string | null;
  readonly attempted: string | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly failures: readonly { readonly operation: string; readonly kind: string; readonly message: string }[];
  readonly plan: Plan | null;
  readonly drift: { readonly base: 'record' | 'configuration' } | null;
};

/** A step of the credits report that failed; `step` names no place. */
export type ReportFailure = { readonly step: string; readonly message: string };

/** A budget of the last credits report that will not hold. Dollars a month. */
export type OverBudget = {
  readonly name: string;
  readonly monthlyUsd: number;
  readonly forecastUsd: number | null;
  readonly exceededOn: Day | string | null;
};

/** A revision that changes what bounds the policy: names of the parts. `id` is of what they say now. */
export type PolicyPart = { readonly id: string; readonly revision: string | null; readonly at: string; readonly parts: readonly string[] };

/** Everything that notifications are made of, at one instant. */
export type Situation = {
  readonly now: Date;
  readonly entries: readonly JournalEntry[];
  /** Null before the first pass of this process has ended. */
  readonly last: PassFound | null;
  /** What ended the last pass, if that was a bug. */
  readonly bug: string | null;
  /** Why the journal cannot be written; null while it can. */
  readonly unwritable: string | null;
  readonly lockLost: string | null;
  /** Why settings that were loaded again are not in force; empty when they are. */
  readonly settingsProblems: readonly string[];
  readonly overdueSince: Date | null;
  /** Null before this process has made a report. */
  readonly reportFailures: readonly ReportFailure[] | null;
  /** Null before there is a report. */
  readonly budgets: readonly OverBudget[] | null;
  /** Removals that change windows keep from being applied in time; the sentences name nobody. */
  readonly windowLosses: readonly { readonly profile: string; readonly month: string; readonly message: string }[];
  readonly policyParts: readonly PolicyPart[];
};
