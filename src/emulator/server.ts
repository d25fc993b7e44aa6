import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createEmulator, type EmulatorOptions, type EmulatorRequest, type EmulatorResponse, type State } from './emulator.ts';

export type ServerOptions = EmulatorOptions & {
  /** 0 takes a free port, which is the default. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Sees every AWS exchange before the answer is sent. What it throws reaches the client as a 500 with its message. */
  readonly onExchange?: (exchange: Exchange) => void;
};

export type Exchange = { readonly request: EmulatorRequest; readonly response: EmulatorResponse };

export type RunningEmulator = {
  readonly url: string;
  readonly port: number;
  readonly state: () => State;
  readonly close: () => Promise<void>;
};

const MAX_BODY = 32 * 1024 * 1024;

/** Starts the emulator on HTTP. @throws the error of `listen`, such as EADDRINUSE. */
export const startEmulator = async (options: ServerOptions = {}): Promise<RunningEmulator> => {
  const host = options.host ?? '127.0.0.1';
  const emulator = createEmulator(options);
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain' });
      outgoing.end(`The emulator failed: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await read(incoming);
    const response = await emulator.handle(request);
    if (request.path === '/') options.onExchange?.({ request, response });
    if (response.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, response.delayMs));
    if (response.drop) {
      incoming.socket.destroy();
      return;
    }
    outgoing.writeHead(response.status, response.headers);
    outgoing.end(response.body);
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    state: emulator.state,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const read = async (incoming: IncomingMessage): Promise<EmulatorRequest> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) throw new Error('the request body is larger than 32 MiB');
    chunks.push(bytes);
  }
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : v]));
  const remoteAddress = incoming.socket.remoteAddress;
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
  };
};
