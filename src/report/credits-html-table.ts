import type { Column } from './credits-list.ts';
import { type Html, html, join } from './html.ts';

export type Row = readonly (string | Html)[];

export type Sheet = {
  /** What the table holds; shown above it unless `quiet`, and what a screen reader announces. */
  readonly caption: string;
  readonly quiet?: boolean;
  /** What names the region that scrolls, unique on the page; the caption if there is none. */
  readonly label?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly total?: Row;
};

function kind(column: Column | undefined): Html {
  return typeof column === 'object' ? html` class="${column.kind}"` : html``;
}

/** A name that a narrow column breaks before its `@`, not in the middle of a word. */
function breakable(name: string): Html {
  return join(name.split(/(?=@)/).map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`)));
}

function cells(row: Row, columns: readonly Column[]): Html {
  return join(
    row.map((value, i) =>
      i === 0
        ? html`<th scope="row">${typeof value === 'string' ? breakable(value) : value}</th>`
        : html`<td${kind(columns[i])}>${value}</td>`,
    ),
  );
}

/** A table that scrolls sideways by itself on a small screen, also by keyboard; its first column names the row. */
export function sheet({ caption, label = caption, quiet = false, columns, rows, total }: Sheet): Html {
  const head = columns.map((column) => html`<th scope="col"${kind(column)}>${typeof column === 'string' ? column : column.name}</th>`);
  const body = join(rows.map((row) => html`<tr>${cells(row, columns)}</tr>\n`));
  const foot = total === undefined ? html`` : html`<tfoot><tr>${cells(total, columns)}</tr></tfoot>`;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table><caption${quiet ? html` class="quiet"` : html``}><span>${caption}</span></caption><thead><tr>${join(head)}</tr></thead><tbody>
${body}</tbody>${foot}</table></div>`;
}

/** Rows that are open at once; the others unfold. */
const OPEN_ROWS = 10;

/** Rows that a page has at most: a browser on a phone still opens it. */
export const MOST_ROWS = 500;

/** The first rows open, the next ones folded, and a line that says where the rest is. */
export function longSheet({ total, ...all }: Sheet, wished = OPEN_ROWS): Html {
  const { rows, label = all.caption } = all;
  // Nobody should unfold two rows.
  const open = rows.length <= wished + 2 ? rows.length : wished;
  const folded = rows.slice(open, MOST_ROWS);
  const more =
    folded.length === 0
      ? html``
      : html`<details><summary>${folded.length} more</summary>${sheet({ ...all, caption: `${all.caption}, continued`, label: `${label}, continued`, quiet: true, rows: folded })}</details>`;
  const rest =
    rows.length > MOST_ROWS
      ? html`<p class="note">${rows.length - MOST_ROWS} more are left out here; the CSV and the JSON have all of them.</p>`
      : html``;
  return html`${sheet({ ...all, rows: rows.slice(0, open), ...(total === undefined ? {} : { total }) })}${more}${rest}`;
}
