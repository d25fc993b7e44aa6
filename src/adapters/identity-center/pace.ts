import type { Clock } from './clock.ts';

/**
 * Keeps one operation (or one family of operations) below a rate. In no window of one second are more than
 * `perSecond` requests let through, the first one included: AWS's own bucket starts full, but a second process
 * beside this one would find it empty. Requests leave in the order in which they asked.
 */
export type Pace = {
  /** Resolves when one request may be sent; rejects with the signal's reason on abort. */
  readonly take: (signal: AbortSignal) => Promise<void>;
  /** Tells that AWS throttled a request: the rate falls at once and climbs back to the share by itself. */
  readonly slowDown: () => void;
};

/** What a throttle leaves of the rate, and the seconds it takes to climb back from nothing to the full share. */
const DECREASE = 0.6;
const RECOVERY_SECONDS = 30;
/** Requests in flight together are throttled together: that is one piece of news, not many. */
const ONE_STORM_MS = 1000;

export function pace(perSecond: number, clock: Clock): Pace {
  const floor = Math.min(1, perSecond);
  let slowed = { rate: perSecond, at: Number.NEGATIVE_INFINITY };
  let sent: number[] = [];
  let tail: Promise<unknown> = Promise.resolve();

  const rate = (at: number): number => Math.min(perSecond, slowed.rate + ((at - slowed.at) / 1000) * (perSecond / RECOVERY_SECONDS));

  /** When the next request may leave: the oldest of the last `burst` ones must be a window old. */
  const next = (at: number): number => {
    const current = rate(at);
    const burst = Math.max(1, Math.floor(current));
    const oldest = sent.at(-burst);
    return oldest === undefined ? at : oldest + Math.max(1000, (burst / current) * 1000);
  };

  const turn = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    for (let now = clock.monotonic(), due = next(now); due > now; now = clock.monotonic(), due = next(now)) {
      await clock.sleep(due - now, signal);
    }
    sent = [...sent, clock.monotonic()].slice(-Math.max(1, Math.floor(perSecond)));
  };

  return {
    take(signal) {
      const mine = tail.then(() => turn(signal));
      tail = mine.catch(() => undefined);
      return mine;
    },
    slowDown() {
      const now = clock.monotonic();
      if (now - slowed.at < ONE_STORM_MS) return;
      slowed = { rate: Math.max(floor, rate(now) * DECREASE), at: now };
    },
  };
}
