import cron from 'node-cron';
import { UserError } from '../errors.ts';
import type { Settings } from '../model/settings.ts';
import type { Ask } from './loop.ts';

/** Passes of many daemons should not all hit AWS in the same second. */
const JITTER_MS = 20_000;

export type Schedule = {
  /** When the next scheduled reconcile is due (before jitter); null when none is. */
  readonly next: () => Date | null;
  readonly stop: () => Promise<void>;
};

/** Cron expressions in UTC that only ask. @throws UserError for an expression that is none. */
export function schedule(settings: Settings['schedule'], ask: (ask: Ask) => unknown, jitterMs: number = JITTER_MS): Schedule {
  for (const [name, expression] of Object.entries(settings)) {
    if (expression !== null && !cron.validate(expression))
      throw new UserError(`schedule.${name} is not a cron expression: "${expression}".`);
  }
  const options = { timezone: 'UTC', maxRandomDelay: jitterMs };
  const tasks = [
    cron.schedule(settings.reconcile, () => void ask({ kind: 'reconcile', reason: settings.reconcile, by: 'schedule' }), options),
    ...(settings.reports === null
      ? []
      : [cron.schedule(settings.reports, () => void ask({ kind: 'report', reason: settings.reports ?? '', by: 'schedule' }), options)]),
  ];
  return {
    next: () => tasks[0]?.getNextRun() ?? null,
    stop: async () => {
      await Promise.all(tasks.map((task) => task.destroy()));
    },
  };
}
