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

const WINDOW_MS = 1000;
/** What of an even distance lies between two requests that wait: less than all of it, so that no time is lost. */
const EVEN = 0.9;

/** How long requests have to come without a pause, and without a throttle, before more than the rate is tried. */
const CALM_MS = 30_000;
/** By how much of the rate a second it is then exceeded, what a throttle leaves of it, and when it is tried again. */
const PROBE = 0.02;
const FOUND = 0.9;
const PROBE_AGAIN_MS = 120_000;

/**
 * `most` is how far a pace may rise above `perSecond` where AWS allows an account more than it documents: little by little
 * (additive increase), and down again when AWS throttles (multiplicative decrease). By default it never does.
 */
export function pace(perSecond: number, clock: Clock, most = perSecond): Pace {
  const floor = Math.min(1, perSecond);
  /** The most that AWS has let pass for long; never below `perSecond`. */
  let allowed = perSecond;
  let slowed = { rate: perSecond, at: Number.NEGATIVE_INFINITY };
  /** Since when no second went by without a request, and from when on more than `allowed` may be tried again. */
  let busy = Number.POSITIVE_INFINITY;
  let isWaiting = false;
  let probing = Number.NEGATIVE_INFINITY;
  let sent: number[] = [];
  let tail: Promise<unknown> = Promise.resolve();

  const extra = (at: number): number => {
    const calm = at - Math.max(busy, slowed.at, probing) - CALM_MS;
    return Math.max(0, Math.min(most - allowed, (calm / 1000) * PROBE * perSecond));
  };
  const rate = (at: number): number => {
    const recovered = slowed.rate + ((at - slowed.at) / 1000) * (perSecond / RECOVERY_SECONDS);
    return recovered < allowed ? recovered : allowed + extra(at);
  };

  /**
   * When the next request may leave: the oldest of the last `burst` ones must be a window old. Once requests have to wait they
   * leave one by one: twenty that leave in one instant a second later meet AWS's bucket a moment too early.
   */
  const next = (at: number): number => {
    const current = rate(at);
    const burst = Math.max(1, Math.floor(current));
    const [oldest, last] = [sent.at(-burst), sent.at(-1)];
    if (oldest === undefined || last === undefined) return at;
    const due = oldest + Math.max(WINDOW_MS, (burst / current) * 1000);
    return isWaiting ? Math.max(due, last + (EVEN * 1000) / current) : due;
  };

  const turn = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const asked = clock.monotonic();
    if (asked - (sent.at(-1) ?? Number.NEGATIVE_INFINITY) > WINDOW_MS) {
      busy = asked;
      isWaiting = false;
    }
    if (next(asked) > asked) isWaiting = true;
    for (let now = asked, due = next(now); due > now; now = clock.monotonic(), due = next(now)) {
      await clock.sleep(due - now, signal);
    }
    sent = [...sent, clock.monotonic()].slice(-Math.max(1, Math.floor(most)));
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
      const before = rate(now);
      if (before > perSecond) {
        allowed = Math.max(perSecond, before * FOUND);
        probing = now + PROBE_AGAIN_MS;
        slowed = { rate: allowed, at: now };
      } else slowed = { rate: Math.max(floor, before * DECREASE), at: now };
    },
  };
}
