import { setTimeout as wait } from 'node:timers/promises';

/** Time and chance as the adapter uses them; tests pass their own. */
export type Clock = {
  /** Milliseconds that never jump back. */
  readonly monotonic: () => number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when that comes first. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
};

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  async sleep(milliseconds, signal) {
    signal.throwIfAborted();
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
  random: Math.random,
};
