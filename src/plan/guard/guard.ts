import type { EffectiveLimits } from '../../model/limits.ts';
import type { Change, Held, Violation } from '../../model/plan.ts';
import type { Board } from '../board.ts';
import type { Standing } from '../standing.ts';

/** A removal that this daemon made within the last 24 hours. */
export type RecentRemoval = { readonly profile: string; readonly userId: string; readonly key: string };

/** What every guard looks at: one plan's changes against the board they came from. */
export type GuardInput = {
  readonly b: Board;
  readonly changes: readonly Change[];
  readonly held: readonly Held[];
  readonly standings: ReadonlyMap<string, Standing>;
  readonly limits: EffectiveLimits;
  readonly lifted: (rule: string, key: string) => boolean;
  readonly recentRemovals: readonly RecentRemoval[];
};

/** A rule that can refuse a plan: every way in which it does, with numbers. */
export type Guard = (input: GuardInput) => readonly Violation[];

export type Deletion = Extract<Change, { action: 'delete' }>;
export type MembershipCreation = Extract<Change, { action: 'create'; kind: 'membership' }>;

export function deletions(changes: readonly Change[]): readonly Deletion[] {
  return changes.filter((change) => change.action === 'delete');
}

export function creations(changes: readonly Change[]): readonly MembershipCreation[] {
  return changes.filter((change) => change.action === 'create' && change.kind === 'membership') as readonly MembershipCreation[];
}

const LONGEST_NAME = 80;

/** `ana, bob, dana and 4 more`; a directory's names may be a thousand characters long, so each is cut at 80. */
export function some(names: readonly string[], most = 5): string {
  const distinct = [...new Set(names)];
  const shown = distinct
    .slice(0, most)
    .map((name) => ([...name].length > LONGEST_NAME ? `${[...name].slice(0, LONGEST_NAME - 1).join('')}…` : name));
  const rest = distinct.length - most;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
