import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/model/journal.ts';
import { attachments } from '../../../src/model/journal-attachment.ts';
import { compact } from '../../../src/model/journal-compact.ts';
import { isJournalEntry } from '../../../src/model/journal-form.ts';
import {
  agreed,
  contested,
  failing,
  interrupted,
  lastApplied,
  lastEffects,
  lastPasses,
  nextPass,
  openDrift,
  recentRemovals,
  reversals,
  seatRecord,
  seatsEntry,
  suspension,
  undone,
} from '../../../src/model/journal-state.ts';
import { change, ended, seats } from './entry.ts';

const NOW = new Date('2026-12-01T00:00:00Z');
const key = fc.constantFrom('membership/kiro-pro/a', 'membership/kiro-pro/b', 'membership/kiro-pro/c');

/** Days by which the clock is wrong from here on: mostly not at all, sometimes by weeks. */
const wrong = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.integer({ min: -30, max: 30 }) });

/** A plausible history: any entries, one every six hours up to now, by a clock that somebody may set. */
const history = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant((pass: number, at: string): JournalEntry => ended(pass, at)) },
      {
        weight: 6,
        arbitrary: fc
          .record({
            key,
            action: fc.constantFrom('create', 'delete'),
            result: fc.constantFrom('started', 'succeeded', 'failed', 'skipped'),
            unseats: fc.boolean(),
            effect: fc.boolean(),
          })
          .map(
            (fields) =>
              (pass: number, at: string): JournalEntry =>
                change({ ...fields, pass, at }),
          ),
      },
      fc.subarray(['u-1', 'u-2']).map(
        (users) =>
          (pass: number, at: string): JournalEntry => ({ ...seats(pass, users), at }),
      ),
      fc.constant((pass: number, at: string): JournalEntry => ({ type: 'seats-kept', at, pass, revision: at })),
      fc.nat(60).map((days) => (_: number, at: string): JournalEntry => {
        const until = new Date(NOW.getTime() + (days - 30) * 86_400_000).toISOString();
        return { type: 'suspended', at, owner: 'ana', reason: 'audit', until };
      }),
      fc.constant((_: number, at: string): JournalEntry => ({ type: 'resumed', at, by: 'ana' })),
      key.map(
        (name) =>
          (_: number, at: string): JournalEntry => ({ type: 'drift-opened', at, key: name, kind: 'missing', profile: 'p', person: null }),
      ),
      key.map(
        (name) =>
          (_: number, at: string): JournalEntry => ({ type: 'drift-closed', at, key: name, kind: 'missing' }),
      ),
      key.map(
        (name) =>
          (_: number, at: string): JournalEntry => ({ type: 'reversed', at, key: name, revision: null, actor: null }),
      ),
      key.map(
        (name) =>
          (_: number, at: string): JournalEntry => ({ type: 'contested', at, key: name, revision: null }),
      ),
      key.map(
        (name) =>
          (_: number, at: string): JournalEntry => ({ type: 'settled', at, key: name, why: 'live agrees' }),
      ),
      fc.tuple(key, fc.constantFrom('agreed', 'disagreed')).map(
        ([name, type]) =>
          (_: number, at: string): JournalEntry => ({ type, at, key: name }),
      ),
      fc.record({ group: key, groupId: fc.constantFrom(null, 'g-1', 'g-2'), attached: fc.boolean(), ageMs: fc.constantFrom(null, 5) }).map(
        (sight) =>
          (_: number, at: string): JournalEntry => ({ type: 'attachment', at, profile: 'p', ...sight }),
      ),
      fc.constant(
        (pass: number, at: string): JournalEntry => ({ type: 'applied', at, pass, revision: at, planHash: 'h', digests: { limits: 'x' } }),
      ),
    ),
    { maxLength: 80, size: 'max' },
  )
  .chain((makers) => fc.tuple(fc.constant(makers), fc.array(wrong, { minLength: makers.length, maxLength: makers.length })))
  .map(([makers, clock]) => {
    let days = 0;
    return makers.map((make, i) => {
      days = clock[i] ?? days;
      const at = NOW.getTime() - (makers.length - i) * 6 * 3_600_000 + days * 86_400_000;
      return make(Math.floor(i / 4) + 1, new Date(at).toISOString());
    });
  });

function answers(entries: readonly JournalEntry[]): unknown {
  return {
    nextPass: lastPasses(entries, 1).length === 0 ? null : nextPass(entries),
    last: lastPasses(entries, 2),
    applied: lastApplied(entries),
    seats: seatRecord(entries),
    suspension: suspension(entries, NOW),
    drift: openDrift(entries),
    removals: recentRemovals(entries, NOW),
    reversals: reversals(entries, NOW),
    contested: contested(entries),
    agreed: agreed(entries),
    effects: lastEffects(entries),
    undone: undone(entries),
    attachments: attachments(entries),
    failing: new Map([...failing(entries)].map(([name, each]) => [name, { ...each, count: Math.min(each.count, 20) }])),
  };
}

