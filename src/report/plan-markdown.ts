import { dollars, signedDollars } from '../model/money.ts';
import { changesOf, type Plan, type RunRate } from '../model/plan.ts';
import { clip, markdownCode } from './escape.ts';
import { fitBlocks } from './markdown-fit.ts';
import { planBlocks } from './plan-markdown-block.ts';
import { count, summary, summaryLine } from './summary.ts';

/** GitHub cuts a comment at 65,536 characters; the rest is room for what a workflow adds around it. */
export const MARKDOWN_LIMIT = 60_000;

/**
 * The plan as a pull-request comment of at most 60,000 characters: totals, money and people first, then what a human
 * must do, refusals, what is held, and the changes folded away; the hash last. When it does not fit, lists are cut
 * (removals come first in each), the totals stay right, and the comment points at the complete JSON.
 */
export function planMarkdown(plan: Plan): string {
  const head = heading(plan);
  const foot = `\nHash: \`${clip(plan.hash.replace(/[^0-9a-z]/gi, ''), 64)}\`\n`;
  const pointer =
    '\n> Lists were cut to fit a comment. The totals are right; the complete plan is the JSON artifact that `kirosync plan --out FILE` writes.\n';
  const body = fitBlocks(planBlocks(plan), MARKDOWN_LIMIT - head.length - foot.length - pointer.length);
  return head + body.text + (body.cut ? pointer : '') + foot;
}

function heading(plan: Plan): string {
  const { money } = plan;
  const refused =
    plan.violations.length === 0
      ? ''
      : `**Refused by ${count(plan.violations.length, 'guard', 'guards')}: nothing of this plan may be applied.**\n\n`;
  const of = plan.revision === null ? '' : `Revision ${markdownCode(clip(plan.revision, 200))}. `;
  const state = changesOf(plan).length === 0 ? 'No changes. ' : '';
  return `### kirosync plan: ${summaryLine(summary(plan))}

${refused}${of}${state}Money is list price if everyone activates, without tax or discounts.

| | before | after | change |
|---|--:|--:|--:|
| **run-rate a month** | ${rateCells(money.monthly)}
| **charged this month** | | **${dollars(money.thisMonth)}** | |
`;
}

/** The three figures of a run-rate as the last cells of a table row. */
export function rateCells(rate: RunRate): string {
  return `${dollars(rate.before)} | ${dollars(rate.after)} | ${signedDollars(rate.after - rate.before)} |`;
}
