import type { Action } from './action.ts';
import { catchUp } from './catch-up.ts';
import { subscribe, unsubscribe } from './console-action.ts';
import type { SchemaName } from './control-schema.ts';
import { milliseconds } from './duration.ts';
import { faultOf, showFault } from './fault.ts';
import { AWS_LIMITS } from './limiter.ts';
import { findApplication, findUser } from './named.ts';
import { outsider } from './outsider-action.ts';
import { scim } from './scim-action.ts';
import { newBook, settle, useSeat } from './seat.ts';
import { loadStore, type Seed } from './seed.ts';
import type { State } from './state.ts';
import { clockOf, newWorld, providerOf } from './world.ts';

export { ControlError } from './named.ts';

const reset: Action = (world, body) => {
  // The schema has checked it: "demo", "empty" or a whole state.
  const seed = body['seed'] as Seed | undefined;
  return { result: { reset: true }, replaced: newWorld(world.options, seed) };
};

const faults: Action = (world, body) => {
  if (body['clear'] === true) world.faults = [];
  else world.faults = [...world.faults.filter((f) => f.left !== 0), faultOf(body)];
  return { result: world.faults.map(showFault) };
};

/** The clock moves forward in one step; what was due on the way happens in the order of its time. */
const clock: Action = (world, body) => {
  world.offset += milliseconds(String(body['advance']));
  const now = clockOf(world);
  catchUp(world, now);
  settle(world.book, world.store, now);
  return { result: { now: new Date(now).toISOString(), aheadMs: world.offset } };
};

const limits: Action = (world, body) => {
  const number = (name: string): number | null => (typeof body[name] === 'number' ? body[name] : null);
  world.limits = {
    perSecond: body['perSecond'] === undefined ? (world.limits.perSecond ?? AWS_LIMITS.perSecond) : number('perSecond'),
    neighbour: number('neighbour') ?? 0,
    retryAfter: number('retryAfter'),
  };
  world.buckets = new Map();
  return { result: world.limits };
};

/** Replaces the directory; clock, faults, limits and counts stay. */
const state: Action = (world, body) => {
  // The schema has checked it.
  world.store = loadStore(body as unknown as State, world.offset);
  world.provider = providerOf(world.store);
  world.history = { past: [] };
  world.pending = [];
  const { delay, materialise, ending } = world.book;
  world.book = { ...newBook(clockOf(world)), delay, materialise, ending };
  settle(world.book, world.store, clockOf(world));
  return { result: { loaded: true } };
};

const seats: Action = (world, body) => {
  const book = world.book;
  settle(book, world.store, clockOf(world));
  if (typeof body['delay'] === 'string') book.delay = milliseconds(body['delay']);
  if (typeof body['materialise'] === 'boolean') book.materialise = body['materialise'];
  if (body['ending'] === 'at-once' || body['ending'] === 'month-end') book.ending = body['ending'];
  book.stale = true;
  if (typeof body['use'] === 'string') {
    const application = findApplication(world.store, String(body['application'])).data.ApplicationArn;
    const user = findUser(world.store, body['use']).data.UserId;
    return { result: { used: useSeat(book, application, user) } };
  }
  return { result: { delayMs: book.delay, materialise: book.materialise, ending: book.ending } };
};

export const CONTROL_ACTIONS: Readonly<Record<SchemaName, Action>> = {
  reset,
  faults,
  clock,
  limits,
  state,
  seats,
  outsider,
  scim,
  subscribe,
  unsubscribe,
};
