import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ask, type Kind, type LoopEvent, loop, type Turn } from '../../src/daemon/loop.ts';

const ask = (kind: Kind = 'reconcile', by = 'test'): Ask => ({ kind, reason: 'a test', by });

/** Work whose end the test decides. */
function manual() {
  const started: Turn[] = [];
  let finish = () => {};
  let begun: () => void = () => {};
  return {
    started,
    work: (turn: Turn) =>
      new Promise<void>((resolve) => {
        started.push(turn);
        finish = resolve;
        begun();
      }),
    finish: () => finish(),
    next: () => new Promise<void>((resolve) => (begun = resolve)),
  };
}

describe('the loop', () => {
  it('serves every ask by a pass that started after it, never overlaps, and never runs more passes than asks', async () => {
    const step = fc.oneof(fc.constant('reconcile' as const), fc.constant('report' as const), fc.constant('yield' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 3 }), async (steps, slowness) => {
        let active = 0;
        let clock = 0;
        const starts: { kind: Kind; at: number }[] = [];
        const asked: { kind: Kind; at: number }[] = [];
        const stop = new AbortController();
        const it = loop(async (turn) => {
          active += 1;
          expect(active).toBe(1);
          clock += 1;
          starts.push({ kind: turn.kind, at: clock });
          for (let i = 0; i < slowness; i++) await Promise.resolve();
          active -= 1;
        });
        const running = it.run(stop.signal);
        for (const each of steps) {
          if (each === 'yield') await new Promise(setImmediate);
          else {
            clock += 1;
            asked.push({ kind: each, at: clock });
            it.ask(ask(each));
          }
        }
        await new Promise(setImmediate);
        for (let i = 0; i < 5; i++) await new Promise(setImmediate);
        stop.abort();
        await running;
        for (const kind of ['reconcile', 'report'] as const) {
          const of = asked.filter((each) => each.kind === kind);
          const ran = starts.filter((each) => each.kind === kind);
          expect(ran.length).toBeLessThanOrEqual(of.length);
          for (const each of of) expect(ran.some((start) => start.at > each.at)).toBe(true);
        }
      }),
    );
  });

  it('merges asks that come while a pass runs into one more pass', async () => {
    const hand = manual();
    const stop = new AbortController();
    const it = loop(hand.work);
    const running = it.run(stop.signal);
    it.ask(ask());
    await hand.next();
    for (const by of ['cron', 'webhook', 'api']) it.ask(ask('reconcile', by));
    const second = hand.next();
    hand.finish();
    await second;
    expect(hand.started.map((turn) => turn.asks.map((each) => each.by))).toEqual([['test'], ['cron', 'webhook', 'api']]);
    expect(it.served('reconcile')).toBe(1);
    stop.abort();
    hand.finish();
    await running;
    expect(it.served('reconcile')).toBe(4);
    expect(hand.started).toHaveLength(2);
  });

  it('goes on after work and listeners that throw', async () => {
    const events: LoopEvent['type'][] = [];
    const stop = new AbortController();
    let runs = 0;
    const ended = new Promise<void>((resolve) => {
      const it = loop(
        async () => {
          runs += 1;
          if (runs === 1) throw new Error('a bug');
        },
        (event) => {
          events.push(event.type);
          if (event.type === 'ended' && runs === 1) it.ask(ask());
          if (event.type === 'ended' && runs === 2) stop.abort();
          throw new Error('a bad listener');
        },
      );
      it.ask(ask());
      void it.run(stop.signal).then(resolve);
    });
    await ended;
    expect(events).toEqual(['asked', 'started', 'threw', 'ended', 'asked', 'started', 'ended']);
  });

  it('ends at once when it is idle, and at the end of the work in hand when it is not', async () => {
    const idle = new AbortController();
    const first = loop(async () => {}).run(idle.signal);
    idle.abort();
    await first;
    const stopped = new AbortController();
    stopped.abort();
    await loop(async () => {}).run(stopped.signal);
  });
});
