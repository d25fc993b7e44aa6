import type { Drift, DriftItem, DriftKind } from '../model/drift.ts';
import { dollars } from '../model/money.ts';
import type { Row } from './credits-html-table.ts';
import { numeric } from './credits-list.ts';
import { DRIFT_KINDS, DRIFT_TITLE, driftBase } from './drift-text.ts';
import { html, NOTHING } from './html.ts';
import { boundedSheet, code, type Part, part, reportPage, type Tile } from './report-page.ts';
import { count } from './summary.ts';

const REST = '`kirosync drift --format json` prints all of them.';
const wide = (name: string) => ({ name, kind: 'wide' as const });

/**
 * Drift as one self-contained page: how much of it and what it costs, the items by kind (those that nothing holds first), churn
 * apart, and what live was measured against. Long tables are folded and bounded; the totals are those of all items.
 */
export function driftHtml(drift: Drift): string {
  const open = drift.items.filter(({ held }) => !held).length;
  return reportPage({
    title: 'kirosync drift',
    verdict: drift.items.length === 0 ? 'no drift' : count(drift.items.length, 'drift item', 'drift items'),
    tone: drift.items.length === 0 ? 'good' : open === 0 ? 'warn' : 'bad',
    meta: driftBase(drift),
    alarm: NOTHING,
    tiles: tiles(drift, open),
    parts: [...DRIFT_KINDS.flatMap((kind) => itemPart(drift, kind)), ...churnPart(drift)],
    foot: html`<p>Times are UTC. Costs are list price a month. Made by kirosync.</p>`,
  });
}

function tiles({ items, churn }: Drift, open: number): readonly Tile[] {
  const cost = items.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0);
  const unknown = items.filter(({ monthly }) => monthly === null).length;
  const held = items.length - open;
  return [
    { name: 'Open', figure: String(open), more: 'nothing holds their correction', tone: open === 0 ? 'good' : 'bad' },
    { name: 'Held', figure: String(held), more: 'correction waits', tone: held === 0 ? '' : 'warn' },
    { name: 'Seats concerned', figure: dollars(cost), more: unknown === 0 ? 'a month' : `a month; the cost of ${unknown} is unknown` },
    { name: 'Churn', figure: String(churn.length), more: 'explained by the applied revision, no drift' },
  ];
}

/** `Missing`, for a heading and a link; what it means stands at the table. */
function shortTitle(kind: DriftKind): string {
  return DRIFT_TITLE[kind].split(':')[0] ?? kind;
}

function itemPart(drift: Drift, kind: DriftKind): readonly Part[] {
  const items = drift.items.filter((item) => item.kind === kind);
  const ordered = [...items.filter(({ held }) => !held), ...items.filter(({ held }) => held)];
  const columns = ['person', 'profile', 'state', numeric('a month'), wide('what'), 'first seen', wide('by'), wide('key')];
  const caption = DRIFT_TITLE[kind].split(': ').slice(1).join(': ');
  return part(kind, `${shortTitle(kind)} (${items.length})`, items.length, () =>
    boundedSheet({ caption, label: shortTitle(kind), columns, rows: ordered.map(itemRow) }, REST, DRIFT_KINDS.length),
  );
}

function itemRow(item: DriftItem): Row {
  return [
    item.person ?? '–',
    item.profile,
    item.held ? html`<span class="warn">held</span>` : html`<span class="bad">open</span>`,
    item.monthly === null ? 'unknown' : dollars(item.monthly),
    item.note,
    item.firstSeen === null ? '–' : `${item.firstSeen.slice(0, 10)} ${item.firstSeen.slice(11, 16)}`,
    item.actor ?? '–',
    code(item.key),
  ];
}

function churnPart({ churn }: Drift): readonly Part[] {
  const rows = churn.map((c): Row => [c.person, c.reason, code(c.key)]);
  const caption = 'Explained by the applied revision, no drift';
  return part('churn', `Churn (${churn.length})`, churn.length, () =>
    boundedSheet({ caption, label: 'Churn', columns: ['person', wide('why'), wide('key')], rows }, REST),
  );
}
