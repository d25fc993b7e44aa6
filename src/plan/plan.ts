import type { Configuration } from '../model/configuration.ts';
import { type Diagnostic, warning } from '../model/diagnostic.ts';
import { GUARDS, isGuard } from '../model/guard.ts';
import type { Key } from '../model/key.ts';
import type { Live } from '../model/live.ts';
import { dollars } from '../model/money.ts';
import type { Change, Duplicate, Plan, Stage, StageName, Violation } from '../model/plan.ts';
import type { Operator } from '../model/settings.ts';
import { resolve } from '../resolve/resolve.ts';
import { applicationWarnings } from './application.ts';
import { type Board, board } from './board.ts';
import { calls } from './calls.ts';
import { consoleStepWarnings } from './console-step.ts';
import { type Difference, difference } from './difference.ts';
import { emptyConfiguration } from './guard/emptiness.ts';
import { exceptionWarnings } from './guard/exception.ts';
import { expectationFailed } from './guard/expectation.ts';
import { foreignGroup } from './guard/foreign.ts';
import type { Guard, GuardInput, RecentRemoval } from './guard/guard.ts';
import { incompleteRead } from './guard/incomplete.ts';
import { lift } from './guard/lift.ts';
import { effectiveLimits } from './guard/limit.ts';
import { tooManyMoves } from './guard/move.ts';
import { deferredRemovals, emptiesGroup, tooManyRemovals } from './guard/removal.ts';
import { duplicateBilling, monthlyIncrease, overBudget } from './guard/spend.ts';
import { withWayThrough } from './guard/way-through.ts';
import { hashOf } from './hash.ts';
import { manual, type UsageTiers } from './manual.ts';
import { money } from './money.ts';
import { people } from './people.ts';
import { released } from './released.ts';
import { spellingWarnings } from './spelling.ts';
import { standings } from './standing.ts';
import { missedWindows } from './window.ts';

export type PlanInput = {
  readonly configuration: Configuration;
  readonly live: Live;
  /** Decides what is active and which holds have ended. */
  readonly now: Date;
  readonly operator: Operator;
  readonly revision: string | null;
  /** Guards that a human at the CLI lifts whole; ignored for those that nothing lifts. */
  readonly force?: readonly string[];
  /** Keeps only these keys (`apply --plan FILE`): guards and money then speak of them alone. */
  readonly only?: ReadonlySet<Key>;
  readonly usageTiers?: UsageTiers;
  readonly recentRemovals?: readonly RecentRemoval[];
};

const EVERY_GUARD: readonly Guard[] = [
  tooManyRemovals,
  emptiesGroup,
  tooManyMoves,
  monthlyIncrease,
  overBudget,
  duplicateBilling,
  emptyConfiguration,
  expectationFailed,
  foreignGroup,
  incompleteRead,
];

const byKey = <T extends { readonly key: string }>(a: T, b: T) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** File placement carries no meaning, so it does not decide the order either. */
function byRule(warnings: readonly Diagnostic[]): readonly Diagnostic[] {
  const order = ({ rule, message, file = '', line = 0 }: Diagnostic) => JSON.stringify([rule, message, file, line]);
  return warnings
    .map((one) => [order(one), one] as const)
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([, one]) => one);
}

function stages(changes: readonly Change[]): readonly Stage[] {
  const stage = (name: StageName, belongs: (change: Change) => boolean): Stage => ({ name, changes: changes.filter(belongs).sort(byKey) });
  return [
    stage('groups', (change) => change.kind === 'group'),
    stage('application-assignments', (change) => change.kind === 'application-assignment'),
    stage('memberships-to-add', (change) => change.action === 'create' && change.kind === 'membership'),
    stage('memberships-to-remove', (change) => change.action === 'delete'),
  ];
}

function narrow(whole: Difference, only: ReadonlySet<Key> | undefined): Difference {
  return only === undefined ? whole : { changes: whole.changes.filter((change) => only.has(change.key)), held: whole.held };
}

