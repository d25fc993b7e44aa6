import type { Drift, DriftItem, DriftKind } from '../model/drift.ts';
import { dollars } from '../model/money.ts';
import { visible } from './escape.ts';
import type { TextOptions } from './plan-text.ts';
import { sections } from './section.ts';
import { count } from './summary.ts';
import { type Cell, cell, number, type Palette, palette, table } from './table.ts';

export const DRIFT_KINDS: readonly DriftKind[] = ['missing', 'unexpected', 'changed', 'unmanaged'];

export const DRIFT_TITLE = {
  missing: 'Missing: recorded or wanted, and not there',
  unexpected: 'Unexpected: there, and nobody merged it',
  changed: 'Changed: another seat group, or a group that came back under a new id',
  unmanaged: 'Unmanaged: on the Kiro application, named by no seat; kirosync cannot end such a seat',
} as const satisfies Record<DriftKind, string>;

/** Drift for a terminal, by kind; churn apart; says when there is no record to compare with. */
export function driftText(drift: Drift, options: TextOptions): string {
  const paint = palette(options.color);
  const blocks = DRIFT_KINDS.map((kind) => {
    const items = drift.items.filter((item) => item.kind === kind);
    return { title: `${DRIFT_TITLE[kind]} (${items.length})`, lines: table(items.map((item) => itemRow(item, paint))) };
  });
  const churn = {
    title: `Churn (${drift.churn.length}): explained by the applied revision, no drift`,
    lines: table(drift.churn.map((c) => [cell(c.person), cell(c.key), cell(c.reason, paint.quiet)])),
  };
  return `${[...heading(drift, paint), ...sections([...blocks, churn], paint), paint.bold(driftSummary(drift))].join('\n')}\n`;
}

/** `2 drift items, 1 of them held, $60.00 a month; 0 churn`. */
export function driftSummary(drift: Drift): string {
  if (drift.items.length === 0) return `No drift; ${drift.churn.length} churn`;
  const held = drift.items.filter((item) => item.held).length;
  const cost = drift.items.reduce((sum, item) => sum + (item.monthly ?? 0), 0);
  const unknown = drift.items.some((item) => item.monthly === null) ? ' where known' : '';
  return `${count(drift.items.length, 'drift item', 'drift items')}, ${held} of them held, ${dollars(cost)} a month${unknown}; ${drift.churn.length} churn`;
}

/** What the drift was measured against: a full sentence. */
export function driftBase(drift: Drift): string {
  const of = drift.revision === null ? 'the configuration' : drift.revision;
  return drift.base === 'record'
    ? `Live seats against the set recorded after the last complete pass, explained by ${of}.`
    : `Live seats against ${of}; without a record of a complete pass, changes of groups and hand-made changes cannot be told apart.`;
}

function heading(drift: Drift, paint: Palette): readonly string[] {
  return [paint.quiet(visible(driftBase(drift))), ''];
}

/** `since 2026-11-22 10:00 UTC`, or nothing for whoever keeps no record. */
export function sinceText(firstSeen: string | null): string {
  return firstSeen === null ? '' : `since ${firstSeen.slice(0, 10)} ${firstSeen.slice(11, 16)} UTC`;
}

function itemRow(item: DriftItem, paint: Palette): readonly Cell[] {
  return [
    cell(item.held ? 'held' : '', paint.quiet),
    cell(item.person ?? ''),
    cell(item.profile),
    cell(item.key),
    number(item.monthly === null ? 'cost unknown' : `${dollars(item.monthly)} a month`),
    cell(item.actor === null ? '' : `by ${item.actor}`),
    cell(sinceText(item.firstSeen)),
    cell(item.note, paint.quiet),
  ];
}
