import { randomUUID } from 'node:crypto';
import { CONTROL_ACTIONS, ControlError } from './control-action.ts';
import { problems, type SchemaName } from './control-schema.ts';
import { showFault } from './fault.ts';
import { type EmulatorRequest, type EmulatorResponse, json } from './response.ts';
import { settle, showSeats } from './seat.ts';
import { dumpStore } from './seed.ts';
import { type Input, isRecord } from './shape.ts';
import { clockOf, type World } from './world.ts';

export type Controlled = { readonly response: EmulatorResponse; readonly replaced?: World };

const READS: Readonly<Record<string, (world: World, query: URLSearchParams) => unknown>> = {
  calls: (world) => Object.fromEntries([...world.calls].sort(([a], [b]) => (a < b ? -1 : 1))),
  writes: (world, query) => (query.get('actor') === 'all' ? world.writes : world.writes.filter((w) => w.actor === 'api')),
  state: (world) => dumpStore(world.store, world.offset),
  faults: (world) => world.faults.filter((f) => f.left !== 0).map(showFault),
  limits: (world) => world.limits,
  clock: (world) => ({ now: new Date(clockOf(world)).toISOString(), aheadMs: world.offset }),
  seats: (world) => {
    settle(world.book, world.store, clockOf(world));
    return showSeats(world.book, world.store, clockOf(world));
  },
};

const SCHEMAS: Readonly<Record<string, SchemaName>> = {
  reset: 'reset',
  faults: 'faults',
  clock: 'clock',
  limits: 'limits',
  state: 'state',
  seats: 'seats',
  outsider: 'outsider',
  scim: 'scim',
  'console/subscribe': 'subscribe',
  'console/unsubscribe': 'unsubscribe',
};

/** Routes under `/_emulator/`, for clients on this machine only: no AWS API has them. */
export const control = (world: World, request: EmulatorRequest): Controlled => {
  const answer = (status: number, body: unknown): EmulatorResponse => ({
    ...json(status, body, randomUUID()),
    headers: { 'content-type': 'application/json' },
  });
  if (!isLocal(request)) return { response: answer(403, { error: 'Control routes answer to this machine only.' }) };
  const url = new URL(request.path, 'http://localhost');
  const route = url.pathname.replace('/_emulator/', '');
  if (request.method === 'GET' && READS[route] !== undefined) return { response: answer(200, READS[route](world, url.searchParams)) };
  const schema = SCHEMAS[route];
  if (request.method !== 'POST' || schema === undefined) {
    return {
      response: answer(404, {
        error: `No control route ${request.method} ${url.pathname}. POST: ${Object.keys(SCHEMAS).join(', ')}; GET: ${Object.keys(READS).join(', ')}.`,
      }),
    };
  }
  const body = parse(request.body);
  const wrong = body === null ? ['the body is not a JSON object'] : problems(schema, body);
  if (body === null || wrong.length > 0) {
    return {
      response: answer(400, {
        error: `POST /_emulator/${route}: ${wrong.join('; ')}. See schemas/emulator/${schema}.schema.json.`,
        problems: wrong,
      }),
    };
  }
  try {
    const { result, replaced } = CONTROL_ACTIONS[schema](world, body);
    return { response: answer(200, result), ...(replaced === undefined ? {} : { replaced }) };
  } catch (error) {
    if (error instanceof ControlError) return { response: answer(400, { error: error.message }) };
    throw error;
  }
};

const parse = (body: string): Input | null => {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
};

/** Both the peer and the name it used: a web page that makes a browser call a local port sends its own host name. */
const isLocal = (request: EmulatorRequest): boolean => {
  const peer = request.remoteAddress;
  const host = (request.headers['host'] ?? 'localhost').replace(/:\d+$/u, '');
  const local = (name: string): boolean => name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(name);
  return (peer === undefined || peer === '::1' || local(peer.replace(/^::ffff:/u, ''))) && local(host);
};
