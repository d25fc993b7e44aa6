import cron from 'node-cron';
import { UserError } from '../errors.ts';
import type { Settings } from '../model/settings.ts';
import type { Ask, Kind } from './loop.ts';

/** Passes of many daemons should not all hit AWS in the same second. */
const JITTER_MS = 20_000;

const TICK_MS = 1_000;

/** By how much the machine's clock has to move beside the one that never jumps, in one tick, to have been set. */
const JUMP_MS = 30_000;

export type Schedule = {
  /** When the next scheduled reconcile is due (before jitter); null when none is. */
  readonly next: () => Date | null;
  readonly stop: () => Promise<void>;
};

type Entry = { readonly kind: Kind; readonly expression: string; readonly following: () => Date; due: Date };

/**
 * Cron expressions in UTC that only ask. node-cron says when each is due; the waiting is done here, tick by tick, because
 * its own timers fail where clocks do: they spin for the hour that daylight saving repeats (node-cron 4.6 reads the time
 * through the local zone), sleep for a year when a clock is set back by one, and drop a time at which the process was busy.
 * When the machine's clock was set, or the machine slept, one reconcile is asked for at once.
 * @throws UserError for an expression that is none, or names a day that never comes.
 */
export function schedule(settings: Settings['schedule'], ask: (ask: Ask) => unknown, jitterMs: number = JITTER_MS): Schedule {
  const entries = [
    entry('reconcile', 'reconcile', settings.reconcile),
    ...(settings.reports === null ? [] : [entry('reports', 'report', settings.reports)]),
  ];
  const delayed = new Set<NodeJS.Timeout>();
  const due = ({ kind, expression }: Entry): void => {
    const timer = setTimeout(
      () => {
        delayed.delete(timer);
        ask({ kind, reason: expression, by: 'schedule' });
      },
      Math.floor(Math.random() * jitterMs),
    );
    delayed.add(timer);
  };
  let seen = Date.now();
  let ahead = seen - performance.now();
  const tick = (): void => {
    const now = Date.now();
    const jumped = now - performance.now() - ahead;
    ahead += jumped;
    for (const each of entries) {
      const isDue = now >= each.due.getTime();
      if (isDue || now < seen) each.due = each.following();
      if (isDue) due(each);
    }
    seen = now;
    if (Math.abs(jumped) < JUMP_MS) return;
    const way = jumped < 0 ? 'back' : 'forth';
    ask({ kind: 'reconcile', reason: `the machine's clock went ${way} by ${Math.round(Math.abs(jumped) / 1000)} s`, by: 'schedule' });
  };
  const ticking = setInterval(tick, TICK_MS);
  return {
    next: () => entries[0]?.due ?? null,
    stop: async () => {
      clearInterval(ticking);
      for (const timer of delayed) clearTimeout(timer);
    },
  };
}

function entry(name: string, kind: Kind, expression: string): Entry {
  if (!cron.validate(expression)) throw new UserError(`schedule.${name} is not a cron expression: "${expression}".`);
  const task = cron.createTask(expression, () => {}, { timezone: 'UTC' });
  const following = (): Date => {
    const [next] = task.getNextRuns(1);
    if (next === undefined) throw new Error(`node-cron knows no time for ${expression}`);
    return next;
  };
  return { kind, expression, following, due: following() };
}
