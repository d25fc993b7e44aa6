import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyOf, recordReach, seatsAt } from '../../src/daemon/seat-history.ts';
import type { RecordedSeat, SeatGrant } from '../../src/model/drift.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import { compact } from '../../src/model/journal-compact.ts';
import { isJournalEntry } from '../../src/model/journal-form.ts';
import { seatRecord, seatsEntry } from '../../src/model/journal-state.ts';
import { seatsChanged } from '../../src/model/seat-change.ts';
import { accessReviewCsv } from '../../src/report/access-review.ts';

const START = Date.UTC(2026, 9, 1);
const at = (hour: number) => new Date(START + hour * 3_600_000).toISOString();
const grant = (assignment: string, more: Partial<SeatGrant> = {}): SeatGrant => ({
  ...{
    tier: 'pro',
    assignment,
    owner: 'leads',
    costCenter: 'RND',
    why: `assignment ${assignment}, by name`,
    monthly: 2000,
    revision: null,
    at: at(0),
  },
  ...more,
});
const seat = (user: string, assignment = 'platform', more: Partial<RecordedSeat> = {}): RecordedSeat => ({
  ...{ profile: 'eng', group: 'kiro-eng-pro', groupId: 'g-1', userId: `id-${user}`, user, since: at(0), grant: grant(assignment) },
  ...more,
});

/** What a daemon writes that records these sets one after the other, an hour apart. */
function journalOf(sets: readonly (readonly RecordedSeat[])[]): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  sets.forEach((seats, hour) => {
    const record = { at: at(hour), revision: `main@sha1:${hour}`, seats };
    const changed = seatsChanged(entries, seatRecord(entries), hour + 1, record);
    entries.push(...(changed === null ? [] : [changed]), seatsEntry(entries, hour + 1, record));
    entries.push({ type: 'applied', at: at(hour), pass: hour + 1, revision: record.revision, planHash: '', digests: {} });
  });
  return entries;
}
const ids = (seats: readonly RecordedSeat[]) => seats.map((each) => `${each.userId} ${each.grant?.assignment}`).sort();

const people = fc.constantFrom('ana', 'bob', 'cem', 'dan');
const someSets = fc.array(
  fc.uniqueArray(fc.tuple(people, fc.constantFrom('platform', 'research')), { selector: ([user]) => user, maxLength: 4 }),
  { minLength: 1, maxLength: 12 },
);

describe('the recorded seats', () => {
  it('of every instant are those of the newest pass before it, also after the journal was rewritten', () => {
    fc.assert(
      fc.property(someSets, fc.nat(6), (sets, seatRows) => {
        const entries = journalOf(sets.map((set) => set.map(([user, assignment]) => seat(user, assignment))));
        expect(entries.every((entry) => isJournalEntry(JSON.parse(JSON.stringify(entry))))).toBe(true);
        const kept = compact(entries, new Date(START + 400 * 86_400_000), { passes: 1, effects: 1, seatRows });
        for (const journal of [entries, kept]) {
          const reach = Date.parse(recordReach(journal) ?? '');
          sets.forEach((set, hour) => {
            const found = seatsAt(journal, new Date(Date.parse(at(hour)) + 1));
            expect(found.ok).toBe(Date.parse(at(hour)) + 1 >= reach);
            if (found.ok) expect(ids(found.seats)).toEqual(set.map(([user, assignment]) => `id-${user} ${assignment}`).sort());
          });
          expect(seatsAt(journal, new Date(reach - 1)).ok).toBe(false);
        }
        expect(recordReach(entries)).toBe(at(0));
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('give each person a history that leads to what the person has', () => {
    fc.assert(
      fc.property(someSets, people, (sets, user) => {
        const entries = journalOf(sets.map((set) => set.map(([name, assignment]) => seat(name, assignment))));
        const events = historyOf(entries, `id-${user}`).toReversed();
        const seen = sets.map((set) => set.find(([name]) => name === user)?.[1] ?? null);
        const steps = seen.filter((each, i) => (i === 0 ? each !== null : each !== seen[i - 1]));
        expect(events.map((event) => (event.what === 'ended' ? null : (event.seat.grant?.assignment ?? null)))).toEqual(steps);
      }),
      { numRuns: 60, seed: 12 },
    );
  });

  it('are not known before the first record, and no further back than a gap in the journal', () => {
    expect(recordReach([])).toBeNull();
    expect(seatsAt([], new Date())).toEqual({ ok: false, since: null });
    const entries = journalOf([[seat('ana')], [seat('bob')], [seat('cem')], [seat('dan')]]);
    const lost = entries.filter((entry) => entry.type !== 'seats-changed' || entry.pass !== 3);
    expect(recordReach(lost)).toBe(at(2));
    expect(seatsAt(lost, new Date(at(1)))).toEqual({ ok: false, since: at(2) });
    expect(seatsAt(lost, new Date(at(3)))).toMatchObject({ ok: true, from: at(3), revision: 'main@sha1:3' });
  });

  it('that only got another age, or their first reason, are no change', () => {
    const { grant: _none, ...old } = seat('ana');
    expect(historyOf(journalOf([[old], [seat('ana')]]), 'id-ana')).toMatchObject([{ what: 'recorded' }]);
    const entries = journalOf([[seat('ana')], [seat('ana', 'platform', { since: at(7) })]]);
    expect(entries.some((entry) => entry.type === 'seats-changed')).toBe(false);
  });
});

describe('an access review', () => {
  it('says who, why, by which commit, since when and for how much, and holds no formula', () => {
    const revision = 'main@sha1:abc';
    const rows = [
      seat('ana', 'platform', { grant: grant('platform', { revision }) }),
      seat('=cmd|calc', '+x', { profile: '@evil', grant: grant('-2+3', { why: 'a, "b"\nc', monthly: null, costCenter: null }) }),
      { ...seat('old'), grant: undefined },
    ].map(({ grant: given, ...rest }) => (given === undefined ? rest : { ...rest, grant: given }));
    const csv = accessReviewCsv('2026-11-01', rows, new Map([[revision, { author: 'Ana', subject: '=HYPERLINK("x")' }]]));
    expect(csv).toBe(
      [
        'date,profile,tier,user_id,user_name,group,since,assignment,owner,cost_center,why,monthly_usd,approved_revision,approved_at,approved_author,approved_subject',
        `2026-11-01,eng,pro,id-ana,ana,kiro-eng-pro,${at(0)},platform,leads,RND,"assignment platform, by name",20.00,main@sha1:abc,${at(0)},Ana,"'=HYPERLINK(""x"")"`,
        `2026-11-01,'@evil,pro,id-=cmd|calc,'=cmd|calc,kiro-eng-pro,${at(0)},'-2+3,leads,,"a, ""b""\\u{a}c",,,${at(0)},,`,
        `2026-11-01,eng,,id-old,old,kiro-eng-pro,${at(0)},,,,,,,,,`,
        '',
      ].join('\n'),
    );
  });
});
