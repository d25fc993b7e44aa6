import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pace } from '../../../src/adapters/identity-center/pace.ts';
import { virtualClock } from './virtual-clock.ts';

const going = new AbortController().signal;

describe('pace', () => {
  test('no window of one second ever holds more than the rate, whatever the gaps and throttles', async () => {
    const steps = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 1500 }), slow: fc.integer({ min: 0, max: 9 }) }), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.2, max: 20, noNaN: true }), steps, async (rate, all) => {
        const clock = virtualClock();
        const limit = pace(rate, clock);
        const sent: number[] = [];
        for (const { gap, slow } of all) {
          if (gap % 3 === 0) clock.pass(gap);
          if (slow === 0) limit.slowDown();
          await limit.take(going);
          sent.push(clock.monotonic());
        }
        for (const [i, at] of sent.entries()) {
          const window = sent.slice(0, i + 1).filter((s) => s > at - 999.999);
          expect(window.length).toBeLessThanOrEqual(Math.max(1, Math.floor(rate)));
        }
      }),
    );
  });

  test('a short job does not wait at all, a long one gets the full rate', async () => {
    const clock = virtualClock();
    const limit = pace(15, clock);
    for (let i = 0; i < 15; i += 1) await limit.take(going);
    expect(clock.monotonic()).toBe(0);
    for (let i = 0; i < 1485; i += 1) await limit.take(going);
    expect(clock.monotonic()).toBeLessThanOrEqual(100_000);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(99_000);
  });

  test('a throttle slows down at once, once a storm, and the share comes back by itself', async () => {
    const clock = virtualClock();
    const limit = pace(20, clock);
    const seconds = async (count: number): Promise<number> => {
      const from = clock.monotonic();
      for (let i = 0; i < count; i += 1) await limit.take(going);
      return (clock.monotonic() - from) / 1000;
    };
    await seconds(20);
    for (let i = 0; i < 10; i += 1) limit.slowDown();
    expect(await seconds(24)).toBeGreaterThan(1.5);
    clock.pass(60_000);
    await seconds(20);
    expect(await seconds(200)).toBeLessThan(11);
  });

  describe('finds what AWS allows where it may look for more', () => {
    /** A token bucket as AWS has it; what it refuses is sent again. Gives the seconds and the refusals of `count` requests. */
    const against = async (perSecond: number, count: number): Promise<{ seconds: number; refused: number }> => {
      const clock = virtualClock();
      const limit = pace(20, clock, 80);
      let [tokens, at, done, refused] = [perSecond, 0, 0, 0];
      while (done < count) {
        await limit.take(going);
        tokens = Math.min(perSecond, tokens + ((clock.monotonic() - at) / 1000) * perSecond);
        at = clock.monotonic();
        if (tokens >= 1 - 1e-9) {
          tokens -= 1;
          done += 1;
        } else {
          refused += 1;
          limit.slowDown();
        }
      }
      return { seconds: at / 1000, refused };
    };

    test.each([
      [20, 1200, 1.02],
      [30, 4800, 1.2],
      [40, 4800, 1.3],
    ])('%s a second: %s requests in at most %s times the least time, hardly any refused', async (perSecond, count, most) => {
      const { seconds, refused } = await against(perSecond, count);
      expect(seconds / (count / perSecond)).toBeLessThanOrEqual(most);
      expect(refused / count).toBeLessThan(0.01);
    });

    test('not before half a minute of it, so that a short job meets no refusal', async () => {
      expect((await against(20, 600)).refused).toBe(0);
    });
  });

  test('an abort frees the place in the queue', async () => {
    const clock = virtualClock();
    const limit = pace(1, clock);
    await limit.take(going);
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await expect(limit.take(controller.signal)).rejects.toThrow('stop');
    await limit.take(going);
    expect(clock.monotonic()).toBe(1000);
  });
});
