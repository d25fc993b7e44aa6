import type { Log } from '../daemon/log.ts';

const QUIET_MS = 60_000;

/**
 * Counts requests whose token or signature was wrong, and tells the log: the first one at once, those that follow
 * together with the first of a later minute, so that guessing is seen and cannot fill a disk. What was sent is never told.
 */
export function refusals(log: Log, now: () => Date): (path: string) => void {
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  return (path) => {
    count += 1;
    const at = now().getTime();
    if (at - since < QUIET_MS) return;
    log.warn({ path, count }, 'HTTP requests came with a wrong token or signature');
    since = at;
    count = 0;
  };
}
