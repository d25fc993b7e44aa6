import { Counter, type Registry } from 'prom-client';
import type { DaemonEvent } from './daemon.ts';

const RESULTS = ['posted', 'denied', 'unreachable', 'incomplete', 'wrong'] as const;

/** What became of outcomes that were to be posted to the forge. */
export function forgeMetrics(registers: Registry[]): { readonly hear: (event: DaemonEvent) => void } {
  const posts = new Counter({
    name: 'kirosync_forge_posts_total',
    help: 'Outcomes posted to the forge, and requests of posting that failed, by kind of failure.',
    labelNames: ['result'],
    registers,
  });
  for (const result of RESULTS) posts.inc({ result }, 0);
  return {
    hear: (event) => {
      if (event.type === 'posted') posts.inc({ result: 'posted' });
      if (event.type === 'post-failed') posts.inc({ result: event.failure.kind });
    },
  };
}
