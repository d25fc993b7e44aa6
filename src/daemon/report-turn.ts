import { reportName } from '../model/report-name.ts';
import type { KeptReport, ReportSink } from '../ports.ts';
import { within } from './deadline.ts';
import type { DaemonDeps } from './deps.ts';
import { monthsDue } from './report-due.ts';
import { reportFiles } from './report-file.ts';
import { type Ground, type Made, makeReport, type Report, tooLong } from './report-make.ts';
import { type ReportStep, type ReportTrouble, troublesOf } from './report-trouble.ts';

/** Each place has it, side by side; passes wait for the slowest. */
const WRITE_MS = 60_000;

export type TurnDeps = Pick<DaemonDeps, 'settings' | 'now' | 'credits' | 'shelf' | 'sinks' | 'lockLost'> & {
  /** Takes a report over from here on. */
  readonly adopt: (made: Made) => Report;
  readonly fail: (troubles: readonly ReportTrouble[]) => void;
};

/**
 * One turn of the `reports` schedule: makes each report that is due, keeps it, and writes it to every place. What fails is
 * told to `fail`, and hinders neither the rest nor any pass. Throws for a bug only; a stop ends it early.
 */
export async function reportTurn(deps: TurnDeps, ground: Ground, signal: AbortSignal): Promise<void> {
  const kept = await tried(deps, 'keep', null, signal, async () => (await deps.shelf?.list()) ?? []);
  const at = deps.now();
  const due = monthsDue(at, kept ?? []);
  // With a shelf that cannot be read nobody knows whether the last month has its report.
  for (const month of kept === null ? due.slice(0, 1) : due) {
    const made = await tried(deps, 'make', null, signal, () => makeReport(deps, ground, { at, month }, signal));
    if (made === null) return;
    const report = deps.adopt(made);
    await tried(deps, 'keep', null, signal, () => keep(deps, report));
    await deliver(deps, made, report, signal);
    // Without usage a report is the roster of now, which says nothing of another month.
    if (signal.aborted || made.credits.files === null) return;
  }
}

/** What the work gave; null when it failed, which is told, or a stop ended it. */
async function tried<T>(
  { fail }: TurnDeps,
  step: ReportStep,
  to: string | null,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return null;
    const troubles = troublesOf(step, to, error);
    if (troubles === null) throw error;
    fail(troubles);
    return null;
  }
}

/** Nothing is written where another daemon may be at home. */
async function keep({ shelf, lockLost, settings }: TurnDeps, report: Report): Promise<void> {
  if (shelf === undefined || lockLost() !== null) return;
  await shelf.keep(report, report);
  for (const old of surplus(await shelf.list(), settings.reports.keep)) await shelf.remove(old);
}

/**
 * The reports that are too many, of a list that is newest first: the oldest of those whose month has a newer one, and then
 * the oldest, so that closed months stay as long as they can.
 */
export function surplus(kept: readonly KeptReport[], most: number): readonly KeptReport[] {
  const months = new Set<string>();
  const isNewest = new Map(kept.map((report) => [reportName(report), !months.has(report.month) && months.add(report.month) !== null]));
  const oldest = [...kept].reverse();
  const older = oldest.filter((report) => isNewest.get(reportName(report)) === false);
  const order = [...older, ...oldest.filter((report) => !older.includes(report))];
  return order.slice(0, Math.max(0, kept.length - most));
}

async function deliver(deps: TurnDeps, { credits, at }: Made, { json, html }: Report, signal: AbortSignal): Promise<void> {
  const { sinks = [], settings } = deps;
  if (sinks.length === 0 || signal.aborted) return;
  const files = reportFiles(credits, at, settings.reports.formats, { json, html });
  const put = (sink: ReportSink) => {
    const late = () => tooLong(`Writing the credits report to ${sink.to}`, WRITE_MS);
    return tried(deps, sink.kind, sink.to, signal, () => within(signal, WRITE_MS, late, (own) => sink.write(files, own)));
  };
  await Promise.all(sinks.map(put));
}
