import pc from 'picocolors';
import { isAscii, visible } from './escape.ts';

export type Paint = (text: string) => string;

/** The quiet colours of every terminal report; each is the identity when `color` is false. */
export type Palette = { readonly [name in 'add' | 'change' | 'remove' | 'bold' | 'quiet' | 'alarm']: Paint };

export function palette(color: boolean): Palette {
  const c = pc.createColors(color);
  return { add: c.green, change: c.yellow, remove: c.red, bold: c.bold, quiet: c.dim, alarm: (text) => c.bold(c.red(text)) };
}

/** One cell as it is shown: escaped, and the columns it takes; `paint` colours it after it was measured. `cell` and `number` make one. */
export type Cell = { readonly text: string; readonly columns: number; readonly paint: Paint | null; readonly right: boolean };

/** A cell of any text: it is escaped here, once, for everybody. */
export function cell(text: string, paint: Paint | null = null): Cell {
  if (isAscii(text)) return { text, columns: text.length, paint, right: false };
  const safe = visible(text);
  return { text: safe, columns: width(safe), paint, right: false };
}

/** `cell` for a column that says the same few things in many rows: each is made once. */
export function fewCells(paint: Paint | null = null): (text: string) => Cell {
  const made = new Map<string, Cell>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const one = cell(text, paint);
    made.set(text, one);
    return one;
  };
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
  const widths: number[] = [];
  for (const row of rows) for (let i = 0; i < row.length; i += 1) widths[i] = Math.max(widths[i] ?? 0, row[i]?.columns ?? 0);
  return rows.map((row) => indent + line(row, widths));
}

function line(row: readonly Cell[], widths: readonly number[]): string {
  const last = row.findLastIndex((c) => c.text !== '');
  const texts: string[] = [];
  for (let i = 0; i <= last; i += 1) {
    const c = row[i];
    const to = widths[i] ?? 0;
    if (c !== undefined && to > 0) texts.push(padded(c, to, i === last));
  }
  return texts.join('  ');
}

function padded({ text, columns, paint, right }: Cell, to: number, last: boolean): string {
  const painted = paint === null || text === '' ? text : paint(text);
  if (columns === to || (last && !right)) return painted;
  const gap = ' '.repeat(to - columns);
  return right ? gap + painted : painted + gap;
}
