import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../src/adapters/identity-center/clock.ts';

/** One clock for the product and the emulator, whose hours pass quickly: back-off and lag cost little real time. */
export type FastClock = {
  /** For the emulator's `now` and the product's. */
  readonly now: () => Date;
  /** For the adapter. */
  readonly clock: Clock;
  /** Jumps; a negative number jumps back, which `clock.monotonic` does not follow. */
  readonly advance: (milliseconds: number) => void;
};

/** @param start where it begins. @param factor how many of its seconds pass in a real one. @param random 0 ≤ x < 1, from a seed. */
export const fastClock = (start: Date, factor: number, random: () => number): FastClock => {
  const began = performance.now();
  let jumped = 0;
  const elapsed = () => (performance.now() - began) * factor;
  return {
    now: () => new Date(start.getTime() + elapsed() + jumped),
    advance: (milliseconds) => {
      jumped += milliseconds;
    },
    clock: {
      monotonic: elapsed,
      async sleep(milliseconds, signal) {
        signal.throwIfAborted();
        await wait(milliseconds / factor, undefined, { signal }).catch((error: unknown) => {
          signal.throwIfAborted();
          throw error;
        });
      },
      random,
    },
  };
};
