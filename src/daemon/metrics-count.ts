import { Counter, type Registry } from 'prom-client';
import type { DaemonDeps } from './deps.ts';

type Calls = Pick<DaemonDeps, 'calls' | 'throttles' | 'retries'>;

/**
 * Counters of requests to AWS. The connections count from their own start; one that is closed takes its counts along, so
 * only what was added since the last look is counted here, and no counter ever falls.
 */
export function callMetrics(registers: Registry[]): (deps: Calls) => void {
  const calls = new Counter({
    name: 'kirosync_api_calls_total',
    help: 'Requests to Identity Center, retries included, by operation.',
    labelNames: ['operation'],
    registers,
  });
  const throttles = new Counter({ name: 'kirosync_api_throttles_total', help: 'Requests that AWS throttled.', registers });
  const retries = new Counter({ name: 'kirosync_api_retries_total', help: 'Requests that were sent again after a failure.', registers });
  const seen = new Map<string, number>();
  const added = (key: string, count: number): number => {
    const before = seen.get(key) ?? 0;
    seen.set(key, count);
    return count < before ? count : count - before;
  };
  return (deps) => {
    for (const [operation, count] of Object.entries(deps.calls())) calls.inc({ operation }, added(`calls ${operation}`, count));
    throttles.inc(added('throttles', deps.throttles()));
    retries.inc(added('retries', deps.retries?.() ?? 0));
  };
}
