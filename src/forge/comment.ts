import { createHash } from 'node:crypto';
import { dollars, signedDollars } from '../model/money.ts';
import type { Plan } from '../model/plan.ts';
import { clip, markdownCode } from '../report/escape.ts';
import { sections } from './comment-section.ts';
import { counted, type Facts, isInPart, type Standing, standingOf, whyOf } from './outcome.ts';
import { peopleOf } from './people.ts';

/** GitHub takes 65,536 characters in a comment, GitLab more. */
export const COMMENT_LIMIT = 60_000;

/**
 * What a comment of ours begins with, so that it is found again: daemons that follow other branches or folders have other
 * comments. It shows as nothing, and holds nothing that somebody could have made up.
 */
export function markerOf(branch: string, path: string): string {
  const id = createHash('sha256').update(`${branch}\n${path}`).digest('hex').slice(0, 16);
  return `<!-- kirosync:outcome:${id} -->`;
}

export type CommentInput = {
  readonly facts: Facts;
  readonly marker: string;
  /** Whether names of people, and sentences that may hold one, are shown. */
  readonly names: boolean;
  /** Of the pass, RFC 3339. */
  readonly at: string;
};

/** The comment on the merged pull request, Markdown of at most 60,000 characters. Nothing in it is a mention or a reference. */
export function commentBody({ facts, marker, names, at }: CommentInput): string {
  const standing = standingOf(facts);
  const parts = [
    marker,
    `### kirosync: ${TITLE[standing]}`,
    lead(standing, facts),
    money(standing, facts.plan),
    ...sections(standing, facts, names),
    `<sub>Revision ${markdownCode(clip(facts.revision, 200))}, judged ${at.slice(0, 16).replace('T', ' ')} UTC. This comment is edited when the outcome changes.</sub>`,
  ];
  const body = `${parts.filter((part) => part !== '').join('\n\n')}\n`;
  return body.length <= COMMENT_LIMIT ? body : `${parts.slice(0, 3).join('\n\n')}\n`;
}

const TITLE = {
  applied: 'applied',
  held: 'applied, some changes are held',
  pending: 'not applied yet',
  incomplete: 'incomplete',
  refused: 'refused',
  invalid: 'the policy cannot be followed',
  unreachable: 'not applied yet',
} as const satisfies Record<Standing, string>;

function lead(standing: Standing, { effects, applied, plan, restraint }: Facts): string {
  const made = effects === 0 ? 'Live state agrees with it; nothing had to be changed.' : `${counted(effects, 'change')} took effect.`;
  switch (standing) {
    case 'applied':
      return made;
    case 'held':
      return `${made} ${counted(plan?.held.length ?? 0, 'change')} ${plan?.held.length === 1 ? 'waits' : 'wait'}, see below.`;
    case 'pending':
      if (isInPart({ applied }))
        return `**Applied in part:** ${counted(applied?.applied ?? 0, 'change')} took effect; the others wait: ${whyOf(restraint)}.`;
      return `**Nothing was applied:** ${whyOf(restraint)}. ${planned(plan)} The plan is in the daemon's dashboard, and in \`kirosync plan\`.`;
    case 'incomplete':
      return applied === null
        ? 'The pass was stopped before it wrote anything; the next one goes on.'
        : `**${applied.applied} applied, ${applied.failed} failed and ${applied.skipped} skipped** of ${applied.planned} planned changes. The next pass takes up what is left.`;
    case 'refused':
      return `**Nothing was applied:** ${counted(plan?.violations.length ?? 0, 'guard')} refused the plan.`;
    case 'invalid':
      return '**Nothing was applied.** What was in force before still is.';
    case 'unreachable':
      return '**Nothing was applied:** Git or AWS did not answer as it should. The next pass tries again.';
  }
}

function planned(plan: Plan | null): string {
  const changes = plan?.stages.flatMap((stage) => stage.changes) ?? [];
  const creates = changes.filter(({ action }) => action === 'create').length;
  return `Planned: ${creates} to create, ${changes.length - creates} to delete.`;
}

function money(standing: Standing, plan: Plan | null): string {
  if (plan === null || standing === 'invalid' || standing === 'unreachable') return '';
  const { before, after } = plan.money.monthly;
  const { now, held, until } = peopleOf(plan);
  if (now.length === 0 && held === 0 && before === after) return '';
  const gain = now.filter(({ from }) => from === null).length;
  const lose = now.filter(({ to }) => to === null).length;
  const people = `${counted(gain, 'seat')} gained, ${counted(now.length - gain - lose, 'tier')} changed, ${counted(lose, 'seat')} lost`;
  const waiting =
    held === 0 ? '' : `; ${held} held${until === null ? ', no date yet' : `${held === 1 ? '' : ', the first'} until ${until}`}`;
  const isDone = standing === 'applied' || standing === 'held';
  return `| ${isDone ? 'Applied' : 'As planned'} | |\n|---|---|\n| People | ${people}${waiting} |\n| Monthly, list price | ${dollars(before)} → ${dollars(after)} (${signedDollars(after - before)}) |`;
}
