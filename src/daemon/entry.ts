import type { ApplyEvent } from '../apply/apply.ts';
import { withGrants } from '../drift/grant.ts';
import { recordOf } from '../drift/record.ts';
import type { Drift } from '../model/drift.ts';
import type { JournalEntry, PassCounts } from '../model/journal.ts';
import { driftId, openDrift, seatRecord, seatsEntry } from '../model/journal-state.ts';
import type { Plan } from '../model/plan.ts';
import { seatsChanged } from '../model/seat-change.ts';
import type { Result } from '../reconcile.ts';
import { digests } from './digest.ts';

/** One change of a plan, as the journal keeps it. */
export function changeEntry(event: ApplyEvent, plan: Plan, pass: number, at: string): JournalEntry {
  const { change } = event;
  const userId = change.kind === 'membership' ? change.userId : null;
  const person = plan.people.find((each) => each.userId === userId && each.profile === change.profile);
  const { key, action, profile } = change;
  const unseats = action === 'delete' && person?.to === null;
  const membershipId = change.action === 'delete' ? change.membershipId : null;
  const { effect = false, requestId = null, error = null } = event;
  return { type: 'change', at, pass, key, action, profile, userId, membershipId, unseats, result: event.type, effect, requestId, error };
}

/** Drift items that are new, and those that ended because live or the configuration agrees again. */
export function driftEntries(entries: readonly JournalEntry[], drift: Drift, at: string): readonly JournalEntry[] {
  const known = openDrift(entries);
  const now = new Set(drift.items.map(driftId));
  const opened = drift.items.filter((item) => !known.has(driftId(item)));
  const closed = [...known].filter(([id]) => !now.has(id)).map(([, entry]) => entry);
  return [
    ...opened.map(({ kind, key, profile, person }) => ({ type: 'drift-opened', at, kind, key, profile, person }) satisfies JournalEntry),
    ...closed.map(({ kind, key }) => ({ type: 'drift-closed', at, kind, key }) satisfies JournalEntry),
  ];
}

/**
 * What a pass leaves behind beside its end. Only a complete enforcing pass records seats and an applied revision;
 * `enforcing` is false for a pass that was not allowed to apply; `at` is its end, from which on the record holds.
 */
export function resultEntries(
  entries: readonly JournalEntry[],
  result: Result,
  pass: number,
  at: string,
  enforcing: boolean,
): readonly JournalEntry[] {
  const { plan, live, resolution, configuration, drift, attempted: revision } = result;
  if (plan === null || live === null || resolution === null || configuration === null || drift === null) return [];
  if (result.outcome === 'refused') {
    const violations = plan.violations.map(({ rule, message, limit, actual }) => ({ rule, message, limit, actual }));
    return [{ type: 'refused', at, pass, revision, planHash: plan.hash, violations }];
  }
  if (!enforcing || (result.outcome !== 'in-sync' && result.outcome !== 'applied')) return [];
  const before = seatRecord(entries);
  const found = recordOf({ configuration, resolution, plan, live, openDrift: drift.items, at });
  const record = withGrants(found, { configuration, resolution, before });
  const changed = seatsChanged(entries, before, pass, record);
  return [
    ...(changed === null ? [] : [changed]),
    seatsEntry(entries, pass, record),
    { type: 'applied', at, pass, revision, planHash: plan.hash, digests: digests(configuration) },
  ];
}

/** Numbers of a pass that a bug ended, from what the journal was told while it worked. */
export function countsOfEntries(entries: readonly JournalEntry[], pass: number): PassCounts {
  const changes = entries.flatMap((entry) => (entry.type === 'change' && entry.pass === pass ? [entry] : []));
  const ended = (result: string) => changes.filter((change) => change.result === result).length;
  const planned = new Set(changes.map((change) => change.key)).size;
  const effects = changes.filter((change) => change.result === 'succeeded' && change.effect).length;
  return { planned, applied: ended('succeeded'), failed: ended('failed'), skipped: ended('skipped'), effects, held: 0, drift: 0 };
}

/** Numbers of a pass; a pass that applied nothing planned what its plan has, and skipped all of it where it waits (`pending`). */
export function countsOf(result: Result): PassCounts {
  const planned = result.plan?.stages.reduce((sum, stage) => sum + stage.changes.length, 0) ?? 0;
  const waiting = result.outcome === 'pending' ? planned : 0;
  const { applied = 0, failed = 0, skipped = waiting, effects = 0 } = result.applied ?? {};
  return { planned, applied, failed, skipped, effects, held: result.plan?.held.length ?? 0, drift: result.drift?.items.length ?? 0 };
}
