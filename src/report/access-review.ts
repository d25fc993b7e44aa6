import { stringify } from 'csv-stringify/sync';
import type { OtherSeat, RecordedSeat } from '../model/drift.ts';
import { usd } from '../model/money.ts';
import { seatId } from '../model/seat-change.ts';
import { visible } from './escape.ts';

/** The columns, in order; they are documented for users and only ever added to. */
export const ACCESS_REVIEW_COLUMNS = [
  'date',
  'profile',
  'tier',
  'user_id',
  'user_name',
  'group',
  'since',
  'assignment',
  'owner',
  'cost_center',
  'why',
  'monthly_usd',
  'approved_revision',
  'approved_at',
  'approved_author',
  'approved_subject',
  'state',
] as const;

type Row = Readonly<Record<(typeof ACCESS_REVIEW_COLUMNS)[number], string>>;

/** The author and subject of a commit, where the local copy of the repository still has it. */
export type Approval = { readonly author: string; readonly subject: string };

/**
 * Who had which seat on a date, why, and by which commit, as RFC 4180: one row a seat. Names are somebody else's text: a cell
 * that a spreadsheet would take for a formula gets an apostrophe before it. Seats that an older version recorded say no reason
 * and no state. `others` are who is seated beside the recorded seats: nobody granted theirs.
 */
export function accessReviewCsv(
  date: string,
  { seats, others }: { readonly seats: readonly RecordedSeat[]; readonly others: readonly OtherSeat[] },
  approvals: ReadonlyMap<string, Approval>,
): string {
  const all = [
    ...seats.map((seat) => ({ id: seatId(seat), row: row(date, seat, approvals.get(seat.grant?.revision ?? '') ?? null) })),
    ...others.map((seat) => ({ id: seatId(seat), row: otherRow(date, seat) })),
  ];
  const rows = all.sort((a, b) => (a.id < b.id ? -1 : 1)).map((each) => each.row);
  return stringify(rows, { header: true, columns: [...ACCESS_REVIEW_COLUMNS], escape_formulas: true, record_delimiter: '\n' });
}

function row(date: string, { profile, group, userId, user, since, grant }: RecordedSeat, approval: Approval | null): Row {
  const monthly = grant?.monthly ?? null;
  return {
    date,
    profile: visible(profile),
    tier: visible(grant?.tier ?? ''),
    user_id: visible(userId),
    user_name: visible(user),
    group: visible(group),
    since: visible(since),
    assignment: visible(grant?.assignment ?? ''),
    owner: visible(grant?.owner ?? ''),
    cost_center: visible(grant?.costCenter ?? ''),
    why: visible(grant?.why ?? ''),
    monthly_usd: monthly === null ? '' : usd(monthly).toFixed(2),
    approved_revision: visible(grant?.revision ?? ''),
    approved_at: visible(grant?.at ?? ''),
    approved_author: visible(approval?.author ?? ''),
    approved_subject: visible(approval?.subject ?? ''),
    state: grant === undefined ? '' : grant.assignment === null ? 'held' : 'granted',
  };
}

const WHY = {
  external: 'member of an external seat group, which kirosync does not write',
  drift: 'put there by somebody else; its removal is held',
  held: 'nothing grants it; its removal is held',
} as const satisfies Record<OtherSeat['state'], string>;

function otherRow(date: string, { profile, group, tier, userId, user, since, state }: OtherSeat): Row {
  return {
    date,
    profile: visible(profile),
    tier: visible(tier),
    user_id: visible(userId),
    user_name: visible(user),
    group: visible(group),
    since: visible(since ?? ''),
    assignment: '',
    owner: '',
    cost_center: '',
    why: WHY[state],
    monthly_usd: '',
    approved_revision: '',
    approved_at: '',
    approved_author: '',
    approved_subject: '',
    state,
  };
}
