import type { Credits, CreditsPerson } from '../model/credits.ts';
import { rounded } from '../usage/amount.ts';
import { costOfPerson, personState } from './credits-digest.ts';
import { estimate, grouped, percent, rangeText } from './credits-figure.ts';
import { longSheet, type Row, sheet } from './credits-html-table.ts';
import { type Column, moneyText, nameOf, numeric } from './credits-list.ts';
import { type Shown, shownOf, sumLists } from './credits-sum-list.ts';
import { type Html, html, join, NOTHING } from './html.ts';

/** Rows of a sum table that are open at once. */
const OPEN_SUMS = 30;

const PERSON = ['person', 'profile', 'tier', 'state', 'last active'] as const;

function personRow(p: CreditsPerson, shown: Shown): Row {
  const seat = [nameOf(p), p.profile, p.tier ?? (p.usageTier === null ? '-' : `(${p.usageTier})`)];
  const use = [
    personState(p),
    p.lastActive ?? '-',
    rounded(p.used),
    p.planCredits === null ? '-' : rounded(p.planCredits),
    percent(p.utilisation),
    p.overageCredits === 0n ? '-' : rounded(p.overageCredits),
    p.overageCredits === 0n ? '-' : moneyText(p.overage),
    ...(shown.forecast ? [estimate(p.forecast?.expected), rangeText(p.forecast)] : []),
  ];
  return [...seat, ...(shown.usage ? use : []), moneyText(p.monthly), p.assignment, p.costCenter, p.since?.slice(0, 10) ?? '-', p.why];
}

/** The dearest first, then those who used most. */
function byCost(a: CreditsPerson, b: CreditsPerson): number {
  return costOfPerson(b) - costOfPerson(a) || (a.used === b.used ? 0 : a.used < b.used ? 1 : -1);
}

function peopleTable(credits: Credits): Html {
  const shown = shownOf(credits);
  const use = [
    ...PERSON.slice(3),
    ...['used', 'included', 'utilisation', 'overage', 'overage cost', ...(shown.forecast ? ['forecast', '80% range'] : [])].map(numeric),
  ];
  const columns: readonly Column[] = [
    ...PERSON.slice(0, 3),
    ...(shown.usage ? use : []),
    numeric('seat a month'),
    'assignment',
    'cost center',
    'since',
    { name: 'why', kind: 'wide' },
  ];
  if (credits.people.length === 0)
    return html`<div class="card"><p class="none">Nobody has a seat, and nobody is in the reports.</p></div>`;
  const rows = credits.people.toSorted(byCost).map((p) => personRow(p, shown));
  return html`<div class="card">${longSheet({ caption: `By person, the dearest first: ${grouped(rows.length)}`, columns, rows }, 50)}</div>\n`;
}

/** The tables: by profile, tier, cost center, assignment and person. */
export function tables(credits: Credits): Html {
  const sums = sumLists(credits, OPEN_SUMS).map(({ name, ...list }) => {
    const table = longSheet({ caption: `By ${name}`, ...list }, OPEN_SUMS);
    return html`<div class="card">${table}</div>\n`;
  });
  return html`<section class="tables" aria-labelledby="tables"><h2 id="tables">Tables</h2>
<p class="note">Each adds up to the same total. A person counts under the assignment that gives the seat; “(none)” is without one.</p>
${join(sums)}</section>
<section class="people" aria-labelledby="people"><h2 id="people">People</h2>
${peopleTable(credits)}</section>`;
}

/** How every row of the reports was used, and those that could not be. */
export function data({ files, rows, rejected }: Credits): Html {
  if (files === null) return NOTHING;
  const list = rejected.map((r) => [`${r.file}${r.line === null ? '' : `:${r.line}`}`, r.reason]);
  const table =
    list.length === 0
      ? NOTHING
      : sheet({
          caption: `Rejected rows${rows.rejected > list.length ? ' (the first of them)' : ''}`,
          columns: ['where', { name: 'why', kind: 'wide' }],
          rows: list,
        });
  return html`<section aria-labelledby="data"><h2 id="data">Where the numbers come from</h2><div class="card">
<p>${grouped(rows.read)} rows read = ${grouped(rows.used)} used + ${grouped(rows.superseded)} superseded by a later export + ${grouped(rows.rejected)} rejected; ${grouped(rows.inMonth)} of the used ones lie in the month.</p>
<p>${grouped(files.reports)} report files; left alone: ${grouped(files.legacy)} legacy, ${grouped(files.markers)} markers, ${grouped(files.other)} other.</p>${table}</div></section>`;
}
