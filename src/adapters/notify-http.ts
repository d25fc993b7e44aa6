import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RemoteError, type RemoteFailure } from '../errors.ts';
import type { NotifySettings } from '../model/notification.ts';
import type { Delivery, NotifySink } from '../ports.ts';

/** What a test replaces. `wait` rejects when the signal aborts. */
export type NotifyOptions = {
  readonly now: () => Date;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** All attempts together. */
  readonly deadlineMs: number;
  /** One attempt. */
  readonly attemptMs: number;
  readonly random: () => number;
};

const DEFAULTS: NotifyOptions = {
  now: () => new Date(),
  wait: (ms, signal) => delay(ms, undefined, { signal }),
  deadlineMs: 60_000,
  attemptMs: 10_000,
  random: Math.random,
};

/** The wait before the second attempt; it doubles. */
const FIRST_MS = 1_000;
const ATTEMPTS = 6;

/** How an attempt ended: `again` may work later, not before `afterMs` where the receiver says so. */
type End = { readonly ok: true } | { readonly ok: false; readonly again: boolean; readonly afterMs: number; readonly what: string };

/**
 * A receiver that takes POST: Slack's incoming webhooks (and what takes the same), or any webhook, whose body is signed.
 * Attempts that get no answer, 408, 429 or 5xx are repeated; a redirect is refused, since it would carry the body elsewhere.
 */
export function notifySink(receiver: Pick<NotifySettings, 'name' | 'url' | 'secret'>, options: Partial<NotifyOptions> = {}): NotifySink {
  const o = { ...DEFAULTS, ...options };
  return {
    send: async (delivery, signal) => {
      const start = o.now().getTime();
      for (let attempt = 1; ; attempt += 1) {
        const end = await once(receiver, delivery, o, signal);
        if (end.ok) return;
        const backoff = FIRST_MS * 2 ** (attempt - 1) * (0.75 + o.random() / 2);
        const ms = Math.max(end.afterMs, backoff);
        const isLate = o.now().getTime() - start + ms > o.deadlineMs;
        if (!end.again || attempt >= ATTEMPTS || isLate) throw failure(receiver.name, end, attempt);
        await o.wait(ms, signal);
      }
    },
  };
}

async function once(
  { url, secret }: Pick<NotifySettings, 'url' | 'secret'>,
  delivery: Delivery,
  { now, attemptMs }: NotifyOptions,
  signal: AbortSignal,
): Promise<End> {
  signal.throwIfAborted();
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: headersOf(delivery, secret, now()),
      body: delivery.body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
    });
    // What it says is not read: it may be long, and repeat what it was sent.
    await response.body?.cancel().catch(() => {});
    return endOf(response, now());
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, again: true, afterMs: 0, what: `did not answer (${codeOf(error)})` };
  }
}

function headersOf({ id, body }: Delivery, secret: string | null, now: Date): Record<string, string> {
  const plain = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'kirosync' };
  if (secret === null) return plain;
  const seconds = Math.floor(now.getTime() / 1000);
  return { ...plain, 'kirosync-delivery': id, 'kirosync-signature': `t=${seconds},v1=${signatureOf(secret, seconds, body)}` };
}

/** HMAC-SHA256 in hex, with the secret as UTF-8, of the seconds since 1970 in decimal, a full stop and the body's bytes. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

function endOf({ ok, status, headers }: Response, now: Date): End {
  if (ok) return { ok: true };
  if (status >= 300 && status < 400) return { ok: false, again: false, afterMs: 0, what: `answered with a redirect (${status})` };
  const again = status === 408 || status === 429 || status >= 500;
  return { ok: false, again, afterMs: again ? retryAfter(headers.get('retry-after'), now) : 0, what: `answered ${status}` };
}

/** Milliseconds that a `Retry-After` asks for, in seconds or as a date (RFC 9110, 10.2.3); 0 for one that is neither. */
function retryAfter(value: string | null, now: Date): number {
  if (value === null) return 0;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}

/** The system's or the client's word for what went wrong: their sentences may hold the address. */
function codeOf(error: unknown): string {
  const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'no reason given';
}

function failure(name: string, { again, what }: Exclude<End, { ok: true }>, attempts: number): RemoteError {
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  const one: RemoteFailure = {
    kind: again ? 'unreachable' : 'wrong',
    operation: 'notify',
    message: `The receiver ${name} ${what}; it was tried ${times}.`,
    advice: again
      ? 'It is tried again by itself; look at the receiver, the network and its certificate if it lasts.'
      : 'Correct the url of the receiver in the settings, or what it takes; it is tried again by itself, less and less often.',
    requestId: null,
  };
  return new RemoteError([one]);
}
