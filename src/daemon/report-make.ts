import { RemoteError } from '../errors.ts';
import type { Credits } from '../model/credits.ts';
import type { KeptReport } from '../ports.ts';
import { within } from './deadline.ts';
import type { DaemonDeps, Found } from './deps.ts';
import { reportText } from './report-file.ts';

/** A report takes seconds, and minutes when a bucket is read for the first time; passes wait for it. */
const MAKE_MS = 600_000;

/** A report as it is handed out. */
export type Report = KeptReport & { readonly json: string; readonly html: string };

/** A report in the making: `credits` is let go once every format is written. */
export type Made = { readonly at: Date; readonly credits: Credits };

/** What a report is made of. `note` is added to it: what a reader has to know of `found`. */
export type Ground = { readonly found: Found; readonly note: string | null };

/**
 * The credits of a month on what a pass found.
 * @throws UserError, RemoteError (also when it takes too long); the signal's reason after an abort.
 */
export async function makeReport(
  deps: Pick<DaemonDeps, 'credits'>,
  { found, note }: Ground,
  { at, month }: KeptReport,
  signal: AbortSignal,
): Promise<Made> {
  const { credits: make } = deps;
  if (make === undefined) throw new Error('this daemon makes no reports');
  const late = () => tooLong('Making the credits report', MAKE_MS);
  const credits = await within(signal, MAKE_MS, late, (own) => make(found, month, own));
  return { at, credits: note === null ? credits : { ...credits, notes: [...credits.notes, note] } };
}

/** The texts that are kept of a report. */
export function reportOf({ at, credits }: Made): Report {
  return { at, month: credits.month, json: reportText(credits, 'json'), html: reportText(credits, 'html') };
}

/** The failure of something that had its time. */
export function tooLong(what: string, ms: number): RemoteError {
  const message = `${what} took longer than ${ms / 1000} s, and was given up.`;
  const advice = 'Look at the disk or the network there; the next scheduled report tries again.';
  return new RemoteError([{ kind: 'unreachable', operation: 'credits report', message, advice, requestId: null }]);
}
