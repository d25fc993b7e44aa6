import { GUARDS, type GuardName, isGuard } from '../model/guard.ts';

const MEANING = {
  'too-many-removals': 'It would leave too many people without a seat at once.',
  'empties-group': 'It would take most members out of a seat group, and leave them without a seat.',
  'too-many-moves': 'Too many people would change tier at once.',
  'monthly-increase': 'It would raise the monthly cost by too much at once.',
  'over-budget': 'It would raise a spend that is over its budget.',
  'duplicate-billing': 'It would seat somebody in a second profile, which is billed twice.',
  'empty-configuration': 'Nobody would be granted a seat any more.',
  'expectation-failed': 'An expectation that ships with the policy does not hold.',
  'foreign-group': 'It would write a group that is not kirosync’s to write.',
  'stale-plan': 'What was planned has changed meanwhile.',
  'incomplete-read': 'Live state was not read completely.',
} as const satisfies Record<GuardName, string>;

const OWN: Partial<Record<GuardName, string>> = {
  'expectation-failed': 'Change the policy so that its `expect` holds, or change the `expect` itself, in another pull request.',
  'foreign-group':
    'Name a seat group that the operator allows (setting `seatGroups`) and that grants nothing else; no Exception lifts this.',
};

/** What a guard refuses, without numbers and without naming anybody. */
export function meaning(rule: string): string {
  return isGuard(rule) ? MEANING[rule] : 'A guard refused it.';
}

/** What a reviewer can do about a refusal, one sentence of Markdown. */
export function advice(rule: string): string {
  const own = isGuard(rule) ? OWN[rule] : undefined;
  if (own !== undefined) return own;
  return isGuard(rule) && GUARDS[rule].exception
    ? 'If it is meant: `kirosync plan --write-exception exception.yaml` writes an Exception that lists exactly these keys; say why in it, and merge it.'
    : 'Nothing lifts this by hand; the next pass judges again.';
}
