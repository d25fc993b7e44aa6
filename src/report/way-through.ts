import { GUARDS, type GuardName, isGuard } from '../model/guard.ts';

const MENDS = {
  'expectation-failed': 'Change the configuration or the expectation.',
  'foreign-group': 'Use another group, or write the seat as `members: external`.',
  'stale-plan': 'Plan again and have the new plan reviewed.',
  'incomplete-read': 'Read the live state again, whole.',
} as const satisfies Partial<Record<GuardName, string>>;

/** What a person can do about the refusal of one guard: a full sentence. */
export function wayThrough(rule: string): string {
  const ways = isGuard(rule) ? GUARDS[rule] : { exception: false, force: false };
  const exception = '`kirosync plan --write-exception FILE` writes an Exception to review in the same pull request';
  const force = ways.force ? `, and \`kirosync apply --force ${rule}\` lifts it by hand` : '';
  if (ways.exception) return `If this is meant: ${exception}${force}.`;
  const mend = Object.entries(MENDS).find(([name]) => name === rule)?.[1];
  return `${mend === undefined ? '' : `${mend} `}This guard cannot be lifted.`;
}
