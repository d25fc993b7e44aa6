import type { Context } from 'hono';
import pLimit from 'p-limit';
import type { Daemon } from '../daemon/daemon.ts';
import { seatsAt } from '../daemon/seat-history.ts';
import { addDays, dayOf, isDay, startOf } from '../model/day.ts';
import type { RecordedSeat } from '../model/drift.ts';
import { type Approval, accessReviewCsv } from '../report/access-review.ts';
import { problem } from './problem.ts';

/** Git reads its own folder for this; a disk that hangs must not hang the answer. */
const PATIENCE_MS = 10_000;
/** Revisions of which author and subject are told; one git process each. */
const MOST_REVISIONS = 500;

/**
 * `GET /api/access-review?date=YYYY-MM-DD`: who had which seat at the end of that UTC day (now, for today), as CSV. 400 for no
 * date or one that has not come; 404, with how far back the record reaches, where nothing is known of it. The file is called
 * `…-partial.csv` where an older version recorded the granted seats alone.
 */
export async function accessReview(c: Context, { deps }: Daemon): Promise<Response> {
  const now = deps.now();
  const date = c.req.query('date') ?? dayOf(now);
  const advice = 'Write it YYYY-MM-DD, as in /api/access-review?date=2026-11-01; without it today is meant.';
  if (!isDay(date)) return problem(c, { status: 400, error: '`date` is no UTC date.', advice });
  if (date > dayOf(now)) return problem(c, { status: 400, error: `${date} has not come yet.`, advice });
  const end = new Date(startOf(addDays(date, 1)).getTime() - 1);
  const found = seatsAt(deps.journal.entries(), end < now ? end : now);
  if (!found.ok) {
    const reach = found.since === null ? 'No complete pass has recorded any yet' : `The record reaches back to ${found.since}`;
    const next = 'Ask for a later date; seats are recorded by each pass that applied everything.';
    return problem(c, { status: 404, error: `Nothing is known of the seats of ${date}. ${reach}.`, advice: next });
  }
  const approvals = await approvalsOf(found.seats, deps.source);
  c.header('content-disposition', `attachment; filename="access-review-${date}${found.others === null ? '-partial' : ''}.csv"`);
  c.header('last-modified', new Date(found.from).toUTCString());
  return c.body(accessReviewCsv(date, { seats: found.seats, others: found.others ?? [] }, approvals), 200, {
    'content-type': 'text/csv; charset=utf-8',
  });
}

/** Author and subject by revision. What Git cannot say in time is left out: the revision is told all the same. */
async function approvalsOf(seats: readonly RecordedSeat[], source: Daemon['deps']['source']): Promise<ReadonlyMap<string, Approval>> {
  const revisions = [...new Set(seats.flatMap((seat) => seat.grant?.revision ?? []))].slice(0, MOST_REVISIONS);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const limit = pLimit(4);
  const read = async (revision: string): Promise<readonly (readonly [string, Approval])[]> => {
    const [commit] = await source.commits(null, revision, 1, signal).catch(() => []);
    return commit === undefined ? [] : [[revision, { author: commit.author, subject: commit.subject }]];
  };
  const found = await Promise.all(revisions.map((revision) => limit(() => read(revision))));
  return new Map(found.flat());
}
