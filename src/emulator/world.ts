import type { Fault } from './fault.ts';
import { type History, remember } from './lag.ts';
import { AWS_LIMITS, type Buckets, type Limits, NO_LIMITS } from './limiter.ts';
import { newBook, type SeatBook, settle } from './seat.ts';
import { loadStore, type Seed, stateOf } from './seed.ts';
import { members, type Store } from './store.ts';
import type { Watch } from './watch.ts';

export type EmulatorOptions = {
  readonly seed?: Seed;
  /** Answer for principals that this directory does not know: identities live in another service. */
  readonly anyPrincipal?: boolean;
  /** The machine's clock. */
  readonly now?: () => Date;
  /** false switches the rate limits off, also after a reset. Default true, with AWS's numbers. */
  readonly limiter?: boolean;
  /** Sees the world after every request, writes of all actors and the passing of time included; for tests that judge by the seats. */
  readonly watch?: Watch;
};

export type Actor = 'api' | 'outsider' | 'scim' | 'console';

export type Write = {
  readonly sequence: number;
  /** RFC 3339 on the emulator's clock. */
  readonly at: string;
  readonly actor: Actor;
  readonly operation: string;
  readonly [detail: string]: unknown;
};

/** An undoing that waits for its time on the emulator's clock. */
export type Pending = { readonly at: number; readonly run: (world: World, at: number) => void };

export type UndoRule = { readonly operation: string | null; left: number | null; readonly after: number };

/** Everything that changes while an emulator lives. */
export type World = {
  readonly options: EmulatorOptions;
  store: Store;
  /** How far the emulator's clock is ahead of the machine's, in milliseconds. */
  offset: number;
  limits: Limits;
  buckets: Buckets;
  faults: readonly Fault[];
  calls: Map<string, number>;
  writes: Write[];
  history: History;
  book: SeatBook;
  pending: readonly Pending[];
  undo: readonly UndoRule[];
  /** What the identity provider thinks each group that it owns contains: GroupId → UserIds. */
  provider: Map<string, ReadonlySet<string>>;
  /** Regular pushes of the identity provider. */
  push: { readonly every: number; next: number } | null;
};

export const machineNow = (options: EmulatorOptions): number => (options.now ?? (() => new Date()))().getTime();

/** Milliseconds on the emulator's clock. */
export const clockOf = (world: World): number => machineNow(world.options) + world.offset;

/** Who owns what, as the groups with ExternalIds say at the start. */
export const providerOf = (store: Store): Map<string, ReadonlySet<string>> =>
  new Map(
    [...store.groups.values()]
      .filter((g) => (g.data.ExternalIds?.length ?? 0) > 0)
      .map((g) => [g.data.GroupId, new Set(Array.from(members(store, g.data.GroupId), (m) => m.data.MemberId.UserId))]),
  );

export const newWorld = (options: EmulatorOptions, seed: Seed = options.seed ?? 'demo'): World => {
  const now = machineNow(options);
  const store = loadStore(stateOf(seed, new Date(now)), 0);
  const book = newBook(now);
  settle(book, store, now);
  return {
    options,
    store,
    offset: 0,
    limits: options.limiter === false ? NO_LIMITS : AWS_LIMITS,
    buckets: new Map(),
    faults: [],
    calls: new Map(),
    writes: [],
    history: { past: [] },
    book,
    pending: [],
    undo: [],
    provider: providerOf(store),
    push: null,
  };
};

/** To be called before an effective write: lets seats catch up, keeps the past for lagging lists, notes the write. */
export const beforeWrite = (world: World, actor: Actor, operation: string, at: number, detail: Readonly<Record<string, unknown>>): void => {
  // What only adds takes nothing away from the past, so seats may catch up later.
  if (!/^(?:Create|Tag|Untag|Put)/u.test(operation)) settle(world.book, world.store, at);
  if (!operation.endsWith('GroupMembership')) world.book.stale = true;
  remember(world.history, world.store, at, Math.max(0, ...world.faults.filter((f) => f.kind === 'lag').map((f) => f.ms)));
  world.writes.push({ ...detail, sequence: world.writes.length + 1, at: new Date(at).toISOString(), actor, operation });
};
