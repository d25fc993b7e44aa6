import { Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { UserError } from '../errors.ts';
import { SECURITY_HEADERS } from './header.ts';

export type HttpServer = { readonly url: string; readonly close: () => Promise<void> };

/** How long and how many clients may keep the daemon waiting; milliseconds. */
export type Patience = {
  /** From the first byte of a request to the end of its headers. */
  readonly headers: number;
  /** From the first byte of a request to the end of its body. */
  readonly request: number;
  /** Between two requests of one connection. */
  readonly keepAlive: number;
  /** Without a byte in either direction, such as a client that does not read its answer. A credits report may take this long. */
  readonly idle: number;
  /** How often the first two are looked after. */
  readonly check: number;
  /**
   * Connections at the same time; later ones are closed at once. Git, AWS and the journal need file descriptors too, of
   * which a process commonly has 1024.
   */
  readonly connections: number;
  /** Requests that one connection may make; pipelined, they are begun together, and others wait meanwhile. */
  readonly requests: number;
};

export const PATIENCE: Patience = {
  headers: 10_000,
  request: 20_000,
  keepAlive: 5_000,
  idle: 120_000,
  check: 2_000,
  connections: 256,
  requests: 100,
};

/** Listens; port 0 takes a free one. @throws UserError when the address cannot be bound. */
export function listen(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
  patience: Patience = PATIENCE,
): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const serverOptions = {
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.keepAlive,
      connectionsCheckingInterval: patience.check,
      requireHostHeader: false, // the application looks at it, and says in words what is wrong
    };
    const server = serve({ fetch: app.fetch, hostname: host, port, serverOptions }, (info) => {
      const name = host.includes(':') ? `[${host}]` : host;
      resolve({
        url: `http://${name}:${info.port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            // Idle keep-alive connections of dashboards would hold the process for a minute.
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    if (server instanceof Server) guard(server, patience); // else HTTP/2, which nothing here asks for
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another process listens there' : cause.message;
      reject(new UserError(`The daemon cannot listen on ${host}:${port}: ${why}. Set http.host and http.port.`, { cause }));
    });
  });
}

/** What the application never sees: too many connections, idle ones, and requests that are no HTTP. */
function guard(server: Server, patience: Patience): void {
  server.maxConnections = patience.connections;
  server.maxRequestsPerSocket = patience.requests;
  server.setTimeout(patience.idle);
  // Before the application's own listener, so that answers it does not make (a URL that is none) have them too.
  server.prependListener('request', (_request, response) => {
    for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(statusOf(error.code), socket));
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

/** Answers what could not be read as a request, and hangs up. */
function refuse(status: number, socket: Duplex): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const body = `${JSON.stringify({ error: `${STATUS_CODES[status]}.`, advice: 'Send one well-formed HTTP/1.1 request at a time, without delay.' })}`;
  const headers = [
    ...SECURITY_HEADERS,
    ['content-type', 'application/json'],
    ['content-length', String(Buffer.byteLength(body))],
    ['connection', 'close'],
  ];
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
