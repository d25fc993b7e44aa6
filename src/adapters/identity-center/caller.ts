import type { Clock } from './clock.ts';
import { failureOf, type Operation, remoteError } from './failure.ts';
import type { Meter } from './meter.ts';
import { after, backoff, isSpent, isUnsure, natureFor, type Tried, UNTRIED } from './retry.ts';
import { type Trouble, troubleOf } from './trouble.ts';

export type Request<Out> = {
  readonly operation: Operation;
  /** Sends it once. The options have no signal for a write: a write in flight is always let finish. */
  readonly send: (options: { readonly abortSignal?: AbortSignal }) => Promise<Out>;
  readonly signal: AbortSignal;
  readonly write?: boolean;
  /** Errors that are no failure here (a look-up that misses, a write that came too late): thrown as Expected, at once. */
  readonly expects?: (trouble: Trouble) => boolean;
  /** Errors that will pass although their name does not say so. */
  readonly passing?: (trouble: Trouble) => boolean;
};

/** An answer that the request expects. `unsure`: an earlier send of it got no answer and may have been done. */
export class Expected extends Error {
  readonly trouble: Trouble;
  readonly unsure: boolean;
  constructor(trouble: Trouble, unsure: boolean, cause: unknown) {
    super(trouble.message, { cause });
    this.name = 'Expected';
    this.trouble = trouble;
    this.unsure = unsure;
  }
}

export type Caller = {
  readonly region: string;
  /** @throws Expected; RemoteError when it finally failed; the signal's reason when it was not sent because of an abort. */
  readonly call: <Out>(request: Request<Out>) => Promise<Out>;
};

type CallerOptions = {
  readonly region: string;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Fetches credentials anew. */
  readonly refresh: () => Promise<void>;
};

/** Every request goes through here: paced, counted, retried, its failure put into words. */
export function caller({ region, clock, meter, refresh }: CallerOptions): Caller {
  const once = async <Out>({ operation, send, signal, write }: Request<Out>): Promise<{ out: Out } | { error: unknown }> => {
    await meter.admit(operation, write === true ? 'write' : 'read', signal);
    try {
      return { out: await send(write === true ? {} : { abortSignal: signal }) };
    } catch (error) {
      if (write !== true) signal.throwIfAborted();
      return { error };
    }
  };

  const attempt = async <Out>(request: Request<Out>, tried: Tried, first: number | null): Promise<Out> => {
    const answer = await once(request);
    if ('out' in answer) return answer.out;
    const trouble = troubleOf(answer.error);
    if (request.expects?.(trouble) === true) throw new Expected(trouble, isUnsure(tried), answer.error);
    const nature = natureFor(trouble, request.passing);
    const now = after(tried, nature);
    if (nature === 'throttled') meter.throttled(request.operation);
    const since = first ?? clock.monotonic();
    const failure = () => remoteError(failureOf(request.operation, answer.error, region), answer.error);
    if (isSpent(now, nature, { write: request.write === true, spentMs: clock.monotonic() - since })) throw failure();
    try {
      if (nature === 'expired') await refresh().catch(() => undefined);
      else {
        const isThrottledWrite = request.write === true && nature === 'throttled';
        await clock.sleep(backoff(now.by[nature], trouble, clock.random, isThrottledWrite), request.signal);
      }
      meter.retried();
      return await attempt(request, now, since);
    } catch (error) {
      // A write that got no answer may have been done: an abort must not call it "not sent".
      if (request.write === true && isUnsure(now) && request.signal.aborted && error === request.signal.reason) throw failure();
      throw error;
    }
  };

  return { region, call: (request) => attempt(request, UNTRIED, null) };
}
