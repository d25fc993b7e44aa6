import pc from 'picocolors';
import { visible } from './escape.ts';

export type Paint = (text: string) => string;

/** The quiet colours of every terminal report; each is the identity when `color` is false. */
export type Palette = { readonly [name in 'add' | 'change' | 'remove' | 'bold' | 'quiet' | 'alarm']: Paint };

export function palette(color: boolean): Palette {
  const c = pc.createColors(color);
  return { add: c.green, change: c.yellow, remove: c.red, bold: c.bold, quiet: c.dim, alarm: (text) => c.bold(c.red(text)) };
}

/** One cell: its text is escaped here, once, for everybody; `paint` colours it after it was measured. */
export type Cell = { readonly text: string; readonly paint?: Paint; readonly right?: boolean };

export function cell(text: string, paint?: Paint): Cell {
  return paint === undefined ? { text } : { text, paint };
}

/** A cell aligned to the right, for numbers. */
export function number(text: string, paint?: Paint): Cell {
  return { ...cell(text, paint), right: true };
}

const WIDE = /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const MARK = /\p{M}/u;

/** Columns that a terminal needs for a text: East Asian wide characters and emoji take two, combining marks none. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (MARK.test(character)) continue;
    columns += WIDE.test(character) || (character.codePointAt(0) ?? 0) >= 0x20000 ? 2 : 1;
  }
  return columns;
}

/** Lines of aligned columns, two spaces apart. Empty columns vanish; the last one is not padded, so no line ends in blanks. */
export function table(rows: readonly (readonly Cell[])[], indent = '  '): readonly string[] {
  const clean = rows.map((row) => row.map((c) => ({ ...c, text: visible(c.text) })));
  const widths: number[] = [];
  for (const row of clean) for (const [i, c] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(c.text));
  return clean.map((row) => {
    const last = row.findLastIndex((c) => c.text !== '');
    const cells = row.slice(0, last + 1).map((c, i) => ((widths[i] ?? 0) === 0 ? [] : [padded(c, widths[i] ?? 0, i === last)]));
    return indent + cells.flat().join('  ');
  });
}

function padded(c: Cell, to: number, last: boolean): string {
  const gap = ' '.repeat(to - width(c.text));
  const painted = c.paint === undefined || c.text === '' ? c.text : c.paint(c.text);
  if (c.right === true) return gap + painted;
  return last ? painted : painted + gap;
}
