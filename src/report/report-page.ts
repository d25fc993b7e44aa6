import { CREDITS_STYLE } from './credits-html-style.ts';
import { type Sheet, sheet } from './credits-html-table.ts';
import { type Html, html, join, NOTHING } from './html.ts';
import { CODE } from './markdown-word.ts';

/** One part of a report page: `id` is its anchor. */
export type Part = { readonly id: string; readonly title: string; readonly body: Html };

export type Tone = 'good' | 'warn' | 'bad' | '';

export type Tile = { readonly name: string; readonly figure: string; readonly more: string; readonly tone?: Tone };

export type Report = {
  readonly title: string;
  /** What it comes to, in a few words beside the title. */
  readonly verdict: string;
  readonly tone: Tone;
  /** Of what, and for when. */
  readonly meta: string;
  /** What is to be read before everything else. */
  readonly alarm: Html;
  readonly tiles: readonly Tile[];
  readonly parts: readonly Part[];
  readonly foot: Html;
};

const STYLE = `
.tone { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: .1rem .75rem; font-weight: 600; margin: .5rem 0 .2rem; } .tone.good, li .good { color: var(--good); } .tone.warn, li .warn { color: var(--warn); } .tone.bad, li .bad { color: var(--bad); }
.alarm { border: 1px solid var(--line); border-left: .3rem solid var(--bad); background: var(--card); border-radius: .5rem; padding: .6rem 1rem; margin: 1rem 0 0; } .alarm h2 { margin: 0 0 .3rem; font-size: 1.1rem; color: var(--bad); } .alarm h3 { margin: .8rem 0 .2rem; } .alarm p, .todo li { overflow-wrap: anywhere; }
.tiles { margin-top: 1.25rem; } .keys { columns: 2 20rem; padding-left: 1.2rem; } .keys li, .plain li { overflow-wrap: anywhere; } .plain { padding-left: 1.2rem; margin: .3rem 0; }
.todo { list-style: none; padding: 0; margin: .3rem 0; } .todo li { padding: .45rem 0 .45rem 1.7rem; position: relative; border-bottom: 1px solid var(--line); } .todo li:last-child { border-bottom: 0; } .todo li::before { content: ""; position: absolute; left: 0; top: .75rem; width: .95rem; height: .95rem; border: 1.5px solid var(--soft); border-radius: .2rem; }
code { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere; } td code { white-space: normal; } h3 .quiet { color: var(--soft); font-weight: 400; }
section.tables td.wide { min-width: 12rem; } .side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 0 1rem; align-items: start; }
@media (min-width: 60rem) { .tiles { grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); } }
@media print { section.tables td.wide { min-width: 0; } .side { display: block; } }
`;

/**
 * A report as one page that needs nothing else: no script, no font, no image, no request; for a phone, a desk, paper, light
 * and dark. Parts without anything to say are the caller's to leave out.
 */
export function reportPage({ title, verdict, tone, meta, alarm, tiles, parts, foot }: Report): string {
  const links = parts.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`);
  const sections = parts.map(
    (part) => html`<section class="tables" aria-labelledby="${part.id}"><h2 id="${part.id}">${part.title}</h2>${part.body}</section>\n`,
  );
  const nav = parts.length < 2 ? NOTHING : html`<nav aria-label="Sections"><ul>${join(links)}</ul></nav>`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="robots" content="noindex"><link rel="icon" href="data:,">
<title>${title}: ${verdict}</title><style>${{ html: CREDITS_STYLE + STYLE }}</style></head>
<body><a class="skip" href="#main">Skip to the report</a>
<header><h1>${title}</h1><p class="tone ${tone}">${verdict}</p><p class="meta">${meta}</p></header>
${nav}
<main id="main">${alarm}
<dl class="tiles">${join(tiles.map(tile))}</dl>
${join(sections)}</main>
<footer>${foot}</footer>
</body></html>`;
  return `${page.html}\n`;
}

function tile({ name, figure, more, tone = '' }: Tile): Html {
  return html`<div class="${tone}"><dt>${name}</dt><dd class="figure">${figure}</dd><dd>${more}</dd></div>`;
}

/** Rows of a table that are open at once, and those that a page has in all of its tables of one kind. */
const OPEN_ROWS = 25;
const MOST_ROWS = 2_000;

/**
 * A table of which the first rows are open, others fold out, and what would make the page too big for a phone is left out
 * and counted. `tables` is how many of its kind share the page; `rest` says where all rows are.
 */
export function boundedSheet(all: Sheet, rest: string, tables = 1): Html {
  const { rows, label = all.caption } = all;
  const open = rows.length <= OPEN_ROWS + 2 ? rows.length : OPEN_ROWS;
  const most = Math.max(OPEN_ROWS, Math.floor(MOST_ROWS / tables));
  const folded = rows.slice(open, most);
  const continued: Sheet = { ...all, caption: `${all.caption}, continued`, label: `${label}, continued`, quiet: true, rows: folded };
  const more = folded.length === 0 ? NOTHING : html`<details><summary>${folded.length} more</summary>${sheet(continued)}</details>`;
  const left = rows.length - open - folded.length;
  const note = left === 0 ? NOTHING : html`<p class="note">${left} more are left out here; ${rest}</p>`;
  return html`<div class="card">${sheet({ ...all, rows: rows.slice(0, open) })}${more}${note}</div>`;
}

/** Pieces of a list, at most so many, and how many are left out. */
export function boundedList(items: readonly Html[], kind: string, most = 200): Html {
  const rest = items.length > most ? html`<li>… and ${items.length - most} more</li>` : NOTHING;
  return html`<ul class="${kind}">${join(items.slice(0, most).map((item) => html`<li>${item}</li>`))}${rest}</ul>`;
}

/** The part, or none when there is nothing in it. */
export function part(id: string, title: string, size: number, body: () => Html): readonly Part[] {
  return size === 0 ? [] : [{ id, title, body: body() }];
}

export function code(text: string): Html {
  return html`<code>${text}</code>`;
}

/** A sentence whose commands in back-ticks are shown as code. */
export function prose(text: string): Html {
  return join(text.split(CODE).map((piece, i) => (i % 2 === 1 ? code(piece) : html`${piece}`)));
}
