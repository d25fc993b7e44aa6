import type { Daemon } from '../daemon/daemon.ts';

/** How many pages may listen at a time, and how often a silent stream says that it is still there. */
export type EventLimits = { readonly streams: number; readonly heartbeatMs: number };

/** Far fewer than the connections the server takes, so that listeners cannot shut out those who ask something. */
export const EVENT_LIMITS: EventLimits = { streams: 64, heartbeatMs: 25_000 };

/** After how long a browser asks again when the stream ended; milliseconds. */
const RETRY_MS = 5_000;

export type Events = {
  /** A stream for one listener; null when as many as there may be are open. */
  readonly open: () => ReadableStream<Uint8Array> | null;
  /** Streams that are open now. */
  readonly count: () => number;
};

/**
 * Server-sent events: `event: state` with the version of what pages show, at once and after every change. Nobody is named,
 * and nothing is kept for a listener that does not read: it gets the newest version when it reads again.
 */
export function events({ news }: Pick<Daemon, 'news'>, limits: EventLimits = EVENT_LIMITS): Events {
  let count = 0;
  return {
    count: () => count,
    open: () => {
      if (count >= limits.streams) return null;
      count += 1;
      return stream(news, limits.heartbeatMs, () => {
        count -= 1;
      });
    },
  };
}

function stream(news: Daemon['news'], heartbeatMs: number, closed: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let sent: string | null = null;
  let stop = () => {};
  const send = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const version = news.version();
    if (version === sent || (controller.desiredSize ?? 0) <= 0) return;
    const retry = sent === null ? `retry: ${RETRY_MS}\n` : '';
    sent = version;
    controller.enqueue(encoder.encode(`${retry}event: state\ndata: ${version}\n\n`));
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const unlisten = news.listen(() => send(controller));
        const beat = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': still here\n\n'));
        }, heartbeatMs).unref();
        stop = () => {
          unlisten();
          clearInterval(beat);
          closed();
        };
        send(controller);
      },
      pull: send,
      cancel: () => stop(),
    },
    { highWaterMark: 4 },
  );
}
