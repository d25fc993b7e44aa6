import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { UserError } from '../errors.ts';

export type HttpServer = { readonly url: string; readonly close: () => Promise<void> };

/** Listens; port 0 takes a free one. @throws UserError when the address cannot be bound. */
export function listen(app: Hono, { host, port }: { readonly host: string; readonly port: number }): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => {
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
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another process listens there' : cause.message;
      reject(new UserError(`The daemon cannot listen on ${host}:${port}: ${why}. Set http.host and http.port.`, { cause }));
    });
  });
}
