import { sentence } from '../model/diagnostic.ts';
import { dollars } from '../model/money.ts';
import type { Plan, Released, Violation } from '../model/plan.ts';
import { visible } from './escape.ts';
import type { Section } from './section.ts';
import { count, untilText } from './summary.ts';
import { cell, type Palette, table } from './table.ts';

/** What waits, what only a human can do, what was left alone and what could not be understood. */
export function noteSections(plan: Plan, paint: Palette): readonly Section[] {
  return [
    {
      title: `To do by hand (${plan.manual.length})`,
      lines: table(plan.manual.map((step) => [cell('□'), cell(step.profile), cell(step.text)])),
    },
    {
      title: `Held (${plan.held.length})`,
      lines: table(
        plan.held.map((held) => [
          cell(held.action === 'create' ? '+' : '-', paint.quiet),
          cell(held.key),
          cell(untilText(held.until)),
          cell(held.reason, paint.quiet),
        ]),
      ),
    },
    {
      title: `Released (${plan.released.length}): seat groups that no seat names; nothing in them is touched`,
      lines: table(plan.released.map((released) => [cell(released.profile), cell(released.group), cell(releasedText(released))])),
    },
    {
      title: `Unresolved (${plan.unresolved.length}): names that match nobody`,
      lines: table(plan.unresolved.map((name) => [cell(`${name.file}:${name.line}:${name.column}`), cell(name.kind), cell(name.name)])),
    },
    {
      title: `Warnings (${plan.warnings.length})`,
      lines: plan.warnings.map((warning) => `  ${paint.change('!')} ${visible(sentence(warning))}`),
    },
  ];
}

/** `12 members, $240.00 a month`; without usage the cost of a released group is not known. */
export function releasedText(released: Released): string {
  const cost = released.monthly === null ? 'monthly cost unknown without usage' : `${dollars(released.monthly)} a month`;
  return `${count(released.members, 'member', 'members')}, ${cost}`;
}

/** Keys shown under one refusal: every change is listed above it, and the JSON has all of them. */
const MOST_KEYS = 20;

/** The refusals, each with its numbers, the way through, and the keys that count. */
export function violationSection(plan: Plan, paint: Palette): Section {
  return {
    title: paint.alarm(`Refused by ${count(plan.violations.length, 'guard', 'guards')}: nothing of this plan may be applied`),
    lines: plan.violations.flatMap((violation) => violationLines(violation, paint)),
  };
}

function violationLines(violation: Violation, paint: Palette): readonly string[] {
  const keys = violation.keys.slice(0, MOST_KEYS).map((key) => `      ${visible(key)}`);
  const rest = violation.keys.length - keys.length;
  return [
    `  ${paint.alarm('✗')} ${paint.bold(visible(violation.rule))}: ${visible(violation.message)}`,
    ...(violation.limit === null && violation.actual === null
      ? []
      : [`    limit ${violation.limit ?? 'none'}, actual ${violation.actual ?? 'unknown'}`]),
    ...(keys.length === 0 ? [] : [`    Counted (${violation.keys.length}):`, ...keys]),
    ...(rest > 0 ? [`      … and ${rest} more, which \`--format json\` lists`] : []),
  ];
}
