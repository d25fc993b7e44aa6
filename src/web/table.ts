import { type Html, html, join } from './html.ts';

/** A column's heading; `number` aligns it right. */
export type Column = string | { readonly name: string; readonly number: true };

/** Rows shown; the JSON routes have all of them. */
const MOST_ROWS = 200;

/** A table that scrolls sideways on a small screen, and says how many rows it leaves out. */
export function table(columns: readonly Column[], rows: readonly (readonly (string | number)[])[]): Html {
  const kind = (i: number): Html => (typeof columns[i] === 'object' ? html` class="number"` : html``);
  const head = join(columns.map((column, i) => html`<th scope="col"${kind(i)}>${typeof column === 'string' ? column : column.name}</th>`));
  const shown = rows.slice(0, MOST_ROWS);
  const body = join(shown.map((cells) => html`<tr>${join(cells.map((cell, i) => html`<td${kind(i)}>${cell}</td>`))}</tr>`));
  const more = rows.length > shown.length ? html`<p class="none">${rows.length - shown.length} more are in the JSON.</p>` : html``;
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${more}`;
}

/** RFC 3339 to `2026-11-29 00:00`; what is no instant is shown as it is. */
export function instant(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : text;
}
