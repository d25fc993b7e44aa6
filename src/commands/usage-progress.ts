import type { Io } from './io.ts';

/** What a fetch tells: objects listed, objects that are here, and what had to be fetched for that. */
type Progress = { readonly found: number; readonly done: number; readonly fetched: number; readonly bytes: number };

export type UsageTold = { readonly hear: (progress: Progress) => void; readonly end: () => void };

/** Fetches shorter than this are not worth a word. */
const QUIET_MS = 3_000;

/** Says how the fetching of usage reports goes: counts, rate and time left on a terminal, one line at the end elsewhere. */
export function usageProgress(io: Pick<Io, 'now' | 'isTty' | 'stderr'>): UsageTold {
  const started = io.now().getTime();
  let last: Progress = { found: 0, done: 0, fetched: 0, bytes: 0 };
  let shown = 0;
  const seconds = () => Math.max(0.001, (io.now().getTime() - started) / 1000);
  const said = () => `${last.fetched} fetched (${(last.bytes / 1e6).toFixed(1)} MB)`;
  return {
    hear: (progress) => {
      last = { ...progress };
      const now = io.now().getTime();
      if (!io.isTty || now - started < QUIET_MS || now - shown < 200) return;
      shown = now;
      const rate = last.done / seconds();
      const left = Math.ceil((last.found - last.done) / Math.max(rate, 0.001));
      io.stderr(`\r\u001b[KReading usage: ${last.done} of ${last.found} objects, ${rate.toFixed(0)}/s, ${said()}, ${left} s left`);
    },
    end: () => {
      if (io.now().getTime() - started < QUIET_MS) return;
      io.stderr(io.isTty ? '\r\u001b[K' : `Read usage: ${last.done} objects in ${seconds().toFixed(0)} s, ${said()}\n`);
    },
  };
}