function duplicateWarnings(b: Board, found: readonly Duplicate[]): readonly Diagnostic[] {
  if (b.configuration.organization.duplicates === 'allow') return [];
  return found
    .filter((one) => !one.held)
    .map((one) =>
      warning(
        'duplicate-billing',
        null,
        `${one.user} holds seats in ${one.profiles.join(' and ')} and is billed for each: ${dollars(one.yearly)} a year too much.`,
      ),
    );
}

function managedWarnings(b: Board): readonly Diagnostic[] {
  if (b.operator.applicationAssignments === 'manage') return [];
  return [...b.profiles.values()]
    .filter(({ profile }) => profile.applicationAssignments === 'manage')
    .map(({ profile }) =>
      warning(
        'manage-not-allowed',
        profile.place,
        `Profile ${profile.name} says \`applicationAssignments: manage\`, the operator's settings say verify; nothing is assigned.`,
      ),
    );
}

function forced(violation: Violation, force: readonly string[]): boolean {
  return force.includes(violation.rule) && isGuard(violation.rule) && GUARDS[violation.rule].force;
}

/** Guards that would have refused this plan, and what kept them from it. */
function liftedWarnings(
  b: Board,
  bare: readonly Violation[],
  violations: readonly Violation[],
  force: readonly string[],
): readonly Diagnostic[] {
  const kept = new Set(violations.filter((violation) => !forced(violation, force)).map((violation) => violation.rule));
  const lifted = bare.filter(({ rule }) => !kept.has(rule));
  return lifted.map(({ rule, message }) => {
    const byHand = force.includes(rule);
    const place = b.configuration.exceptions.find((exception) => exception.rule === rule)?.place ?? null;
    return warning(
      'guard-lifted',
      byHand ? null : place,
      `${byHand ? `--force ${rule}` : `An Exception for ${rule}`} lifts what would have refused this plan: ${message}`,
    );
  });
}

/**
 * What apply would do, and what it means: plan = f(configuration, live, now). Pure; the same input gives the same bytes.
 * A plan with violations is complete and printable, and may not be applied.
 */
export function plan(input: PlanInput): Plan {
  const { configuration, live, now, operator } = input;
  const b = board({ configuration, live, operator, now, resolution: resolve(configuration, live, now, operator) });
  const usage = input.usageTiers ?? new Map();
  const whole = difference(b, input.only);
  const { changes, held } = narrow(whole, input.only);
  const standing = standings(b, changes);
  const lifts = lift(b);
  const guarded: GuardInput = {
    b,
    changes,
    held,
    standings: standing,
    limits: effectiveLimits(operator.limits, configuration.limits),
    lifted: lifts.lifted,
    recentRemovals: input.recentRemovals ?? [],
  };
  const ordered = stages(changes);
  const spent = money(b, standing);
  const violations = EVERY_GUARD.flatMap((guard) => guard(guarded));
  const bare = EVERY_GUARD.flatMap((guard) => guard({ ...guarded, lifted: () => false }));
  const planned = new Set([...[...whole.changes, ...whole.held].map(({ key }) => key), ...bare.flatMap(({ keys }) => keys)]);
  const force = input.force ?? [];
  return {
    revision: input.revision,
    now: now.toISOString(),
    hash: hashOf(ordered.flatMap((stage) => stage.changes)),
    stages: ordered,
    people: people(b, { changes, held }, standing),
    money: spent,
    manual: manual(b, usage),
    held: [...held].sort(byKey),
    released: released(b, usage),
    unresolved: b.resolution.unresolved,
    warnings: byRule([
      ...configuration.warnings,
      ...b.resolution.warnings,
      ...lifts.warnings,
      ...liftedWarnings(b, bare, violations, force),
      ...exceptionWarnings(b, planned),
      ...applicationWarnings(b),
      ...managedWarnings(b),
      ...duplicateWarnings(b, spent.duplicates),
      ...missedWindows(b, held, standing),
      ...spellingWarnings(b),
      ...consoleStepWarnings(b, changes),
      ...deferredRemovals(guarded),
    ]),
    violations: violations
      .filter((violation) => !forced(violation, force))
      .map((violation) => withWayThrough(violation, { exceptions: operator.exceptions, listed: lifts.listed })),
    calls: calls(changes, operator.quota.share),
  };
}
