import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createEmulator, type EmulatorOptions, type EmulatorRequest, type State, type Write } from '../../src/emulator/emulator.ts';

/**
 * What happens at one API call of the product: `before` the emulator sees the request, with its effect but without the
 * `answer`, or once the answer has left this machine's hands.
 */
export type Moment = 'request' | 'effect' | 'answer';
export const MOMENTS: readonly Moment[] = ['effect', 'answer', 'request'];

export type CrashServer = {
  readonly url: string;
  readonly state: () => State;
  /** API calls so far. */
  readonly calls: () => number;
  /** Effective writes of the product in order. */
  readonly writes: () => Promise<readonly Write[]>;
  readonly control: (path: string, body?: object) => Promise<unknown>;
  /** Resolves once every connection of a killed process has been closed, so that nothing of it is still on its way. */
  readonly drained: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type CrashServerOptions = Omit<EmulatorOptions, 'limiter'> & {
  /** Answers to writes leave one after the other, so many milliseconds apart: what a client does with each is done apart. */
  readonly spacing?: number;
};

const WRITE = /\.(?:Create|Delete)/u;

/** An emulator on a free local port that tells of every moment of every API call; `hear` may kill somebody meanwhile. */
export async function startCrashServer(
  { spacing = 0, ...options }: CrashServerOptions,
  hear: (call: number, moment: Moment) => void,
): Promise<CrashServer> {
  const emulator = createEmulator({ ...options, limiter: false });
  const sockets = new Set<Socket>();
  let calls = 0;
  let turn: Promise<void> = Promise.resolve();
  let waiting: (() => void)[] = [];
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then(async (request) => {
      if (request === null) return;
      const call = request.path === '/' ? ++calls : 0;
      if (call > 0) hear(call, 'request');
      const { status, headers, body } = await emulator.handle(request);
      if (call > 0) hear(call, 'effect');
      if (spacing > 0 && WRITE.test(request.headers['x-amz-target'] ?? '')) {
        turn = turn.then(() => wait(spacing));
        await turn;
      }
      outgoing.writeHead(status, headers);
      outgoing.end(body, () => (call > 0 ? hear(call, 'answer') : undefined));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // the other side was killed
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo; // a TCP server that listens has one
  const control = async (path: string, body?: object): Promise<unknown> => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const method = body === undefined ? 'GET' : 'POST';
    const response = await emulator.handle({
      method,
      path: `/_emulator/${path}`,
      headers: { host: '127.0.0.1' },
      body: text,
      remoteAddress: '127.0.0.1',
    });
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${response.body}`);
    return JSON.parse(response.body);
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    state: emulator.state,
    calls: () => calls,
    writes: async () => (await control('writes')) as readonly Write[], // parse boundary: the emulator's own route
    control,
    drained: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Null for a request that broke off. */
async function read(incoming: IncomingMessage): Promise<EmulatorRequest | null> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : v]));
    return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers, body: Buffer.concat(chunks).toString('utf8') };
  } catch {
    return null;
  }
}
