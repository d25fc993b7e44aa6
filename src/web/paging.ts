import { grouped } from '../report/credits-figure.ts';
import { type Html, html, NOTHING } from '../report/html.ts';

/** Rows of one page of a long list. */
export const PAGE_ROWS = 100;

/** One page of a list; `number` counts from 1 and is within the list, whatever was asked for. */
export type Cut<T> = { readonly rows: readonly T[]; readonly number: number; readonly last: number; readonly total: number };

/** The page that a query parameter names; the first one for what is no number. */
export function cut<T>(list: readonly T[], asked: string | undefined, size: number = PAGE_ROWS): Cut<T> {
  const last = Math.max(1, Math.ceil(list.length / size));
  const wanted = /^\d{1,6}$/.test(asked ?? '') ? Number(asked) : 1;
  const number = Math.min(last, Math.max(1, wanted));
  return { rows: list.slice((number - 1) * size, number * size), number, last, total: list.length };
}

/** Links to the pages beside this one, which keep the rest of the query; nothing where there is one page. */
export function pager({ number, last, total }: Cut<unknown>, path: string, query: Readonly<Record<string, string>>, many: string): Html {
  if (last === 1) return NOTHING;
  const to = (page: number, words: string, rel: string): Html => {
    if (page < 1 || page > last) return NOTHING;
    return html`<a href="${address(path, { ...query, page: String(page) })}" rel="${rel}">${words}</a>`;
  };
  const from = (number - 1) * PAGE_ROWS + 1;
  const here = `${grouped(from)} to ${grouped(Math.min(total, number * PAGE_ROWS))} of ${grouped(total)} ${many}`;
  return html`<nav class="pages" aria-label="Pages of ${many}">${number > 2 ? to(1, 'First', 'first') : NOTHING}${to(number - 1, 'Previous', 'prev')}<span>${here}</span>${to(number + 1, 'Next', 'next')}${number < last - 1 ? to(last, 'Last', 'last') : NOTHING}</nav>`;
}

/** A path with the parameters that are not empty; the first page needs no number. */
export function address(path: string, query: Readonly<Record<string, string>>): string {
  const kept = Object.entries(query).filter(([name, value]) => value !== '' && !(name === 'page' && value === '1'));
  const text = new URLSearchParams(kept).toString();
  return text === '' ? path : `${path}?${text}`;
}
