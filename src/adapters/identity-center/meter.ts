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
  /** Tells that a request is sent again after a failure. */
  readonly retried: () => void;
  readonly retries: () => number;
};

type MeterOptions = { readonly quotaShare: number; readonly clock: Clock; readonly log?: (event: CallEvent) => void };

export function meter({ quotaShare, clock, log }: MeterOptions): Meter {
  const paceOf = paces(quotaShare, clock);
  const counts = new Map<string, number>();
  let throttles = 0;
  let retries = 0;
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
    retried() {
      retries += 1;
    },
    retries: () => retries,
  };
}

/**
 * AWS raises the quotas of an account on request. How much more there is can only be found by taking it all, so it is looked
 * for where the operator gives us the whole quota: a share of an unknown number is the share of the documented one.
 */
const MOST_RAISED = 4;

/** One pace for each identitystore operation, one for all of sso-admin, as AWS counts them. */
function paces(share: number, clock: Clock): (operation: Operation) => Pace {
  const known = new Map<string, Pace>();
  return (operation) => {
    const family = operation.startsWith('sso:') ? 'sso' : operation;
    const documented = family === 'sso' ? SSO_ADMIN_PER_SECOND : IDENTITY_STORE_PER_SECOND;
    const made = known.get(family) ?? pace(documented * share, clock, share === 1 ? documented * MOST_RAISED : undefined);
    known.set(family, made);
    return made;
  };
}
