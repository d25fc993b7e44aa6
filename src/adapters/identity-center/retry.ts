import { type Nature, natureOf, type Trouble } from './trouble.ts';

/** What has happened to one request so far. */
export type Tried = {
  readonly sends: number;
  readonly by: Readonly<Record<Nature, number>>;
};

export const UNTRIED: Tried = { sends: 0, by: { throttled: 0, unreached: 0, transient: 0, conflict: 0, expired: 0, final: 0 } };

/** Most sends of one request by nature of the answer; throttled reads are bounded by time alone. */
const MOST: Readonly<Record<Nature, number>> = {
  throttled: Number.POSITIVE_INFINITY,
  unreached: 8,
  transient: 8,
  conflict: 8,
  expired: 2,
  final: 1,
};
/** Nothing is lost by giving up a reading early, and a person with a wrong network should not wait for a minute. */
const MOST_UNREACHED_READS = 4;
/** Of one write, whatever came back: nobody who counts requests may take a client for one that does not stop. */
const MOST_WRITES = 10;
/** How long after its first answer a request may still be throttled; for a read, how long it may fail at all. */
const PATIENCE_MS = 600_000;

const BASE_MS = 250;
const CAP_MS = 20_000;
/**
 * A throttled write waits three times as long each time instead of twice: its few sends then cover as many minutes as the
 * many of a read, so that only a quota that somebody else has used up for minutes makes it fail.
 */
const THROTTLED_WRITE_FACTOR = 3;
const THROTTLED_WRITE_CAP_MS = 240_000;
const LONGEST_HINT_MS = 60_000;

/** One more answer of this nature. */
export function after(tried: Tried, nature: Nature): Tried {
  return { sends: tried.sends + 1, by: { ...tried.by, [nature]: tried.by[nature] + 1 } };
}

/** True when the request has been sent often or long enough. `spentMs`: since its first answer, so that waiting in a queue is free. */
export function isSpent(tried: Tried, nature: Nature, request: { readonly write: boolean; readonly spentMs: number }): boolean {
  if (tried.by[nature] >= MOST[nature]) return true;
  if (!request.write && tried.by.unreached >= MOST_UNREACHED_READS) return true;
  if (request.write && tried.sends >= MOST_WRITES) return true;
  return (nature === 'throttled' || !request.write) && request.spentMs > PATIENCE_MS;
}

/**
 * Milliseconds to wait: full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015) on top of the
 * time that AWS asked for, which the SDK does not read from the body.
 */
export function backoff(tries: number, trouble: Trouble, random: () => number, isThrottledWrite = false): number {
  const hint = Math.min(LONGEST_HINT_MS, Math.max(0, trouble.retryAfterSeconds ?? 0) * 1000);
  const longest = isThrottledWrite
    ? Math.min(THROTTLED_WRITE_CAP_MS, BASE_MS * THROTTLED_WRITE_FACTOR ** (tries - 1))
    : Math.min(CAP_MS, BASE_MS * 2 ** (tries - 1));
  return hint + random() * longest;
}

/** True after an earlier send whose answer was lost, so that it may have been done. */
export function isUnsure(tried: Tried): boolean {
  return tried.by.transient > 0;
}

/** `passing`: an error that will go away although its name does not say so. */
export function natureFor(trouble: Trouble, passing: ((trouble: Trouble) => boolean) | undefined): Nature {
  return passing?.(trouble) === true ? 'conflict' : natureOf(trouble);
}
