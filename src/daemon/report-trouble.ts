import { RemoteError, UserError } from '../errors.ts';
import type { ReportSink } from '../ports.ts';
import type { Log } from './log.ts';

/** Where a report can fail: while it is made, kept in the state directory, or written to a place of `reports.to`. */
export type ReportStep = 'make' | 'keep' | ReportSink['kind'];

/** Something of the last report that did not work; `to` is the place of `reports.to`. */
export type ReportTrouble = {
  readonly step: ReportStep;
  readonly to: string | null;
  readonly message: string;
  readonly advice: string;
  readonly operation: string | null;
  readonly requestId: string | null;
};

/** What an error means for people; null for one that nobody but a programmer can mend. */
export function troublesOf(step: ReportStep, to: string | null, error: unknown): readonly ReportTrouble[] | null {
  if (error instanceof RemoteError)
    return error.failures.map(({ message, advice, operation, requestId }) => ({ step, to, message, advice, operation, requestId }));
  if (error instanceof UserError) return [{ step, to, message: error.message, advice: ADVICE.make, operation: null, requestId: null }];
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return null;
  const message = `The credits report cannot be kept in the state directory (${String(error.code)}).`;
  return [{ step, to, message, advice: ADVICE.keep, operation: null, requestId: null }];
}

const ADVICE = {
  make: 'Correct the usage of the settings; the next scheduled report tries again.',
  keep: 'Check that stateDir may be written and that its disk is not full; the next scheduled report tries again.',
} as const;

/** Tells the log, which leaves sentences out with names off: what it needs to be found stands in fields of its own. */
export function tellTrouble(log: Log, { step, to, message, advice, operation, requestId }: ReportTrouble): void {
  const where = to === null ? {} : { to };
  const asked = operation === null ? {} : { operation, requestId };
  log.warn({ step, ...where, ...asked, error: message, advice }, 'a credits report did not get where it should; passes go on');
}
