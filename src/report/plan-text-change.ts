import { by } from '../config/order.ts';
import type { Change, PersonChange, Plan, StageName } from '../model/plan.ts';
import type { Section } from './section.ts';
import { type Cell, cell, fewCells, type Palette, table } from './table.ts';

export const SYMBOL = { create: '+', update: '~', delete: '-' } as const;

export const STAGE_TITLE = {
  groups: 'Groups to create',
  'application-assignments': 'Groups to attach to their Kiro application',
  'memberships-to-add': 'Memberships to add',
  'memberships-to-remove': 'Memberships to remove',
} as const satisfies Record<StageName, string>;

/** One block a stage, in the order in which they are applied. */
export function stageSections(plan: Plan, paint: Palette): readonly Section[] {
  const changeRow = rowOf(paint);
  return plan.stages.map((stage) => ({
    title: `${STAGE_TITLE[stage.name]} (${stage.changes.length})`,
    lines: table(stage.changes.map((change) => changeRow(change))),
  }));
}

function rowOf(paint: Palette): (change: Change) => readonly Cell[] {
  const symbols = { create: cell(SYMBOL.create, paint.add), delete: cell(SYMBOL.delete, paint.remove) } as const;
  const group = fewCells();
  return (change) => {
    const [symbol, reason] = [symbols[change.action], cell(change.reason, paint.quiet)];
    return change.kind === 'membership' ? [symbol, group(change.group), cell(change.user), reason] : [symbol, group(change.group), reason];
  };
}

/** New seats, moves and endings: who, from what to what, from when on the bill, and why. */
export function peopleSection(plan: Plan, paint: Palette): Section {
  const head = ['', 'person', 'profile', 'from', '', 'to', 'on the bill', 'why'].map((title) => cell(title, paint.quiet));
  const rows = byName(plan.people).map(personRow(plan.now.slice(0, 10), paint));
  return { title: `People (${rows.length})`, lines: rows.length === 0 ? [] : table([head, ...rows]) };
}

/** `+` for a new seat, `-` for an ending one, `~` for a move. */
export function personSymbol(person: Pick<PersonChange, 'from' | 'to'>): '+' | '~' | '-' {
  if (person.from === null) return SYMBOL.create;
  return person.to === null ? SYMBOL.delete : SYMBOL.update;
}

/** When a change shows on the bill: `today`, a date, or `not yet` while a hold has no date. */
export function effectiveText(effective: string | null, today: string): string {
  if (effective === null) return 'not yet';
  return effective === today ? 'today' : effective;
}

/** A row for each person. */
function personRow(today: string, paint: Palette): (person: PersonChange) => readonly Cell[] {
  const symbols = { '+': cell('+', paint.add), '~': cell('~', paint.change), '-': cell('-', paint.remove) } as const;
  const arrow = cell('→', paint.quiet);
  const few = fewCells();
  return (person) => [
    symbols[personSymbol(person)],
    cell(person.user),
    few(person.profile),
    few(person.from ?? 'none'),
    arrow,
    few(person.to ?? 'none'),
    few(effectiveText(person.effective, today)),
    cell(person.why, paint.quiet),
  ];
}

/** By profile, then by name: the plan itself goes by user id, which no reader knows. */
export function byName(people: readonly PersonChange[]): readonly PersonChange[] {
  return [...people].sort(
    by(
      ({ profile }) => profile,
      ({ user }) => user,
    ),
  );
}
