import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { RemoteError } from '../errors.ts';

/** Work of one kind that is done at once. */
const AT_ONCE = 24;

/** Work that fails only once all of it has ended. @throws RemoteError with the failures of all; any other error as it is. */
export async function everyOne<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(work);
  const errors = settled.filter((each) => each.status === 'rejected').map((each): unknown => each.reason);
  const other = errors.find((error) => !(error instanceof RemoteError));
  if (other !== undefined) throw other;
  const remote = errors.filter((error) => error instanceof RemoteError);
  if (remote.length > 0)
    throw new RemoteError(
      remote.flatMap((error) => error.failures),
      { cause: remote[0] },
    );
  return settled.filter((each) => each.status === 'fulfilled').map((each) => each.value);
}

/** A signal that many requests at once may listen to; Node takes more than ten listeners for a leak. */
export function listened(...signals: AbortSignal[]): AbortSignal {
  const one = AbortSignal.any(signals);
  setMaxListeners(0, one);
  return one;
}

/** Bounded work side by side; the first failure ends the rest, and nothing of it is left running. */
export async function together<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const limit = pLimit(AT_ONCE);
  const own = new AbortController();
  const both = listened(signal, own.signal);
  const all = items.map((item) =>
    limit(async () => {
      both.throwIfAborted();
      return await work(item, both);
    }),
  );
  try {
    return await Promise.all(all);
  } catch (error) {
    own.abort();
    await Promise.allSettled(all);
    throw error;
  }
}
