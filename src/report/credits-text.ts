import type { Credits, CreditsPerson } from '../model/credits.ts';
import { dataThrough, digestOf } from './credits-digest.ts';
import { grouped } from './credits-figure.ts';
import { type Column, type List, type ListCell, todoLists } from './credits-list.ts';
import { type SumList, sumLists } from './credits-sum-list.ts';
import { summaryLines } from './credits-summary.ts';
import { peopleSections } from './credits-text-people.ts';
import { visible } from './escape.ts';
import { type Section, sections } from './section.ts';
import { count } from './summary.ts';
import { type Cell, cell, number, type Paint, type Palette, palette, table } from './table.ts';

function heading(credits: Credits): string {
  return `Kiro ${credits.files === null ? 'seats' : 'credits'}, ${credits.month} (${dataThrough(credits)})`;
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(9)} ${text}`;
}

function summary(credits: Credits): readonly string[] {
  const { files, rows } = credits;
  const lines = summaryLines(credits, digestOf(credits)).map(({ name, text }) => line(name, text));
  if (files === null) return lines;
  return [
    ...lines,
    ...states(credits),
    line(
      'rows',
      `read ${grouped(rows.read)} = used ${grouped(rows.used)} + superseded ${grouped(rows.superseded)} + rejected ${grouped(rows.rejected)}; ${grouped(rows.inMonth)} of the used ones lie in the month`,
    ),
    line(
      'files',
      `${count(files.reports, 'report', 'reports')}; left alone: ${files.legacy} legacy, ${count(files.markers, 'marker', 'markers')}, ${files.other} other`,
    ),
  ];
}

function states({ totals, people, idleAfterDays }: Credits): readonly string[] {
  if (totals.seats === null) return [];
  const of = (state: CreditsPerson['state']): number => people.filter((p) => p.state === state).length;
  const text = `${of('active')} active, ${of('idle')} idle for ${idleAfterDays} days or more, ${of('unconfirmed')} unconfirmed, ${of('new')} new, ${of('no-seat')} with usage but no seat`;
  return [line('people', text)];
}

function isNumber(column: Column | undefined): boolean {
  return typeof column === 'object' && column.kind === 'number';
}

function listCell(value: ListCell, column: Column | undefined, paint: Palette): Cell {
  const text = typeof value === 'string' ? value : value.text;
  const tones: Readonly<Record<'good' | 'warn' | 'bad', Paint>> = { good: paint.add, warn: paint.change, bad: paint.alarm };
  const tone = typeof value === 'string' ? undefined : tones[value.tone];
  return isNumber(column) ? number(text, tone) : cell(text, tone);
}

function head(columns: readonly Column[], paint: Palette): readonly Cell[] {
  return columns
    .map((column) => listCell(typeof column === 'string' ? column : column.name, column, paint))
    .map((c) => ({ ...c, paint: paint.quiet }));
}

function listSection({ title, columns, rows }: List, paint: Palette): Section {
  const cells = rows.map((row) => row.map((value, i) => listCell(value, columns[i], paint)));
  return { title, lines: rows.length === 0 ? [] : table([head(columns, paint), ...cells]) };
}

function sumSection({ name, columns, rows, total }: SumList, paint: Palette): Section {
  const cells = [...rows, total].map((row) => row.map((value, i) => listCell(value, columns[i], paint)));
  return { title: `By ${name}`, lines: table([head(columns, paint), ...cells]) };
}

/**
 * The report for a terminal: the summary and what is missing from it, what to do first (advice, idle, unconfirmed, mismatches, budgets), sums by profile,
 * tier, cost center and assignment, everybody by profile, and what was rejected.
 */
export function creditsText(credits: Credits, options: { readonly color: boolean }): string {
  const paint = palette(options.color);
  const rejected = credits.rejected.map((r) => `  ${visible(r.file)}${r.line === null ? '' : `:${r.line}`} ${visible(r.reason)}`);
  const more = credits.rows.rejected > rejected.length && rejected.length > 0 ? ['  (the first of them)'] : [];
  const blocks: readonly Section[] = [
    { title: heading(credits), lines: summary(credits) },
    { title: 'Notes', lines: credits.notes.map((note) => `  ${visible(note)}`) },
    ...todoLists(credits, digestOf(credits)).map((list) => listSection(list, paint)),
    ...sumLists(credits, Number.POSITIVE_INFINITY).map((list) => sumSection(list, paint)),
    ...peopleSections(credits, paint),
    {
      title: credits.rows.rejected === 0 ? 'Files without rows' : `Rejected rows: ${grouped(credits.rows.rejected)}`,
      lines: [...rejected, ...more],
    },
  ];
  return `${sections(blocks, paint).join('\n')}`;
}
