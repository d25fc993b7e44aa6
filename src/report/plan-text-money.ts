import { type Cents, dollars, signedDollars } from '../model/money.ts';
import type { Duplicate, Money, MoneyRow, Plan, RunRate } from '../model/plan.ts';
import type { Section } from './section.ts';
import { writes } from './summary.ts';
import { type Cell, cell, number, type Palette, table } from './table.ts';

/** Run-rate, this month's charge, their breakdowns, and who is billed twice. Silent about rows that do not move when nothing changes. */
export function moneySections(plan: Plan, paint: Palette): readonly Section[] {
  const { money } = plan;
  const moves = writes(plan) || money.monthly.before !== money.monthly.after;
  return [...(moves ? [ledger(money, paint)] : []), duplicateSection(money.duplicates, paint)];
}

function ledger(money: Money, paint: Palette): Section {
  const blocks: readonly (readonly [string, readonly MoneyRow[]])[] = [
    ['by profile', money.byProfile],
    ['by tier', money.byTier],
    ['by cost center', money.byCostCenter],
  ];
  const rows: (readonly Cell[])[] = [
    ['', 'before', '', 'after', 'change'].map((title, i) => ({ ...cell(title, paint.quiet), right: i > 0 })),
    rateRow('run-rate a month', money.monthly, paint),
    [cell('charged this month'), cell(''), cell(''), number(dollars(money.thisMonth))],
    ...blocks.flatMap(([title, list]) =>
      list.length === 0 ? [] : [[cell(title, paint.quiet)], ...list.map((row) => rateRow(`  ${row.name}`, row, paint))],
    ),
  ];
  return { title: 'Money (list price if everyone activates, no tax or discounts)', lines: table(rows) };
}

function rateRow(name: string, rate: RunRate, paint: Palette): readonly Cell[] {
  return [
    cell(name),
    number(dollars(rate.before)),
    cell('→', paint.quiet),
    number(dollars(rate.after)),
    number(signedDollars(rate.after - rate.before), paintOf(rate.after - rate.before, paint)),
  ];
}

function paintOf(delta: Cents, paint: Palette): Palette['quiet'] {
  if (delta === 0) return paint.quiet;
  return delta > 0 ? paint.change : paint.add;
}

/** `billed twice`: what all but the dearest of a person's seats cost in a year. */
export function duplicateText(duplicate: Duplicate): string {
  return duplicate.held ? 'a removal is held; not counted' : `${dollars(duplicate.yearly)} a year too much`;
}

function duplicateSection(duplicates: readonly Duplicate[], paint: Palette): Section {
  const total = duplicates.reduce((sum, duplicate) => sum + duplicate.yearly, 0);
  return {
    title: `Billed in several profiles (${duplicates.length}), ${dollars(total)} a year`,
    lines: table(duplicates.map((d) => [cell(d.user), cell(d.profiles.join(', ')), cell(duplicateText(d), paint.quiet)])),
  };
}
