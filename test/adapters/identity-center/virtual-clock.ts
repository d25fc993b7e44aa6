import type { Clock } from '../../../src/adapters/identity-center/clock.ts';

/** Time that passes only by sleeping, and then at once. */
export function virtualClock(random: () => number = () => 0.5): Clock & { readonly pass: (milliseconds: number) => void } {
  let now = 0;
  return {
    monotonic: () => now,
    async sleep(milliseconds, signal) {
      signal.throwIfAborted();
      now += milliseconds;
    },
    random,
    pass(milliseconds) {
      now += milliseconds;
    },
  };
}
