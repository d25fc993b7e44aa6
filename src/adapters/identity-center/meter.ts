import { IDENTITY_STORE_PER_SECOND, SSO_ADMIN_PER_SECOND } from '../../data/quotas.ts';
import type { Clock } from './clock.ts';
import type { Operation } from './failure.ts';
import { type Pace, pace } from './pace.ts';

/** Progress: `count` requests of the operation were sent so far; for `throttled`, of all operations. */
export type CallEvent = { readonly type: 'read' | 'write' | 'throttled'; readonly operation: Operation; readonly count: number };

/** Paces and counts requests. */
export type Meter = {
  /** Resolves when the request may be sent, and counts it; rejects with the signal's reason. */
  readonly admit: (operation: Operation, type: 'read' | 'write', signal: AbortSignal) => Promise<void>;
  /** Tells that AWS throttled a request of the operation. */
  readonly throttled: (operation: Operation) => void;
  /** Requests sent so far by operation, in order of the name. */
  readonly calls: () => Readonly<Record<string, number>>;
  readonly throttles: () => number;
};

type MeterOptions = { readonly quotaShare: number; readonly clock: Clock; readonly log?: (event: CallEvent) => void };

export function meter({ quotaShare, clock, log }: MeterOptions): Meter {
  const paceOf = paces(quotaShare, clock);
  const counts = new Map<string, number>();
  let throttles = 0;
  return {
    async admit(operation, type, signal) {
      await paceOf(operation).take(signal);
      const count = (counts.get(operation) ?? 0) + 1;
      counts.set(operation, count);
      log?.({ type, operation, count });
    },
    throttled(operation) {
      throttles += 1;
      paceOf(operation).slowDown();
      log?.({ type: 'throttled', operation, count: throttles });
    },
    calls: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    throttles: () => throttles,
  };
}

/** One pace for each identitystore operation, one for all of sso-admin, as AWS counts them. */
function paces(share: number, clock: Clock): (operation: Operation) => Pace {
  const known = new Map<string, Pace>();
  return (operation) => {
    const family = operation.startsWith('sso:') ? 'sso' : operation;
    const made = known.get(family) ?? pace((family === 'sso' ? SSO_ADMIN_PER_SECOND : IDENTITY_STORE_PER_SECOND) * share, clock);
    known.set(family, made);
    return made;
  };
}
