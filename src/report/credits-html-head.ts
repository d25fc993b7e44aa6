import type { Credits } from '../model/credits.ts';
import { dollars } from '../model/money.ts';
import { rounded } from '../usage/amount.ts';
import { blockedText, type Digest, dataThrough } from './credits-digest.ts';
import { estimate, grouped, monthName, percent, rangeText } from './credits-figure.ts';
import { type Html, html, join, NOTHING } from './html.ts';
import { count } from './summary.ts';

/** The month, its state, how far the data goes, and what is missing. */
export function heading(credits: Credits): Html {
  const { closed, throughDate, files, notes, month } = credits;
  const state = closed ? html`<span class="state closed">closed</span>` : html`<span class="state">month so far</span>`;
  const data =
    files === null
      ? 'The roster of seats; no usage reports were given.'
      : throughDate === null
        ? 'The reports have no usage in this month.'
        : `Usage through ${throughDate}${closed ? '' : '; reports arrive a day late'}.`;
  return html`<header><h1>Kiro credits, ${monthName(month)}</h1>
<p class="meta">${state} ${data} Plan credits reset at 00:00 UTC on the 1st.</p>${missing(notes)}</header>`;
}

/** Notes that are open at once. */
const OPEN_NOTES = 5;

function missing(notes: readonly string[]): Html {
  if (notes.length === 0) return NOTHING;
  const list = (some: readonly string[]): Html => html`<ul>${join(some.map((note) => html`<li>${note}</li>`))}</ul>`;
  const more =
    notes.length <= OPEN_NOTES
      ? NOTHING
      : html`<details><summary>${notes.length - OPEN_NOTES} more</summary>${list(notes.slice(OPEN_NOTES))}</details>`;
  return html`<aside class="missing" aria-labelledby="missing"><h2 id="missing">What is missing or needs care</h2>${list(notes.slice(0, OPEN_NOTES))}${more}</aside>`;
}

type Tile = { readonly name: string; readonly figure: string; readonly more: string; readonly tone?: 'good' | 'warn' | 'bad' | '' };

function tile({ name, figure, more, tone = '' }: Tile): Html {
  return html`<div class="${tone}"><dt>${name}</dt><dd class="figure">${figure}</dd><dd>${more}</dd></div>`;
}

function money({ totals, closed, files }: Credits): Tile {
  if (files === null && totals.cost !== null) return { name: 'Cost a month', figure: dollars(totals.cost), more: 'seats at list price' };
  const name = closed ? 'Cost of the month' : 'Cost so far';
  if (totals.cost === null) return { name, figure: 'unknown', more: 'live state was not read' };
  return {
    name,
    figure: dollars(totals.cost),
    more: `${dollars(totals.cost - totals.overage)} seats at list price, ${dollars(totals.overage)} overage`,
  };
}

function seats({ totals }: Credits): Tile {
  if (totals.seats === null) return { name: 'Seats', figure: 'unknown', more: `${count(totals.people, 'person', 'people')} with usage` };
  const desired = totals.desired === null ? 'live' : `live; ${grouped(totals.desired)} desired`;
  return {
    name: 'Seats',
    figure: grouped(totals.seats),
    more: desired,
    tone: totals.desired === null || totals.desired === totals.seats ? '' : 'warn',
  };
}

function use({ totals }: Credits): readonly Tile[] {
  const more = totals.planCredits === 0n ? 'no plan credits' : `${percent(totals.utilisation)} of ${rounded(totals.planCredits)} included`;
  const each = totals.costPerCredit === null ? '' : `; $${totals.costPerCredit.toFixed(4)} a credit`;
  return [
    { name: 'Credits used', figure: rounded(totals.used), more: more + each },
    {
      name: 'Overage',
      figure: dollars(totals.overage),
      more: `${rounded(totals.overageCredits)} credits`,
      tone: totals.overage > 0 ? 'warn' : '',
    },
  ];
}

function forecast({ totals, closed }: Credits): readonly Tile[] {
  if (closed) return [];
  if (totals.forecast === null) return [{ name: 'Forecast to month end', figure: 'none', more: 'there is no history to tell it from' }];
  return [
    {
      name: 'Forecast to month end',
      figure: estimate(totals.forecast.expected),
      more: `credits; 80% range ${rangeText(totals.forecast)}`,
    },
  ];
}

function actions({ totals, budgets, files }: Credits, digest: Digest): readonly Tile[] {
  const judged = files !== null && totals.seats !== null;
  const idle: Tile = {
    name: 'Idle cost',
    figure: `${dollars(digest.idle.monthly)}`,
    more: `a month, ${count(digest.idle.people.length, 'seat', 'seats')}; ${digest.unconfirmed.people.length} unconfirmed (${dollars(digest.unconfirmed.monthly)})`,
    tone: digest.idle.monthly > 0 ? 'warn' : 'good',
  };
  const saving: Tile = {
    name: 'Advised saving',
    figure: dollars(digest.saving.amount),
    more: `a month, ${count(digest.advised.length, 'person', 'people')} in another tier${blockedText(digest.saving)}`,
    tone: digest.saving.amount > 0 ? 'good' : '',
  };
  const passed = digest.over.length + digest.expected.length;
  const budget: Tile = {
    name: 'Budgets',
    figure: passed === 0 ? 'within' : `${digest.over.length} over`,
    more: passed === 0 ? `all ${budgets.length}` : `${digest.expected.length} more will be passed; ${budgets.length} in all`,
    tone: digest.over.length > 0 ? 'bad' : passed > 0 ? 'warn' : 'good',
  };
  const known = budgets.length > 0 && budgets.some(({ over }) => over !== null);
  return [...(judged ? [idle, saving] : []), ...(known ? [budget] : [])];
}

/** The figures that a finance lead reads. */
export function tiles(credits: Credits, digest: Digest): Html {
  const usage = credits.files === null ? [] : [...use(credits), ...forecast(credits)];
  return html`<dl class="tiles">${join([money(credits), seats(credits), ...usage, ...actions(credits, digest)].map(tile))}</dl>`;
}

/** The title of the page. */
export function pageTitle(credits: Credits): string {
  return `Kiro credits, ${credits.month} (${dataThrough(credits)})`;
}
