import type { Failing } from '../model/journal-state.ts';
import type { Key } from '../model/key.ts';

const FIRST_MINUTES = 15;
const MOST_MINUTES = 24 * 60;

/** When a change that failed `count` times in a row is tried again: at once after one failure, then 15 min, doubling up to 24 h. */
export function retryAt(failing: Pick<Failing, 'count' | 'last'>): Date {
  const minutes = failing.count < 2 ? 0 : Math.min(MOST_MINUTES, FIRST_MINUTES * 2 ** (failing.count - 2));
  return new Date(Date.parse(failing.last) + minutes * 60_000);
}

/** Keys whose change is left alone for now, with the instant at which it is tried again. */
export function quarantined(failing: ReadonlyMap<Key, Failing>, now: Date): ReadonlyMap<Key, Failing & { readonly retryAt: Date }> {
  return new Map(
    [...failing].flatMap(([key, one]) => {
      const at = retryAt(one);
      // A failure in the future is one from before the machine's clock was set back: it says nothing about when to try again.
      const waits = at.getTime() > now.getTime() && Date.parse(one.last) <= now.getTime();
      return waits ? [[key, { ...one, retryAt: at }] as const] : [];
    }),
  );
}
