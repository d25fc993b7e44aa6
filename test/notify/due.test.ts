import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/model/journal.ts';
import { compact } from '../../src/model/journal-compact.ts';
import { isJournalEntry } from '../../src/model/journal-form.ts';
import { memoryOf } from '../../src/model/journal-told.ts';
import { EVENTS, type EventName, isEvent, type NotifySettings, SEVERITIES, wordsOf } from '../../src/model/notification.ts';
import { due, hears } from '../../src/notify/due.ts';
import { eventOf, type Facts, type Problem } from '../../src/notify/fact.ts';
import type { Message } from '../../src/notify/message.ts';
import { judges, problems } from '../../src/notify/problem.ts';
import { NOW, pass, situation } from './situation.ts';

const HOUR = 3_600_000;
const RECEIVER: NotifySettings = {
  ...{ name: 'ops', type: 'webhook', url: 'https://hooks.example.com/x', secret: 's'.repeat(32), events: null, severity: 'info' },
  ...{ digest: '0 7 * * *', heartbeat: null, names: false },
};
const CONTEXT = { source: 'r@main', mode: 'enforce', outcome: null, pass: null, attempted: null, applied: null };

const problem = (id: string): Problem => {
  const event = eventOf(id);
  if (!isEvent(event)) throw new Error(id);
  return { id, event, since: null, text: id, named: id };
};

/** A receiver with a journal; what is due is delivered, and written down as the daemon does. */
function desk(receiver: Partial<NotifySettings> = {}, start = NOW) {
  let entries: readonly JournalEntry[] = [
    { type: 'told', at: start.toISOString(), to: 'ops', kind: 'start', open: [], over: [], happened: [] },
  ];
  const step = (
    at: Date,
    ids: readonly string[],
    judged: (event: EventName) => boolean = () => true,
    digestHour = 7,
  ): readonly Message[] => {
    const told: Message[] = [];
    for (;;) {
      const memory = memoryOf(entries, 'ops');
      if (memory === null) throw new Error('forgotten');
      const digest = new Date(at);
      digest.setUTCHours(digestHour, 0, 0, 0);
      const digestAt = digest > at ? new Date(digest.getTime() - 24 * HOUR) : digest;
      const facts: Facts = { problems: ids.map(problem), moments: [], judges: judged };
      const message = due({
        receiver: { ...RECEIVER, ...receiver },
        memory,
        facts,
        context: CONTEXT,
        now: at,
        digestAt,
        heartbeatAt: null,
      });
      if (message === null) return told;
      if (told.length > 3) throw new Error('it never ends');
      told.push(message);
      const entry = { type: 'told', at: message.at, to: 'ops', kind: message.kind, ...message.told } as const;
      expect(isJournalEntry(entry)).toBe(true);
      entries = [...entries, entry];
    }
  };
  return { step, shrink: (now: Date) => (entries = compact(entries, now, { passes: 1, effects: 1 })), entries: () => entries };
}

const at = (hours: number) => new Date(NOW.getTime() + hours * HOUR);
const states = (messages: readonly Message[]) =>
  messages.flatMap(({ kind, items }) => items.map(({ event, state }) => `${kind}: ${event} ${state}`));

describe('what is told', () => {
  it('is the beginning once, a digest a day, and the end', () => {
    const { step } = desk();
    expect(states(step(at(0), ['drift/a']))).toEqual(['news: drift opened']);
    for (let hour = 1; hour < 19; hour += 1) expect(step(at(hour), ['drift/a'])).toEqual([]);
    expect(states(step(at(19), ['drift/a']))).toEqual(['digest: drift standing']);
    for (let hour = 20; hour < 43; hour += 1) expect(step(at(hour), ['drift/a'])).toEqual([]);
    expect(states(step(at(43), ['drift/a']))).toEqual(['digest: drift standing']);
    expect(states(step(at(44), []))).toEqual(['news: drift over']);
    expect(step(at(70), [])).toEqual([]);
  });

  it('is no end of what cannot be judged now', () => {
    const { step } = desk();
    step(at(0), ['refused/too-many-removals', 'drift/a']);
    expect(states(step(at(1), [], (event) => event === 'drift'))).toEqual(['news: drift over']);
    expect(states(step(at(2), []))).toEqual(['news: refused over']);
  });

  it('leaves what comes and goes all the time to the digest', () => {
    const { step } = desk();
    const told = Array.from({ length: 12 }, (_, i) => step(at(i), i % 2 === 0 ? ['unreachable/git fetch'] : [])).flat();
    expect(states(told).filter((each) => each.endsWith('opened')).length).toBe(3);
    expect(states(step(at(19), ['unreachable/git fetch']))).toEqual(['digest: unreachable standing']);
    expect(states(step(at(30), ['unreachable/git fetch']))).toEqual([]);
  });

  it('is what the receiver asks for', () => {
    const ids = Object.keys(EVENTS).filter((name) => isEvent(name) && wordsOf(name).over !== null);
    const critical = desk({ severity: 'critical' }).step(at(0), ids);
    const wanted = ids.filter((id) => isEvent(id) && wordsOf(id).severity === 'critical');
    expect(critical.flatMap(({ items }) => items.map(({ event }) => event)).sort()).toEqual([...wanted].sort());
    const two = desk({ events: ['drift', 'budget'], severity: 'warning' });
    expect(states(two.step(at(0), ids)).sort()).toEqual(['news: budget opened', 'news: drift opened']);
    expect(two.step(at(0), ids)).toEqual([]);
  });
});

