import { createHash } from 'node:crypto';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Plan } from '../model/plan.ts';

/** Why a pass applied nothing of a plan that no guard refuses. `other` is told without a reason: the daemon's status has it. */
export type Restraint = 'observe' | 'suspended' | 'window' | 'other';

/** What is known of a revision after a pass that tried it. */
export type Facts = {
  /** `branch@sha1:<40 hex>`. */
  readonly revision: string;
  readonly outcome: 'in-sync' | 'applied' | 'invalid' | 'pending' | 'incomplete' | 'refused' | 'unreachable';
  /** Changes of this revision that took effect, in this pass and those before it. */
  readonly effects: number;
  /** Of this pass; null where it applied nothing. */
  readonly applied: { readonly planned: number; readonly applied: number; readonly failed: number; readonly skipped: number } | null;
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly restraint: Restraint;
  /** Why it stopped where it stopped; may name people. */
  readonly message: string | null;
  /** Keys whose change failed in this pass, with what came back; may name people. */
  readonly failed: readonly { readonly key: string; readonly error: string | null; readonly requestId: string | null }[];
};

/** `held`: applied but for changes that wait for a date or a condition. */
export type Standing = 'applied' | 'held' | 'pending' | 'incomplete' | 'refused' | 'invalid' | 'unreachable';

/** Where a revision stands after a pass. */
export function standingOf({ outcome, plan }: Pick<Facts, 'outcome' | 'plan'>): Standing {
  if (outcome !== 'in-sync' && outcome !== 'applied') return outcome;
  return (plan?.held.length ?? 0) > 0 ? 'held' : 'applied';
}

/** Nothing more happens to a revision that was applied, save what waits for a date. */
export function isSettled({ outcome, plan }: Pick<Facts, 'outcome' | 'plan'>): boolean {
  const standing = standingOf({ outcome, plan });
  return standing === 'applied' || (standing === 'held' && plan?.held.every((held) => held.until === null) === true);
}

/**
 * A digest of what readers want to hear of: it stays the same from pass to pass while nothing of it changes, whatever else
 * the passes say.
 */
export function digestOf(facts: Facts): string {
  const standing = standingOf(facts);
  const { plan } = facts;
  const held = standing === 'held' ? plan?.held.map(({ key, until }) => [key, until]) : [];
  const violations = plan?.violations.map(({ rule, actual, limit, keys }) => [rule, actual, limit, keys]);
  const diagnostics = standing === 'invalid' ? facts.diagnostics.map(({ rule, file, line, column }) => [rule, file, line, column]) : [];
  const more = standing === 'pending' ? [plan?.hash, facts.restraint] : standing === 'refused' ? [violations] : [held, diagnostics];
  const counts = standing === 'incomplete' ? [facts.applied, facts.failed.map(({ key }) => key)] : [];
  return createHash('sha256')
    .update(JSON.stringify([facts.revision, standing, facts.effects, more, counts]))
    .digest('hex')
    .slice(0, 32);
}

/** GitHub cuts the description of a commit status at 140 characters. */
const MOST = 140;

const STATE = {
  applied: 'success',
  held: 'success',
  pending: 'pending',
  incomplete: 'error',
  refused: 'failure',
  invalid: 'failure',
  unreachable: 'error',
} as const satisfies Record<Standing, string>;

/** The commit status: it names nobody, whatever the settings say. */
export function statusOf(facts: Facts): { readonly state: (typeof STATE)[Standing]; readonly description: string } {
  const standing = standingOf(facts);
  return { state: STATE[standing], description: described(standing, facts).slice(0, MOST) };
}

const WHY = {
  observe: 'the daemon is in observe mode',
  suspended: 'the daemon is suspended',
  window: 'a change window is closed',
  other: 'the daemon applies nothing now',
} as const satisfies Record<Restraint, string>;

/** True when a pass that is pending did apply something: windows and observe mode may hold single profiles. */
export function isInPart({ applied }: Pick<Facts, 'applied'>): boolean {
  return (applied?.applied ?? 0) > 0;
}

/** Why nothing is applied, without a capital letter or a full stop. */
export function whyOf(restraint: Restraint): string {
  return WHY[restraint];
}

function described(standing: Standing, facts: Facts): string {
  const { plan, applied, effects } = facts;
  const made = effects === 0 ? 'In sync, nothing to change' : `Applied ${counted(effects, 'change')}`;
  switch (standing) {
    case 'applied':
      return `${made}.`;
    case 'held':
      return `${made}; ${counted(plan?.held.length ?? 0, 'change')} held${next(plan)}.`;
    case 'pending':
      if (isInPart(facts)) return `Applied in part, ${applied?.applied} of ${applied?.planned}: ${WHY[facts.restraint]}.`;
      return `Not applied yet: ${WHY[facts.restraint]}; ${counted(changes(plan), 'change')} planned.`;
    case 'incomplete':
      return applied === null
        ? 'Incomplete: the pass was stopped; the next one goes on.'
        : `Incomplete: ${applied.applied} applied, ${applied.failed} failed, ${applied.skipped} skipped of ${applied.planned}.`;
    case 'refused':
      return `Refused by ${rules(plan)}: nothing of it is applied.`;
    case 'invalid':
      return `The policy cannot be followed (${counted(facts.diagnostics.length, 'problem')}): nothing of it is applied.`;
    case 'unreachable':
      return 'Not applied yet: Git or AWS did not answer as it should; the next pass tries again.';
  }
}

/** `1 change`, `2 changes`. */
export function counted(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`;
}

function changes(plan: Plan | null): number {
  return plan?.stages.reduce((sum, stage) => sum + stage.changes.length, 0) ?? 0;
}

function next(plan: Plan | null): string {
  const dates = (plan?.held ?? []).flatMap(({ until }) => (until === null ? [] : [until.slice(0, 10)])).sort();
  return dates[0] === undefined ? '' : `, the first until ${dates[0]}`;
}

function rules(plan: Plan | null): string {
  return [...new Set(plan?.violations.map(({ rule }) => rule))].join(', ');
}
