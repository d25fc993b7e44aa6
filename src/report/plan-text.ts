import { dollars } from '../model/money.ts';
import type { Plan } from '../model/plan.ts';
import { visible } from './escape.ts';
import { peopleSection, stageSections } from './plan-text-change.ts';
import { moneySections } from './plan-text-money.ts';
import { noteSections, violationSection } from './plan-text-note.ts';
import { sections } from './section.ts';
import { count, summary, summaryLine, writes } from './summary.ts';
import { type Palette, palette } from './table.ts';

/** Whether terminal colours may be used; nothing else about a report depends on where it is shown. */
export type TextOptions = { readonly color: boolean };

/**
 * The whole plan as an admin reads it in a terminal: every change, person, dollar and reason, no list shortened.
 * Ends in the summary line and the hash. A plan without changes is one calm line and whatever still needs a human.
 */
export function planText(plan: Plan, options: TextOptions): string {
  const paint = palette(options.color);
  const lines = [
    ...heading(plan, paint),
    ...sections(
      [
        ...stageSections(plan, paint),
        peopleSection(plan, paint),
        ...moneySections(plan, paint),
        ...noteSections(plan, paint),
        violationSection(plan, paint),
      ],
      paint,
    ),
    ...callLine(plan, paint),
    paint.bold(`Plan: ${summaryLine(summary(plan))}`),
    paint.quiet(`Hash: ${visible(plan.hash)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function heading(plan: Plan, paint: Palette): readonly string[] {
  const of = plan.revision === null ? 'the configuration' : visible(plan.revision);
  if (writes(plan) || plan.violations.length > 0) return [`Plan of ${paint.bold(of)} for ${visible(plan.now.slice(0, 10))}`, ''];
  const rate = `${dollars(plan.money.monthly.after)} a month at list price`;
  if (plan.held.length > 0) {
    return [`Nothing to change now: ${count(plan.held.length, 'change is', 'changes are')} held; ${of}, ${rate}.`, ''];
  }
  const byHand = plan.manual.length === 0 ? '' : ` ${count(plan.manual.length, 'step waits', 'steps wait')} for a human.`;
  return [`${paint.add('In sync')}: live seats are what ${of} says; ${rate}.${byHand}`, ''];
}

function callLine(plan: Plan, paint: Palette): readonly string[] {
  const { total, seconds, byOperation } = plan.calls;
  if (total === 0) return [];
  const parts = Object.entries(byOperation).map(([operation, calls]) => `${visible(operation)} ${calls}`);
  return [paint.quiet(`Calls: ${total}, about ${Math.ceil(seconds)} s (${parts.join(', ')})`)];
}
