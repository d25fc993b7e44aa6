import type { Clock } from '../../src/adapters/identity-center/clock.ts';

/** One time for the product and the emulator that passes by waiting alone, so that a run does not depend on how fast the machine is. */
export type SoakClock = {
  readonly now: () => Date;
  /** For the adapter. */
  readonly clock: Clock;
  /** Time passes for everybody at once. */
  readonly advance: (milliseconds: number) => void;
};

type Sleeper = { readonly due: number; readonly wake: () => void };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Turns of the event loop that requests under way get before the next sleeper wakes: they are on this machine, and quick. */
const TURNS = 3;

/** Sleepers wake in the order of their time, and waking one moves the time on to it. @param random 0 ≤ x < 1, from a seed. */
export const soakClock = (start: Date, random: () => number): SoakClock => {
  let passed = 0;
  let jumped = 0;
  let running = false;
  const sleepers: Sleeper[] = [];

  const run = async () => {
    running = true;
    while (sleepers.length > 0) {
      for (let i = 0; i < TURNS; i++) await turn();
      sleepers.sort((a, b) => a.due - b.due);
      const next = sleepers.shift();
      if (next === undefined) break;
      passed = Math.max(passed, next.due);
      next.wake();
    }
    running = false;
  };

  return {
    now: () => new Date(start.getTime() + passed + jumped),
    advance: (milliseconds) => {
      jumped += milliseconds;
    },
    clock: {
      monotonic: () => passed,
      async sleep(milliseconds, signal) {
        signal.throwIfAborted();
        await new Promise<void>((wake) => {
          sleepers.push({ due: passed + milliseconds, wake });
          if (!running) void run();
        });
        signal.throwIfAborted();
      },
      random,
    },
  };
};
