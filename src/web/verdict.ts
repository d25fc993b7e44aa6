import type { Status } from '../daemon/status.ts';

/** `good`: nothing to do. `warn`: waits, or will retry by itself. `bad`: needs a human. */
export type Tone = 'good' | 'warn' | 'bad';

export type Verdict = { readonly tone: Tone; readonly words: string; readonly meaning: string };

const VERDICT = {
  'in-sync': { tone: 'good', words: 'In sync', meaning: 'Live seats are what the policy says.' },
  applied: { tone: 'good', words: 'Applied', meaning: 'Every planned change was applied.' },
  pending: { tone: 'warn', words: 'Changes are waiting', meaning: 'The plan has changes that nothing may apply now.' },
  incomplete: { tone: 'warn', words: 'Incomplete', meaning: 'Some changes failed or were left alone; the next pass takes up the rest.' },
  refused: { tone: 'bad', words: 'Refused by a guard', meaning: 'Nothing of this plan is applied until a human decides.' },
  invalid: { tone: 'bad', words: 'The policy cannot be followed', meaning: 'Nothing is applied until the branch is mended.' },
  unreachable: { tone: 'bad', words: 'Git or AWS did not answer', meaning: 'Nothing was applied; the next pass tries again.' },
} as const satisfies Record<string, Verdict>;

/** How the last pass ended, in words for people; before the end of the first one, that it has not ended. */
export function verdictOf({ outcome, bug, ready }: Pick<Status, 'outcome' | 'bug' | 'ready'>): Verdict {
  if (bug !== null) return { tone: 'bad', words: 'A bug ended the last pass', meaning: 'The daemon goes on; its log has the stack.' };
  if (outcome === null) return { tone: 'warn', words: 'Starting', meaning: 'The first pass has not ended yet.' };
  const verdict: Verdict = VERDICT[outcome];
  // In sync, and not able to do its work: the next merge would wait.
  return verdict.tone === 'good' && !ready ? { ...verdict, tone: 'warn' } : verdict;
}
