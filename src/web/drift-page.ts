import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import type { Drift, DriftItem, DriftKind } from '../model/drift.ts';
import { dollars } from '../model/money.ts';
import { grouped } from '../report/credits-figure.ts';
import { DRIFT_KINDS, driftBase, driftSummary } from '../report/drift-text.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { driftFigure } from './drift-chart.ts';
import { type DriftDays, driftDays } from './drift-days.ts';
import type { Sheet } from './layout.ts';
import { span } from './moment.ts';
import { cut, pager } from './paging.ts';
import { personPath } from './person-path.ts';
import { show } from './show.ts';
import { type Column, frame, groupRow, MOST_ROWS, row } from './table.ts';

export type DriftView = {
  readonly drift: Drift | null;
  readonly days: DriftDays;
  readonly page: string | undefined;
  readonly now: string;
};

const MEANING = {
  missing: 'Missing: recorded or wanted, and not there',
  unexpected: 'Unexpected: there, and nobody merged it',
  changed: 'Changed: in another seat group, or in a group that came back under a new id',
  unmanaged: 'Unmanaged: on the Kiro application, and named by no seat; kirosync cannot end such a seat',
} as const satisfies Record<DriftKind, string>;

/** Answers `/drift`, with `?page=` of the items. */
export function driftPage(c: Context, daemon: Daemon): Response {
  const { journal, now } = daemon.deps;
  const at = now();
  return show(
    c,
    daemon,
    driftSheet({
      drift: daemon.drift(),
      days: driftDays(journal.entries(), at),
      page: c.req.query('page'),
      now: at.toISOString(),
    }),
  );
}

/** What differs from the record and since when, what explains itself, and how it went in the last 90 days. */
export function driftSheet({ drift, days, page, now }: DriftView): Sheet {
  if (drift === null)
    return {
      tab: 'drift',
      title: 'Drift',
      body: html`<p class="none">No pass has compared live with anything yet. <a href="/">Now</a> says what the last pass met.</p>${driftFigure(days)}`,
    };
  const links = html`<p class="soft">${driftBase(drift)} Taken before the pass applied. The same as <a href="/api/drift">JSON</a>, <a href="/api/drift?format=markdown">Markdown</a>.</p>`;
  const body = html`<p><strong>${driftSummary(drift)}.</strong></p>${links}${items(drift.items, page, now)}${driftFigure(days)}${churn(drift)}`;
  return { tab: 'drift', title: 'Drift', body };
}

const COLUMNS: readonly Column[] = [
  'Person',
  { name: 'Profile', kind: 'short' },
  { name: 'Age', kind: 'date' },
  { name: 'A month', kind: 'number' },
  'By',
  { name: 'Explanation', kind: 'text' },
];

function items(list: readonly DriftItem[], page: string | undefined, now: string): Html {
  if (list.length === 0) return html`<div class="card tone good"><p>Live is what it was compared with: no drift.</p></div>`;
  const sorted = DRIFT_KINDS.flatMap((kind) => list.filter((item) => item.kind === kind).toSorted(byAge));
  const shown = cut(sorted, page);
  const rows = shown.rows.map((item, i) => {
    const heading = shown.rows[i - 1]?.kind === item.kind ? NOTHING : groupRow(COLUMNS, MEANING[item.kind]);
    return html`${heading}${row(COLUMNS, cells(item, now))}`;
  });
  return html`<h2 id="items">Items<span class="count">${grouped(list.length)}</span></h2>${frame('drift-items', 'What differs, the oldest first', COLUMNS, join(rows))}${pager(shown, '/drift', {}, 'items')}`;
}

function byAge(a: DriftItem, b: DriftItem): number {
  const [first, second] = [a.firstSeen ?? '', b.firstSeen ?? ''];
  return first < second ? -1 : first > second ? 1 : 0;
}

function cells({ person, profile, firstSeen, monthly, actor, held, note, key }: DriftItem, now: string): readonly (string | Html)[] {
  const waits = held ? html` <span class="tag warn">held</span>` : NOTHING;
  const name = person === null ? html`<span class="soft">no person</span>` : html`<a href="${personPath(person)}">${person}</a>`;
  const age =
    firstSeen === null
      ? html`unknown`
      : html`<time datetime="${firstSeen}" title="${firstSeen}">${span(Date.parse(now) - Date.parse(firstSeen))}</time>`;
  return [
    html`${name}${waits}<div class="more soft"><code>${key}</code></div>`,
    profile,
    age,
    monthly === null ? 'unknown' : dollars(monthly),
    actor === null ? 'unknown' : actorText(actor),
    note,
  ];
}

/** Who made it: of an ARN its last part, the session's or the user's name, with all of it for whoever looks closer. */
function actorText(actor: string): Html {
  const last = actor.startsWith('arn:') ? actor.slice(actor.lastIndexOf('/') + 1) : actor;
  return last === actor || last === '' ? html`${actor}` : html`<span title="${actor}">${last}</span>`;
}

function churn({ churn: list }: Drift): Html {
  if (list.length === 0) return NOTHING;
  const columns: readonly Column[] = ['Person', { name: 'Why', kind: 'text' }, { name: 'Key', kind: 'key' }];
  const shown = list.slice(0, MOST_ROWS);
  const rows = join(shown.map((each) => row(columns, [each.person, each.reason, html`<code>${each.key}</code>`])));
  const others =
    list.length === shown.length
      ? NOTHING
      : html`<p class="none">${grouped(list.length - shown.length)} more are in the <a href="/api/drift">JSON</a>.</p>`;
  return html`<h2 id="churn">Churn<span class="count">${grouped(list.length)}</span></h2><p class="soft">A fresh resolve of the applied revision explains these, such as a person who joined a source group: no drift.</p>${frame('churn-items', 'Explained differences', columns, rows)}${others}`;
}
