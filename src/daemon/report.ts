import { dayOf, type Month, monthOf } from '../model/day.ts';
import type { KeptReport } from '../ports.ts';
import type { DaemonDeps } from './deps.ts';
import { figuresOf } from './figure.ts';
import { type Ground, makeReport, type Report, reportOf } from './report-make.ts';
import { type ReportStep, type ReportTrouble, tellTrouble, troublesOf } from './report-trouble.ts';
import { reportTurn } from './report-turn.ts';

export type ReportEvent =
  | { readonly type: 'report'; readonly report: Report }
  | { readonly type: 'report-failed'; readonly step: ReportStep };

export type Reports = {
  /** Reads back the last report of an earlier process; what cannot be read is told, and passed over. */
  readonly open: () => Promise<void>;
  /** A turn of the schedule; null says that no pass has made a plan yet. */
  readonly scheduled: (ground: Ground | null, signal: AbortSignal) => Promise<void>;
  /**
   * The last report; one made now where there is none, or where reports are made on demand alone. Null where that needs a
   * plan and there is none. @throws UserError, RemoteError
   */
  readonly current: (ground: Ground | null, signal: AbortSignal) => Promise<Report | null>;
  /** The newest report of a month; null when none is kept. */
  readonly of: (month: Month) => Promise<Report | null>;
  /** The last one that was made. */
  readonly last: () => KeptReport | null;
  /** What did not work in the last turn. */
  readonly troubles: () => readonly ReportTrouble[];
};

const NO_PLAN: ReportTrouble = {
  step: 'make',
  to: null,
  message: 'No credits report was made: no pass has made a plan yet.',
  advice: 'Look at what the last pass said; the next scheduled report tries again.',
  operation: null,
  requestId: null,
};

type ReportDeps = Pick<DaemonDeps, 'settings' | 'log' | 'now' | 'credits' | 'shelf' | 'sinks' | 'lockLost'>;

/** The credits reports of a daemon: the texts of the last one are in memory, those before it are read from the shelf. */
export function reports(deps: ReportDeps, emit: (event: ReportEvent) => void): Reports {
  const { shelf } = deps;
  let last: Report | null = null;
  let troubles: readonly ReportTrouble[] = [];
  let inHand: Promise<Report> | null = null;

  /** The last report of the month before comes after this month's, and never takes its place. */
  const adopt = (report: Report): Report => {
    if (last !== null && report.month !== monthOf(dayOf(deps.now()))) return report;
    last = report;
    emit({ type: 'report', report });
    return report;
  };
  const fail = (found: readonly ReportTrouble[]) => {
    troubles = [...troubles, ...found];
    for (const each of found) tellTrouble(deps.log, each);
    for (const { step } of found) emit({ type: 'report-failed', step });
  };
  /** The newest kept report, of a month if one is given, that is whole. */
  const newest = async (month: Month | null): Promise<Report | null> => {
    for (const kept of (await shelf?.list()) ?? []) {
      if (month !== null && kept.month !== month) continue;
      const json = (await shelf?.read(kept, 'json')) ?? '';
      if (figuresOf(json) === null) continue;
      return { at: kept.at, month: kept.month, json, html: (await shelf?.read(kept, 'html')) ?? '' };
    }
    return null;
  };
  const now = (ground: Ground, signal: AbortSignal): Promise<Report> => {
    // A whole organisation's usage is read for it, so everybody who asks meanwhile gets the same one.
    const at = deps.now();
    inHand ??= makeReport(deps, ground, { at, month: monthOf(dayOf(at)) }, signal)
      .then((made) => adopt(reportOf(made)))
      .finally(() => {
        inHand = null;
      });
    return inHand;
  };
  return {
    open: async () => {
      try {
        const report = await newest(null);
        if (report !== null && last === null) adopt(report);
      } catch (error) {
        const found = troublesOf('keep', null, error);
        if (found === null) throw error;
        fail(found);
      }
    },
    scheduled: async (ground, signal) => {
      troubles = [];
      if (deps.credits === undefined) return;
      if (ground === null) fail([NO_PLAN]);
      else await reportTurn({ ...deps, adopt: (made) => adopt(reportOf(made)), fail }, ground, signal);
    },
    current: async (ground, signal) => {
      if (last !== null && deps.settings.schedule.reports !== null) return last;
      return ground === null || deps.credits === undefined ? null : await now(ground, signal);
    },
    of: async (month) => (last?.month === month ? last : await newest(month)),
    last: () => last,
    troubles: () => troubles,
  };
}