describe('compact', () => {
  it('changes no answer, keeps the order, and is done after once', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const kept = compact(entries, NOW, { passes: 2, effects: 3 });
        expect(answers(kept)).toEqual(answers(entries));
        expect(kept).toEqual(entries.filter((entry) => kept.includes(entry)));
        expect(compact(kept, NOW, { passes: 2, effects: 3 })).toEqual(kept);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps an old change of ours with the old reversal of it, so that it is not counted again', () => {
    const old = '2026-10-01T00:00:00.000Z';
    const ours = change({ at: old, action: 'create', unseats: false });
    const entries: JournalEntry[] = [
      ours,
      { type: 'reversed', at: old, key: ours.key, revision: null, actor: null },
      ended(1, old),
      ended(2),
      ended(3),
    ];
    const kept = compact(entries, NOW, { passes: 1, effects: 1 });
    expect(undone(kept)).toEqual(undone(entries));
    expect(lastEffects(kept)).toEqual(new Map([[ours.key, ours]]));
  });

  const hours = (n: number) => new Date(NOW.getTime() + n * 3_600_000).toISOString();
  const passes = [ended(4), ended(5), ended(6)];
  it.each<readonly [string, readonly JournalEntry[]]>([
    [
      'a removal that failed 20 hours ago and found its wish true two passes later',
      [
        change({ pass: 1, at: hours(-20), result: 'failed', effect: false }),
        change({ pass: 3, at: hours(-18), result: 'succeeded', effect: false, unseats: false }),
        ...passes,
      ],
    ],
    [
      'a removal that failed, and a create of the same key without effect',
      [
        change({ pass: 1, at: hours(-20), result: 'failed', effect: false }),
        change({ pass: 3, at: hours(-18), action: 'create', result: 'succeeded', effect: false, unseats: false }),
        ...passes,
      ],
    ],
    [
      'a removal that was sent and found its wish true, written down by a clock that was set back',
      [
        change({ pass: 1, at: hours(-2), result: 'started', effect: false }),
        change({ pass: 1, at: hours(-24 * 30), result: 'succeeded', effect: false }),
        ...passes,
      ],
    ],
    [
      'a contest settled after the clock was set back',
      [
        { type: 'contested', at: hours(24 * 21), key: 'k', revision: null },
        { type: 'settled', at: hours(-24 * 9), key: 'k', why: 'live agrees' },
      ],
    ],
    [
      'a drift closed after the clock was set back',
      [
        { type: 'drift-opened', at: hours(24 * 21), key: 'k', kind: 'missing', profile: 'p', person: null },
        { type: 'drift-closed', at: hours(-24 * 9), key: 'k', kind: 'missing' },
      ],
    ],
  ])('keeps the end of what it keeps: %s', (_, entries) => {
    const kept = compact(entries, NOW, { passes: 2, effects: 3 });
    expect(answers(kept)).toEqual(answers(entries));
    expect(failing(entries).size + contested(entries).size + openDrift(entries).size).toBeLessThan(2);
  });

  it('leaves out what nobody asks for any more', () => {
    const old = Array.from({ length: 100 }, (_, i) => [change({ pass: i, result: 'started' }), change({ pass: i }), ended(i)]).flat();
    expect(compact(old, NOW, { passes: 3, effects: 1 })).toHaveLength(9);
  });

  it('keeps the first and the newest failures of a key that fails for ever', () => {
    const failed = Array.from({ length: 500 }, (_, i) => [
      change({ pass: i, result: 'failed', effect: false, at: new Date(i * 60_000).toISOString() }),
      ended(i, new Date(i * 60_000).toISOString()),
    ]).flat();
    const { count, since, last } =
      failing(compact(failed, NOW, { passes: 1, effects: 1 })).get('membership/kiro-pro/ana@example.com') ?? {};
    expect({ count, since, last }).toEqual({ count: 20, since: '1970-01-01T00:00:00.000Z', last: '1970-01-01T08:19:00.000Z' });
  });
});

