import type { Drift } from '../model/drift.ts';
import { usd } from '../model/money.ts';
import { visibleJson } from './escape.ts';

/** Drift as the JSON text of `kirosync.drift/v1` (`schemas/drift.schema.json`), ending in a newline. */
export function driftJson(drift: Drift): string {
  return `${visibleJson(JSON.stringify(driftDocument(drift), null, 2))}\n`;
}

/** The same as a value; `monthlyUsd` is a number of dollars, null where the tier is unknown. */
export function driftDocument(drift: Drift) {
  return {
    format: 'kirosync.drift/v1',
    revision: drift.revision,
    base: drift.base,
    items: drift.items.map((item) => ({
      kind: item.kind,
      key: item.key,
      person: item.person,
      profile: item.profile,
      monthlyUsd: item.monthly === null ? null : usd(item.monthly),
      firstSeen: item.firstSeen,
      actor: item.actor,
      held: item.held,
      note: item.note,
    })),
    churn: drift.churn.map(({ key, person, reason }) => ({ key, person, reason })),
  };
}
