import type { Drift, DriftItem } from '../model/drift.ts';

/** The drift with the instant at which each item was first noticed, as the keeper of the record knows it. */
export function withFirstSeen(drift: Drift, firstSeen: (item: DriftItem) => string | null): Drift {
  return { ...drift, items: drift.items.map((item) => ({ ...item, firstSeen: firstSeen(item) })) };
}
