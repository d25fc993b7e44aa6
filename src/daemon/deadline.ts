/**
 * The work's result. Rejects with the signal's reason as soon as it aborts, and with `late()` after so many milliseconds;
 * either way the work's own signal aborts, and what it still does is not waited for.
 */
export async function within<T>(signal: AbortSignal, ms: number, late: () => Error, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const stop = () => own.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => own.abort(late()), ms);
  const ended = new Promise<never>((_resolve, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(own.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
