import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { HISTORY } from '../daemon/status.ts';
import { matchingPasses, type PassRecord, passRecords } from '../model/pass-history.ts';
import { visibleJson } from '../report/escape.ts';
import { historyCsv } from '../report/history-csv.ts';
import { readFilter } from './history-query.ts';
import { problem } from './problem.ts';

const FORMATS = ['json', 'csv'];

/**
 * `GET /api/history`: the newest passes with their changes; with any parameter of the History page all that match, or the
 * newest `limit` of them. `format=csv` gives a row for each change.
 */
export function historyData(c: Context, daemon: Daemon): Response {
  const { format = 'json', limit = '', ...asked } = c.req.query();
  const { filter, problems } = readFilter(asked);
  const wrong = [
    ...problems,
    ...(FORMATS.includes(format) ? [] : ['`format` must be json or csv.']),
    ...(limit === '' || /^[1-9]\d{0,8}$/.test(limit) ? [] : ['`limit` must be a number from 1 up.']),
  ];
  if (wrong.length > 0)
    return problem(c, { status: 400, error: wrong.join(' '), advice: 'The parameters of /api/history are in docs/dashboard.md.' });
  const all = matchingPasses(passRecords(daemon.deps.journal.entries()), filter);
  const isPlain = Object.values(asked).every((value) => value === '') && format === 'json';
  const most = limit !== '' ? Number(limit) : isPlain ? HISTORY : all.length;
  const records = all.slice(0, most);
  return format === 'csv' ? csv(c, records) : document(c, records);
}

function document(c: Context, passes: readonly PassRecord[]): Response {
  const text = visibleJson(JSON.stringify({ format: 'kirosync.history/v1', passes: passes.map(passDocument) }));
  return c.body(text, 200, { 'content-type': 'application/json; charset=utf-8' });
}

function csv(c: Context, records: readonly PassRecord[]): Response {
  return c.body(historyCsv(records), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="kirosync-history.csv"',
  });
}

/** With the word that passes had here before they had their changes. */
function passDocument(record: PassRecord) {
  return { ...(record.outcome === null ? {} : { type: 'pass-ended' }), ...record };
}
