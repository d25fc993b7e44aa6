import type { Credits } from '../model/credits.ts';
import type { Digest } from './credits-digest.ts';
import { longSheet } from './credits-html-table.ts';
import { type List, type ListCell, todoLists } from './credits-list.ts';
import { type Html, html, join, NOTHING } from './html.ts';

function shown(cell: ListCell): string | Html {
  return typeof cell === 'string' ? cell : html`<span class="${cell.tone}">${cell.text}</span>`;
}

function card({ id, title, caption, columns, rows }: List): Html {
  const table = longSheet({ caption, label: title, quiet: true, columns, rows: rows.map((row) => row.map(shown)) });
  return html`<div class="card"><h3 id="${id}">${title}</h3>${table}</div>\n`;
}

/** What to do first: each list that has something, then what was looked at and needs nothing. */
export function todo(credits: Credits, digest: Digest): Html {
  const lists = todoLists(credits, digest);
  const empty = lists.filter(({ rows, empty }) => rows.length === 0 && empty !== '');
  const clean = lists.every(({ id, rows }) => !id.startsWith('mismatch') || rows.length === 0) && credits.files !== null;
  const lines = [...empty.map((list) => list.empty), ...(clean ? ['No mismatch: seats and usage fit together.'] : [])];
  const rest = lines.length === 0 ? NOTHING : html`<ul class="none-found">${join(lines.map((line) => html`<li>${line}</li>`))}</ul>`;
  return html`<section aria-labelledby="todo"><h2 id="todo">What to do first</h2>
${join(lists.filter(({ rows }) => rows.length > 0).map(card))}${rest}</section>`;
}
