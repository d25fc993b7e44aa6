import { type Html, html, join, NOTHING } from '../report/html.ts';

/** A column's heading, and how its cells are set: numbers to the right, dates on one line, sentences with room. */
export type Column = string | { readonly name: string; readonly kind: 'number' | 'date' | 'text' | 'key' | 'short' };

export type Cell = string | number | Html;

/** Rows of a table that has no pages of its own; the JSON routes have all of them. */
export const MOST_ROWS = 200;

const nameOf = (column: Column): string => (typeof column === 'string' ? column : column.name);
const kindOf = (column: Column | undefined): Html => (typeof column === 'object' ? html` class="${column.kind}"` : NOTHING);

/** One row; its first cell is the heading of the row. */
export function row(columns: readonly Column[], cells: readonly Cell[]): Html {
  const [first = '', ...rest] = cells;
  const others = rest.map((cell, i) => {
    const column = columns[i + 1];
    return html`<td${kindOf(column)} data-name="${column === undefined ? '' : nameOf(column)}">${cell}</td>`;
  });
  return html`<tr><th scope="row">${first}</th>${join(others)}</tr>`;
}

/** A row over all columns that names the rows below it. */
export function groupRow(columns: readonly Column[], text: Html | string): Html {
  return html`<tr class="group"><th scope="colgroup" colspan="${columns.length}">${text}</th></tr>`;
}

/** A table around rows; it scrolls sideways where it must, and is a list of cards on a phone. `id` is unique on the page. */
export function frame(id: string, caption: Html | string, columns: readonly Column[], rows: Html): Html {
  const head = join(columns.map((column) => html`<th scope="col"${kindOf(column)}>${nameOf(column)}</th>`));
  return html`<div class="scroll" id="${id}" role="region" aria-label="${id.replaceAll('-', ' ')}" tabindex="0"><table class="stack"><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** A table with a caption that says how many rows it has; it says so too when it leaves some out. Nothing without rows. */
export function section(id: string, title: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  if (rows.length === 0) return NOTHING;
  const shown = rows.slice(0, MOST_ROWS);
  const cut = rows.length > shown.length ? html`<p class="none">${rows.length - shown.length} more are in the JSON.</p>` : NOTHING;
  return html`${frame(id, html`${title} <span class="count">(${rows.length})</span>`, columns, join(shown.map((cells) => row(columns, cells))))}${cut}`;
}
