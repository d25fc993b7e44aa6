import type { JournalEntry } from '../model/journal.ts';
import { membershipKey } from '../model/key.ts';
import { type ChangeRecord, type PassRecord, passRecords } from '../model/pass-history.ts';
import { historyOf, type SeatEvent } from './seat-history.ts';

/**
 * Something that happened to a seat of a person: what the record of seats says of it (`seat`), and the change that was sent
 * for it (`change`), where each is known. `pass` is that of the change, else of the record, null where the record begins.
 */
export type PersonEvent = {
  readonly at: string;
  readonly seat: SeatEvent | null;
  readonly change: ChangeRecord | null;
  /** How often in a row the very same came of the change. */
  readonly times: number;
  readonly pass: number | null;
  /** Null where the journal does not have that pass any more. */
  readonly askedBy: readonly string[] | null;
  readonly revision: string | null;
};

/** Everything that the journal knows of a person's seats, newest first. */
export function personHistory(entries: readonly JournalEntry[], userId: string): readonly PersonEvent[] {
  const own = entries.filter((entry) => entry.type !== 'change' || entry.userId === userId);
  const passes = passRecords(own);
  const byNumber = new Map(passes.map((record) => [record.pass, record]));
  const sent = passes.flatMap((record) => record.changes.map((change) => ({ change, record })));
  const taken = new Set<ChangeRecord>();
  const recorded = historyOf(entries, userId).map((seat): PersonEvent => {
    const found = sentFor(
      seat,
      sent.filter(({ change }) => !taken.has(change)),
    );
    if (found !== null) taken.add(found.change);
    const record = found?.record ?? byNumber.get(seat.pass ?? -1);
    return {
      at: found?.change.at ?? seat.at,
      seat,
      change: found?.change ?? null,
      times: 1,
      pass: found?.record.pass ?? seat.pass,
      askedBy: record?.askedBy ?? null,
      revision: seat.revision ?? record?.attempted ?? null,
    };
  });
  const others = sent.filter(({ change }) => !taken.has(change)).map(({ change, record }) => eventOf(change, record));
  const all = [...recorded, ...inRows(others)];
  return all.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
}

type Sent = { readonly change: ChangeRecord; readonly record: PassRecord };

/** The newest change that brought a recorded event about: of the same seat, in that pass or one before it that was not complete. */
function sentFor({ what, pass, seat, at }: SeatEvent, sent: readonly Sent[]): Sent | null {
  if (what === 'changed') return null;
  const action = what === 'ended' ? 'delete' : 'create';
  const key = membershipKey(seat.group, seat.user);
  const fits = ({ change, record }: Sent) =>
    (pass === null ? change.at <= at : record.pass <= pass) &&
    change.key === key &&
    change.action === action &&
    change.result === 'succeeded';
  return sent.find(fits) ?? null;
}

function eventOf(change: ChangeRecord, { pass, askedBy, attempted }: PassRecord): PersonEvent {
  return { at: change.at, seat: null, change, times: 1, pass, askedBy, revision: attempted };
}

/** A change that is skipped by every pass for days is one event, of the newest time. */
function inRows(events: readonly PersonEvent[]): readonly PersonEvent[] {
  const found: PersonEvent[] = [];
  for (const event of events) {
    const at = found.findLastIndex((each) => each.change?.key === event.change?.key);
    const newer = found[at];
    if (newer !== undefined && isSame(newer.change, event.change)) found[at] = { ...newer, times: newer.times + 1 };
    else found.push(event);
  }
  return found;
}

function isSame(a: ChangeRecord | null, b: ChangeRecord | null): boolean {
  if (a === null || b === null || a.effect || b.effect) return false;
  return a.action === b.action && a.result === b.result && a.error === b.error;
}
