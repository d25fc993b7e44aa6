import { grouped } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import type { Tone } from './verdict.ts';

/** One thing that only a human can do, or should know of. `id` is unique on the page. */
export type Todo = {
  readonly id: string;
  readonly tone: Tone | 'quiet';
  readonly kind: string;
  readonly title: string;
  readonly body: Html;
};

const ORDER = { bad: 0, warn: 1, quiet: 2, good: 3 } as const;

/** The worst first; of the same tone in the order given. */
export function todoList(todos: readonly Todo[]): Html {
  const sorted = [...todos].sort((a, b) => ORDER[a.tone] - ORDER[b.tone]);
  return html`<ul class="todo">${join(sorted.map(item))}</ul>`;
}

function item({ id, tone, kind, title, body }: Todo): Html {
  return html`<li class="card tone ${tone}" id="${id}"><p class="kind">${kind}</p><h3>${title}</h3>${body}</li>`;
}

/** Rows shown before the rest is folded away, and rows shown at all. */
const OPEN = 5;
const MOST = 100;

/** A list whose first entries are seen at once; the others are folded away, and more than a hundred are only counted. */
export function someOf<T>(id: string, entries: readonly T[], text: (each: T) => Html, rest: Html): Html {
  const list = (items: readonly T[]): Html => html`<ul>${join(items.map((each) => html`<li>${text(each)}</li>`))}</ul>`;
  if (entries.length <= OPEN + 1) return list(entries);
  const cut = entries.length > MOST ? html`<p class="none">${grouped(entries.length - MOST)} more: ${rest}</p>` : NOTHING;
  return html`${list(entries.slice(0, OPEN))}<details id="${id}-more"><summary>${grouped(entries.length - OPEN)} more</summary>${list(entries.slice(OPEN, MOST))}${cut}</details>`;
}
