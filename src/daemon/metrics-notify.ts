import { Counter, type Registry } from 'prom-client';
import type { NotifyEvent } from './notify.ts';

const RESULTS = ['sent', 'failed'] as const;

/** Counts notifications by receiver and by what became of them. Receivers are named by the settings. */
export function notifyMetrics(registers: Registry[]): {
  readonly hear: (event: NotifyEvent) => void;
  /** Makes receivers known before anything was sent to them, so that a rate of failures is known before there is one. */
  readonly know: (receivers: readonly string[]) => void;
} {
  const name = 'kirosync_notifications_total';
  const help = 'Notifications, by receiver and by whether it took them; one that is tried again counts again.';
  const counter = new Counter({ name, help, labelNames: ['receiver', 'result'], registers });
  const know = (receiver: string) => {
    for (const result of RESULTS) counter.inc({ receiver, result }, 0);
  };
  return {
    hear: ({ to, result }) => {
      know(to);
      counter.inc({ receiver: to, result });
    },
    know: (receivers) => {
      for (const each of receivers) know(each);
    },
  };
}