describe('what is no entry', () => {
  const broken: readonly (readonly [string, unknown])[] = [
    ['a seat set with a seat that is nothing', { ...seats(1), record: { at: '2026-11-01T00:00:00Z', revision: null, seats: [null] } }],
    ['a seat without a group', { ...seats(1), record: { at: '2026-11-01T00:00:00Z', revision: null, seats: [{ userId: 'u-1' }] } }],
    ['a pass that is no number of a pass', ended(1.5)],
    ['a pass without counts', { ...ended(1), counts: {} }],
    ['an instant beyond the calendar', change({ at: '+275760-09-12T23:00:00.000Z' })],
    ['a day without a time', change({ at: '2026-11-01' })],
    ['a suspension until who knows', { type: 'suspended', at: '2026-11-01T00:00:00Z', owner: 'a', reason: 'b', until: 'soon' }],
    [
      'an age that is no number',
      { type: 'attachment', at: '2026-11-01T00:00:00Z', profile: 'p', group: 'g', groupId: null, attached: false, ageMs: '5' },
    ],
    ['a change without its effect', { ...change(), effect: undefined }],
  ];
  it.each(broken)('%s', (_name, value) => {
    expect(isJournalEntry(JSON.parse(JSON.stringify(value)))).toBe(false);
  });
});

describe('questions', () => {
  it('every entry of a history is one, also read back from text', () => {
    fc.assert(
      fc.property(history, (entries) => {
        for (const entry of entries) expect(isJournalEntry(JSON.parse(JSON.stringify(entry)))).toBe(true);
      }),
    );
  });

  it('counts removals that left somebody without a seat within the last 24 hours', () => {
    const at = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString();
    const entries = [
      change({ key: 'old', at: at(24.1) }),
      change({ key: 'yes', at: at(23.9) }),
      change({ key: 'move', at: at(1), unseats: false }),
      change({ key: 'gone already', at: at(1), effect: false }),
      change({ key: 'failed', at: at(1), result: 'failed' }),
      change({ key: 'created', at: at(1), action: 'create' }),
    ];
    expect(recentRemovals(entries, NOW)).toEqual([{ profile: 'engineering', userId: 'u-1', key: 'yes' }]);
  });

  it('a success ends a row of failures; a skipped change says nothing', () => {
    const failed = change({ result: 'failed', error: 'denied' });
    const skipped = change({ result: 'skipped' });
    expect(failing([failed, skipped, failed]).get(failed.key)).toMatchObject({ count: 2, error: 'denied' });
    expect(failing([failed, change(), failed]).get(failed.key)).toMatchObject({ count: 1 });
  });

  it('a suspension ends by itself, by resume, or goes on', () => {
    const suspended: JournalEntry = {
      type: 'suspended',
      at: '2026-11-30T00:00:00Z',
      owner: 'ana',
      reason: 'audit',
      until: '2026-12-02T00:00:00Z',
    };
    expect(suspension([suspended], NOW)).toEqual(suspended);
    expect(suspension([suspended], new Date('2026-12-02T00:00:00Z'))).toBeNull();
    expect(suspension([suspended, { type: 'resumed', at: '2026-11-30T01:00:00Z', by: 'ana' }], NOW)).toBeNull();
  });

  it('an unchanged seat set is recorded shortly, with the new time and revision', () => {
    const first = seats(1);
    const again = seatsEntry([first], 2, { ...first.record, at: '2026-11-02T00:00:00Z', revision: 'r2' });
    expect(again).toEqual({ type: 'seats-kept', at: '2026-11-02T00:00:00Z', pass: 2, revision: 'r2' });
    expect(seatRecord([first, again])).toEqual({ ...first.record, at: '2026-11-02T00:00:00Z', revision: 'r2' });
    expect(seatsEntry([first], 2, seats(2, ['u-2']).record).type).toBe('seats');
    expect(seatsEntry([], 1, first.record).type).toBe('seats');
  });

  it('names changes that were sent before the process died', () => {
    const sent = change({ key: 'a', result: 'started' });
    expect(interrupted([sent, change({ key: 'b', result: 'started' }), change({ key: 'b' })])).toEqual([sent]);
  });

  it('first seen is the first time since it was last closed', () => {
    const opened = (at: string): JournalEntry => ({ type: 'drift-opened', at, key: 'k', kind: 'missing', profile: 'p', person: null });
    const closed: JournalEntry = { type: 'drift-closed', at: '2026-11-02T00:00:00Z', key: 'k', kind: 'missing' };
    expect([
      ...openDrift([opened('2026-11-01T00:00:00Z'), closed, opened('2026-11-03T00:00:00Z'), opened('2026-11-04T00:00:00Z')]).values(),
    ]).toMatchObject([{ at: '2026-11-03T00:00:00Z' }]);
  });
});

it('counts a removal that was on its way when the process died, and one that keeps its item while its kind changes', () => {
  const sent = change({ pass: 1, action: 'delete', unseats: true, result: 'started' });
  const at = new Date(sent.at);
  expect(recentRemovals([sent], at)).toHaveLength(1);
  expect(recentRemovals([sent, { ...sent, result: 'succeeded', effect: true }], at)).toHaveLength(1);
  expect(recentRemovals([sent, { ...sent, result: 'failed' }], at)).toHaveLength(0);
  expect(recentRemovals([{ ...sent, unseats: false }], at)).toHaveLength(0);
});