describe('the heartbeat', () => {
  const beat = (hours: number, from: { memory: ReturnType<typeof memoryOf> }, ids: readonly string[] = []) => {
    const { memory } = from;
    if (memory === null) throw new Error('forgotten');
    const facts: Facts = { problems: ids.map(problem), moments: [], judges: () => true };
    return due({ receiver: RECEIVER, memory, facts, context: CONTEXT, now: at(hours), digestAt: null, heartbeatAt: at(hours - 0.5) });
  };

  it('comes once for each time, quiet or not, and not for a time before the receiver was met', () => {
    const start: JournalEntry = { type: 'told', at: at(0).toISOString(), to: 'ops', kind: 'start', open: [], over: [], happened: [] };
    const memory = memoryOf([start], 'ops');
    expect(beat(0.4, { memory })).toBeNull();
    expect(beat(1, { memory })).toMatchObject({ kind: 'heartbeat', title: 'All quiet', standing: 0 });
    const after = memoryOf([start, { ...start, at: at(1).toISOString(), kind: 'heartbeat' }], 'ops');
    expect(beat(1.2, { memory: after })).toBeNull();
    const open = memoryOf([start, { ...start, at: at(1).toISOString(), kind: 'news', open: ['drift/a'] }], 'ops');
    expect(beat(2, { memory: open }, ['drift/a'])).toMatchObject({ kind: 'heartbeat', title: 'The daemon lives, and 1 problem stands' });
  });
});

describe('whatever happens', () => {
  const IDS = ['drift/a', 'drift/b', 'refused/too-many-removals', 'pending', 'suspended/x', 'unreachable/git fetch'];
  const subset = fc.subarray(IDS);
  const turn = fc.record({ ids: subset, hours: fc.integer({ min: 0, max: 30 }), blind: fc.boolean(), shrinks: fc.boolean() });

  it('a problem is told as begun and ended in turn, at most three times a day, as standing once a digest, and never unasked', () => {
    const filters = fc.record({
      severity: fc.constantFrom(...SEVERITIES),
      events: fc.option(fc.uniqueArray(fc.constantFrom<EventName>('drift', 'refused', 'pending', 'unreachable'), { minLength: 1 })),
    });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 25 }), filters, (turns, filter) => {
        const { step, shrink } = desk(filter);
        const believes = new Set<string>();
        const began = new Map<string, number[]>();
        const lastTold = new Map<string, number>();
        let now = NOW.getTime();
        for (const { ids, hours, blind, shrinks } of turns) {
          now += hours * HOUR;
          if (shrinks) shrink(new Date(now));
          const digest = Math.floor((now - 7 * HOUR) / (24 * HOUR)) * 24 * HOUR + 7 * HOUR;
          for (const { kind, told } of step(new Date(now), ids, (event) => !(blind && event === 'unreachable'))) {
            if (kind === 'digest') expect(Math.min(...told.open.map((id) => lastTold.get(id) ?? 0))).toBeLessThan(digest);
            for (const id of told.open) {
              const event = eventOf(id);
              expect(isEvent(event) && hears({ ...RECEIVER, ...filter }, event)).toBe(true);
              expect(ids).toContain(id);
              if (kind === 'news') {
                expect(believes.has(id)).toBe(false);
                began.set(id, [...(began.get(id) ?? []).filter((each) => now - each < 24 * HOUR), now]);
                expect(began.get(id)?.length).toBeLessThanOrEqual(3);
              }
              believes.add(id);
              lastTold.set(id, now);
            }
            for (const id of told.over) {
              expect(believes.delete(id)).toBe(true);
              expect(ids).not.toContain(id);
              expect(blind && eventOf(id) === 'unreachable').toBe(false);
            }
          }
          // Whoever stands since before the digest was due has been told since.
          for (const id of ids) if (believes.has(id)) expect(lastTold.get(id)).toBeGreaterThanOrEqual(digest);
          for (const id of believes) if (!ids.includes(id)) expect(blind && eventOf(id) === 'unreachable').toBe(true);
        }
      }),
      { numRuns: 60, seed: 20261110 },
    );
  });
});

describe('a compacted journal', () => {
  it('neither forgets what stands nor brings back what ended beside it', () => {
    const told = (days: number, open: readonly string[], over: readonly string[]): JournalEntry => {
      return { type: 'told', at: at(-24 * days).toISOString(), to: 'ops', kind: 'news', open, over, happened: [] };
    };
    const all = [told(20, ['drift/a', 'drift/b'], []), told(15, [], ['drift/b']), told(14, ['pending'], []), told(13, [], ['pending'])];
    const kept = compact(all, NOW, { passes: 1, effects: 1 });
    expect([...(memoryOf(kept, 'ops')?.open ?? [])]).toEqual([['drift/a', at(-24 * 20).toISOString()]]);
    expect(kept.length).toBe(3);
  });
});

describe('what a pass could not find out', () => {
  it('is neither there nor over', () => {
    const before = judges(situation({ last: null }));
    expect(
      ['refused', 'invalid', 'unreachable', 'incomplete', 'manual', 'drift', 'bug'].filter((event) => isEvent(event) && before(event)),
    ).toEqual([]);
    const cut = judges(situation({ last: pass('unreachable', { plan: null, drift: null, failures: [] }) }));
    expect([cut('refused'), cut('invalid'), cut('unreachable'), cut('suspended')]).toEqual([false, false, true, true]);
    expect(problems(situation()).length).toBe(0);
  });
});
