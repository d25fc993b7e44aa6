import type { Credits } from '../model/credits.ts';
import { digestOf } from './credits-digest.ts';
import { charts, daily } from './credits-html-chart.ts';
import { heading, pageTitle, tiles } from './credits-html-head.ts';
import { CREDITS_STYLE } from './credits-html-style.ts';
import { data, tables } from './credits-html-sum.ts';
import { todo } from './credits-html-todo.ts';
import { html, join } from './html.ts';

const SECTIONS = [
  ['summary', 'Summary'],
  ['todo', 'What to do first'],
  ['charts', 'Charts'],
  ['tables', 'Tables'],
  ['people', 'People'],
] as const;

/**
 * The report as one page that needs nothing else: no script, no font, no image, no request. It is readable on a phone, on
 * paper, in light and dark; every charted number is in a table too. Every value is escaped; lists are bounded, so that a
 * report of ten thousand people opens, and say so.
 */
export function creditsHtml(credits: Credits): string {
  const digest = digestOf(credits);
  const sections = [...SECTIONS, ...(credits.files === null ? [] : [['data', 'Data'] as const])];
  const links = sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="robots" content="noindex"><link rel="icon" href="data:,">
<title>${pageTitle(credits)}</title><style>${{ html: CREDITS_STYLE }}</style></head>
<body><a class="skip" href="#main">Skip to the report</a>
${heading(credits)}
<nav aria-label="Sections"><ul>${join(links)}</ul></nav>
<main id="main">
<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
${tiles(credits, digest)}
${credits.files === null ? html`` : daily(credits)}</section>
${todo(credits, digest)}
${charts(credits)}
${tables(credits)}
${data(credits)}
</main>
<footer>Dates are UTC. Credits used include overage. Money is list price if everyone activates, without tax or discounts. Made by kirosync.</footer>
</body></html>`;
  return `${page.html}\n`;
}
