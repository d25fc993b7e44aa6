import { dollars } from '../model/money.ts';
import { changesOf, type Plan } from '../model/plan.ts';
import { clip, markdownCode } from './escape.ts';
import { fitBlocks } from './markdown-fit.ts';
import { planBlocks } from './plan-markdown-block.ts';
import { deltaText, peopleCounts } from './plan-people.ts';
import { count, summary, summaryLine } from './summary.ts';

/** GitHub cuts a comment at 65,536 characters; the rest is room for what a workflow adds around it. */
export const MARKDOWN_LIMIT = 60_000;

/**
 * The plan as a pull-request comment of at most 60,000 characters: the verdict, people and money; when it is refused, why and the
 * way through; the people by profile with what they get, from what, when and why; what a human must do; what is held; the rest
 * folded; the hash last. When it does not fit, lists are cut (seats that end come first in each, and get space first), the
 * totals stay right, and the comment points at the complete JSON.
 */
export function planMarkdown(plan: Plan): string {
  const refused = plan.violations.length > 0;
  const intro = `${sentences(plan)}\n\n${summaryLine(summary(plan))}.\n`;
  const head = `### kirosync plan: ${verdict(plan)}\n\n${refused ? REFUSED : intro}`;
  const foot = footing(plan);
  const body = fitBlocks(planBlocks(plan, refused ? `\n${intro}` : ''), MARKDOWN_LIMIT - head.length - foot.length - POINTER.length);
  return head + body.text + (body.cut ? POINTER : '') + foot;
}

const REFUSED = '> [!CAUTION]\n> **Nothing of this plan may be applied.** Merged as it is, the apply would stop at the same guards.\n';

const POINTER =
  '\n> Lists were cut to fit a comment. The totals are right; the complete plan is the JSON artifact that `kirosync plan --out FILE` writes.\n';

/** What the figures mean, of what they are, and the hash on the last line. */
function footing(plan: Plan): string {
  const of = plan.revision === null ? '' : ` Revision ${markdownCode(clip(plan.revision, 200))}.`;
  const hash = clip(plan.hash.replace(/[^0-9a-z]/gi, ''), 64);
  return `\nMoney is list price if everyone activates, without tax or discounts.${of}\n\nHash: \`${hash}\`\n`;
}

/** `refused by 1 guard`, `2 seats end, 13 people get a seat, +$420.00 a month`, `nothing to change`. */
export function verdict(plan: Plan): string {
  if (plan.violations.length > 0) return `refused by ${count(plan.violations.length, 'guard', 'guards')}`;
  const changes = changesOf(plan).length;
  if (changes === 0) return plan.held.length === 0 ? 'nothing to change' : 'nothing to change now';
  const people = peopleCounts(plan.people);
  return `${people === '' ? count(changes, 'change', 'changes') : people}, ${deltaText(plan.money.monthly)}`;
}

/** Who and how much, in bold what a reviewer decides by. */
function sentences(plan: Plan): string {
  const { monthly, thisMonth } = plan.money;
  const people = peopleCounts(plan.people);
  const seats = people === '' ? "Nobody's seat changes." : `**${people}.**`;
  const rate =
    monthly.before === monthly.after
      ? `The run-rate stays at **${dollars(monthly.after)} a month**.`
      : `The run-rate goes from ${dollars(monthly.before)} to **${dollars(monthly.after)} a month (${deltaText(monthly).replace(' a month', '')})**.`;
  const charge = thisMonth === 0 ? 'Nothing is charged this month.' : `**${dollars(thisMonth)}** is charged this month.`;
  return `${seats} ${rate} ${changesOf(plan).length === 0 && thisMonth === 0 ? '' : charge}`.trimEnd();
}
