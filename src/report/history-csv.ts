import { stringify } from 'csv-stringify/sync';
import type { ChangeRecord, PassRecord } from '../model/pass-history.ts';
import { visible } from './escape.ts';

/** The columns, in order; they are documented for users and only ever added to. */
export const HISTORY_COLUMNS = [
  'pass',
  'started_at',
  'ended_at',
  'outcome',
  'asked_by',
  'mode',
  'revision',
  'plan_hash',
  'duration_ms',
  'api_calls',
  'planned',
  'applied',
  'failed',
  'skipped',
  'message',
  'changed_at',
  'action',
  'key',
  'profile',
  'user_id',
  'result',
  'effect',
  'request_id',
  'error',
] as const;

type Row = Readonly<Partial<Record<(typeof HISTORY_COLUMNS)[number], string>>>;

const text = (value: string | number | null | undefined): string => (value === null || value === undefined ? '' : visible(String(value)));

/** Calls of a pass, all operations together; null where they were not kept. */
export function callsOf({ calls }: Pick<PassRecord, 'calls'>): number | null {
  return calls === null ? null : Object.values(calls).reduce((sum, count) => sum + count, 0);
}

function passCells(record: PassRecord): Row {
  const { counts } = record;
  return {
    pass: String(record.pass),
    started_at: text(record.startedAt),
    ended_at: record.outcome === null ? '' : text(record.at),
    outcome: text(record.outcome),
    asked_by: text(record.askedBy.join('; ')),
    mode: text(record.mode),
    revision: text(record.attempted),
    plan_hash: text(record.planHash),
    duration_ms: text(record.milliseconds),
    api_calls: text(callsOf(record)),
    planned: text(counts?.planned),
    applied: text(counts?.applied),
    failed: text(counts?.failed),
    skipped: text(counts?.skipped),
    message: text(record.message),
  };
}

function changeCells(change: ChangeRecord): Row {
  return {
    changed_at: change.at,
    action: change.action,
    key: text(change.key),
    profile: text(change.profile),
    user_id: text(change.userId),
    result: change.result,
    effect: String(change.effect),
    request_id: text(change.requestId),
    error: text(change.error),
  };
}

/**
 * A row for every change, with its pass, and one for every pass without changes; RFC 4180. A cell that a spreadsheet would
 * take for a formula gets an apostrophe before it.
 */
export function historyCsv(records: readonly PassRecord[]): string {
  const rows = records.flatMap((record): readonly Row[] => {
    const pass = passCells(record);
    return record.changes.length === 0 ? [pass] : record.changes.map((change) => ({ ...pass, ...changeCells(change) }));
  });
  return stringify([...rows], { header: true, columns: [...HISTORY_COLUMNS], escape_formulas: true, record_delimiter: '\n' });
}
