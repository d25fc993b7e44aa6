import { GUARDS, isGuard } from '../../model/guard.ts';
import type { Violation } from '../../model/plan.ts';
import type { Operator } from '../../model/settings.ts';

/** What an Exception may still do for a rule: the operator's bounds, and the keys that reviewed Exceptions list already. */
export type Bounds = { readonly exceptions: Operator['exceptions']; readonly listed: (rule: string) => number };

/** What to do for people who would be removed and should not be. */
export const KEEP_SEATS =
  'If these people should keep their seats, grant them one: `kirosync import --out DIR` writes the YAML that grants everybody what is live.';

/** What to do when the refusal is right and the change was not meant, by guard. */
const MENDS = new Map<string, string>([
  ['too-many-removals', KEEP_SEATS],
  ['empties-group', KEEP_SEATS],
  ['empty-configuration', `Look for an Assignment file that was lost, moved out of the folder or left on another branch. ${KEEP_SEATS}`],
  [
    'too-many-moves',
    'If these people should keep their tier, correct the `tier` of the assignments that grant it; if their seat was dropped or renamed, name their group again.',
  ],
  ['monthly-increase', 'If it is not meant, grant fewer seats or a lower tier.'],
  ['over-budget', 'Grant less in this budget, or raise its `monthlyUsd` by review.'],
  ['duplicate-billing', 'Grant each of them a seat in one profile only.'],
  ['expectation-failed', 'Change the configuration, or change the expectation by review.'],
  [
    'foreign-group',
    "Use a group that gives nothing but Kiro, or write the seat as `members: external` if its members belong to somebody else. Which names may be seat groups is the operator's setting `seatGroups`.",
  ],
  ['incomplete-read', 'Read the live state again, whole: `kirosync plan --record FILE` with this configuration.'],
]);

function byException(rule: string, keys: number, { exceptions, listed }: Bounds): string {
  const { rules, maxKeys } = exceptions;
  if (!rules.includes(rule)) return `The operator's settings let no Exception lift ${rule} (\`exceptions.rules\`)`;
  const all = listed(rule) + keys;
  if (all <= maxKeys)
    return 'If it is meant: `kirosync plan --write-exception FILE` writes an Exception that lists these keys, to review in the same pull request';
  return `An Exception cannot lift it: the Exceptions in force would list ${all} keys for ${rule}, and the operator's settings allow ${maxKeys} (\`exceptions.maxKeys\`), so make the change in steps, or ask the operator`;
}

/** What a person can do about the refusal of one guard: full sentences, the mend first and what lifts it last. */
export function wayThrough({ rule, keys }: Pick<Violation, 'rule' | 'keys'>, bounds: Bounds): string {
  const mend = MENDS.get(rule);
  const start = mend === undefined ? '' : `${mend} `;
  const ways = isGuard(rule) ? GUARDS[rule] : { exception: false, force: false };
  if (!ways.exception) return `${start}Nothing lifts this guard.`;
  const force = ways.force ? `; at a terminal, \`kirosync apply --force ${rule}\` lifts it by hand` : '; nothing else lifts it';
  return `${start}${byException(rule, keys.length, bounds)}${force}.`;
}

/** The refusal with its way through at the end of its message, so that it helps wherever it is read: terminal, comment, log, status. */
export function withWayThrough(violation: Violation, bounds: Bounds): Violation {
  return { ...violation, message: `${violation.message} ${wayThrough(violation, bounds)}` };
}
