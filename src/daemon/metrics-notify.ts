import { Counter, type Registry } from 'prom-client';
import { byLabel, type Family } from './metrics-gauge.ts';
import type { NotifyEvent } from './notify.ts';

const RESULTS = ['sent', 'failed'] as const;

/** Counts notifications by receiver and by what became of them. Receivers are named by the settings. */
export function notifyMetrics(registers: Registry[]): {
  readonly hear: (event: NotifyEvent) => void;
  /** Makes receivers known before anything was sent to them, so that a rate of failures is known before there is one. */
  readonly know: (receivers: readonly string[]) => void;
  /**
   * Since when each of these receivers has taken nothing. The rounds to one that is dead become rare, so a rule on counted
   * failures would fall silent; this stands until it takes something.
   */
  readonly families: (receivers: readonly string[]) => readonly Family[];
} {
  const name = 'kirosync_notifications_total';
  const help = 'Notifications, by receiver and by whether it took them; one that is tried again counts again.';
  const counter = new Counter({ name, help, labelNames: ['receiver', 'result'], registers });
  const failingSince = new Map<string, Date>();
  const know = (receiver: string) => {
    for (const result of RESULTS) counter.inc({ receiver, result }, 0);
  };
  return {
    hear: ({ to, result, at }) => {
      know(to);
      counter.inc({ receiver: to, result });
      if (result === 'sent') failingSince.delete(to);
      else if (!failingSince.has(to)) failingSince.set(to, at);
    },
    know: (receivers) => {
      for (const each of receivers) know(each);
    },
    families: (receivers) => [
      byLabel(
        'kirosync_notification_failing_since_timestamp_seconds',
        'Since when a receiver has taken no notification; absent when it took the last one.',
        'receiver',
        receivers.flatMap((each): [string, number][] => {
          const since = failingSince.get(each);
          return since === undefined ? [] : [[each, since.getTime() / 1000]];
        }),
      ),
    ],
  };
}
