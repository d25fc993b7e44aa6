import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyOf, recordReach, seatsAt } from '../../src/daemon/seat-history.ts';
import type { OtherSeat, RecordedSeat, SeatGrant, SeatRecord } from '../../src/model/drift.ts';
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
  return recorded(sets.map((seats, hour) => ({ at: at(hour), revision: `main@sha1:${hour}`, seats })));
}
function recorded(records: readonly SeatRecord[]): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  records.forEach((record, hour) => {
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

const other = (user: string, state: OtherSeat['state'], more: Partial<OtherSeat> = {}): OtherSeat => ({
  ...{ profile: 'eng', group: 'kiro-ext', tier: 'power', userId: `id-${user}`, user, since: null, state },
  ...more,
});

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

  it('of a group that a pass created tell no change once the group has its id, and one where the grant is another', () => {
    const created = journalOf([[seat('ana', 'platform', { groupId: '' })], [seat('ana')], [seat('ana', 'platform', { user: 'ana2' })]]);
    expect(historyOf(created, 'id-ana').map((event) => event.what)).toEqual(['recorded']);
    for (const more of [{ tier: 'power' }, { why: 'another' }, { revision: 'main@sha1:x' }, { monthly: 1 }]) {
      const other = journalOf([[seat('ana')], [seat('ana', 'platform', { grant: grant('platform', more) })]]);
      expect(historyOf(other, 'id-ana').map((event) => event.what)).toEqual(['changed', 'recorded']);
    }
  });
});

describe('who is seated beside the recorded seats', () => {
  type Others = readonly OtherSeat[];
  const set = (hour: number, seats: readonly RecordedSeat[], others?: Others): SeatRecord => ({
    ...{ at: at(hour), revision: null, seats },
    ...(others === undefined ? {} : { others }),
  });
  const othersAt = (entries: readonly JournalEntry[], hour: number) => {
    const found = seatsAt(entries, new Date(Date.parse(at(hour)) + 1));
    return found.ok ? (found.others?.map(({ user, state }) => `${user} ${state}`) ?? null) : 'nothing';
  };

  it('is told of every instant, also after a rewrite, and is unknown before the version that records it', () => {
    const entries = recorded([
      set(0, [seat('ana')]),
      set(1, [seat('ana')], []),
      set(2, [seat('ana')], [other('eve', 'external')]),
      set(3, [seat('ana')], [other('eve', 'external'), other('dia', 'drift')]),
      set(4, [seat('ana'), seat('bob')], [other('dia', 'held')]),
      set(5, [seat('ana'), seat('bob')], [other('dia', 'held', { since: at(9) })]),
    ]);
    expect(entries.every((entry) => isJournalEntry(JSON.parse(JSON.stringify(entry))))).toBe(true);
    const kept = compact(entries, new Date(START + 400 * 86_400_000), { passes: 1, effects: 1, seatRows: 99 });
    for (const journal of [entries, kept]) {
      const told = [0, 1, 2, 3, 4, 5].map((hour) => othersAt(journal, hour));
      expect(told).toEqual([null, [], ['eve external'], ['dia drift', 'eve external'], ['dia held'], ['dia held']]);
    }
    const small = compact(entries, new Date(START + 400 * 86_400_000), { passes: 1, effects: 1, seatRows: 3 });
    expect(othersAt(small, 2)).toBe('nothing');
    expect(othersAt(small, 3)).toEqual(['dia drift', 'eve external']);
    expect(historyOf(entries, 'id-dia')).toEqual([]);
    // Once an older version wrote in between, nobody knows of its time either.
    const older = recorded([set(0, [seat('ana')], [other('eve', 'external')]), set(1, [seat('bob')]), set(2, [seat('bob')], [])]);
    expect([0, 1, 2].map((hour) => othersAt(older, hour))).toEqual([null, null, []]);
  });

  it('is no journal entry where a field is missing or a state unknown', () => {
    const entry = { type: 'seats', at: at(0), pass: 1, record: set(0, [], [other('eve', 'external')]) };
    const { tier: _, ...short } = other('eve', 'external');
    const broken = (others: unknown) => isJournalEntry({ ...entry, record: { ...entry.record, others } });
    expect([isJournalEntry(entry), broken([short]), broken([{ ...short, tier: 'pro', state: 'x' }]), broken(null)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const changed = { type: 'seats-changed', at: at(1), pass: 2, revision: null, from: at(0), removed: [], added: [] };
    const others = [undefined, { removed: [], added: [] }, { removed: [short], added: [] }, { removed: [] }];
    expect(others.map((each) => isJournalEntry({ ...changed, others: each }))).toEqual([true, true, false, false]);
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
    const others = [other('=1+1', 'external'), other('dia', 'drift')];
    const csv = accessReviewCsv(
      '2026-11-01',
      { seats: rows, others },
      new Map([[revision, { author: 'Ana', subject: '=HYPERLINK("x")' }]]),
    );
    expect(csv).toBe(
      [
        'date,profile,tier,user_id,user_name,group,since,assignment,owner,cost_center,why,monthly_usd,approved_revision,approved_at,approved_author,approved_subject,state',
        `2026-11-01,'@evil,pro,id-=cmd|calc,'=cmd|calc,kiro-eng-pro,${at(0)},'-2+3,leads,,"a, ""b""\\u{a}c",,,${at(0)},,,granted`,
        `2026-11-01,eng,pro,id-ana,ana,kiro-eng-pro,${at(0)},platform,leads,RND,"assignment platform, by name",20.00,main@sha1:abc,${at(0)},Ana,"'=HYPERLINK(""x"")",granted`,
        `2026-11-01,eng,,id-old,old,kiro-eng-pro,${at(0)},,,,,,,,,,`,
        '2026-11-01,eng,power,id-=1+1,\'=1+1,kiro-ext,,,,,"member of an external seat group, which kirosync does not write",,,,,,external',
        '2026-11-01,eng,power,id-dia,dia,kiro-ext,,,,,put there by somebody else; its removal is held,,,,,,drift',
        '',
      ].join('\n'),
    );
  });
});
