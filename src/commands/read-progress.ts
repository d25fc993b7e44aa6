import type { Io } from './io.ts';

/** What a connection tells of its requests. */
type CallEvent = { readonly type: string; readonly operation: string; readonly count: number };

export type ReadProgress = { readonly hear: (event: CallEvent) => void; readonly end: () => void };

/** Reads shorter than this are not worth a word. */
const QUIET_MS = 3_000;

/**
 * Says how a long reading goes: requests, rate and the operation in hand on a terminal, one line at the end elsewhere.
 * How many requests are left is not known before the last page.
 */
export function readProgress(io: Io): ReadProgress {
  const started = io.now().getTime();
  let requests = 0;
  let shown = 0;
  const seconds = () => Math.max(0.001, (io.now().getTime() - started) / 1000);
  const said = () => `${requests} requests in ${seconds().toFixed(0)} s (${(requests / seconds()).toFixed(1)}/s)`;
  return {
    hear: ({ type, operation }) => {
      if (type !== 'read') return;
      requests += 1;
      const now = io.now().getTime();
      if (!io.isTty || now - started < QUIET_MS || now - shown < 200) return;
      shown = now;
      io.stderr(`\r\u001b[KReading live state: ${said()}, ${operation}`);
    },
    end: () => {
      if (io.now().getTime() - started < QUIET_MS) return;
      io.stderr(io.isTty ? '\r\u001b[K' : `Read live state: ${said()}\n`);
    },
  };
}
