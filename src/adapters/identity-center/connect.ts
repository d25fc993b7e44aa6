import type { DirectoryReader, DirectoryWriter } from '../../ports.ts';
import { adminRead } from './admin-read.ts';
import { type Caller, caller } from './caller.ts';
import { type Clients, clients } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Discovered, discover } from './discover.ts';
import { type CallEvent, meter } from './meter.ts';
import { observe } from './observe.ts';
import type { Hint } from './search.ts';
import { storeRead } from './store-read.ts';
import { writer } from './write.ts';

export type ConnectOptions = {
  /** Where identities live (`identityCenter.region`); stronger than AWS_REGION. */
  readonly region: string;
  /** Known beforehand, or learnt by the first reading. */
  readonly identityStoreId?: string | null;
  /** Part of the documented quota that this process may use, 0 < share ≤ 1. */
  readonly quotaShare: number;
  readonly assumeRoleArn: string | null;
  readonly now: () => Date;
  readonly log?: (event: CallEvent) => void;
  readonly clock?: Clock;
};

export type ReaderConnection = {
  readonly reader: DirectoryReader;
  /** Finds the instance and the accounts of its Kiro applications, where no configuration names them. */
  readonly discover: (signal: AbortSignal) => Promise<Discovered>;
  /** Requests sent so far, by operation as IAM names it, retries included. */
  readonly calls: () => Readonly<Record<string, number>>;
  readonly throttles: () => number;
  /** Requests that were sent again after a failure. */
  readonly retries: () => number;
  /** Closes the sockets; nothing may be asked afterwards. */
  readonly close: () => void;
};

export type Connection = ReaderConnection & { readonly writer: DirectoryWriter };

/** Reads and writes one Identity Center. Opens no socket before the first request. */
export function connect(options: ConnectOptions): Connection {
  const { wire, connection } = open(options);
  return { ...connection, writer: writer({ caller: wire.caller, ...wire.sdk, identityStoreId: wire.identityStoreId }) };
}

/** Reads one Identity Center; no write method exists behind it. */
export function connectReader(options: ConnectOptions): ReaderConnection {
  return open(options).connection;
}

type Wire = { readonly caller: Caller; readonly sdk: Clients; readonly identityStoreId: () => string };

function open(options: ConnectOptions): { readonly wire: Wire; readonly connection: ReaderConnection } {
  const { region, quotaShare, now, clock = systemClock, log } = options;
  const sdk = clients(options);
  const metered = meter({ quotaShare, clock, ...(log === undefined ? {} : { log }) });
  const wired = caller({ region, clock, meter: metered, refresh: sdk.refresh });
  const hints: { readonly users: Hint; readonly groups: Hint } = { users: { pages: null }, groups: { pages: null } };
  let known = options.identityStoreId ?? null;

  const reader: DirectoryReader = {
    async observe(scope, signal) {
      const admin = adminRead(wired, sdk.admin, signal);
      const live = await observe({ admin, store: (id) => storeRead(wired, sdk.store, id, signal), now, hints }, scope);
      known = live.instance.identityStoreId;
      return live;
    },
  };
  const identityStoreId = (): string => {
    if (known === null) throw new Error('the identity store is unknown: observe first, or connect with identityStoreId');
    return known;
  };
  return {
    wire: { caller: wired, sdk, identityStoreId },
    connection: {
      reader,
      discover: (signal) => discover(adminRead(wired, sdk.admin, signal), region),
      calls: metered.calls,
      throttles: metered.throttles,
      retries: metered.retries,
      close: sdk.close,
    },
  };
}
