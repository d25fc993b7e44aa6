import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What stands between a client and a server, for one request: nothing, an answer of its own, or a body cut off after half of it. */
export type Trouble = 'none' | 'slow-down' | 'error' | 'truncate';
export type FaultProxy = {
  readonly url: string;
  /** Asked for each request, in order; may do something itself before the request goes on. */
  trouble: (about: { readonly method: string; readonly url: string; readonly count: number }) => Trouble | Promise<Trouble>;
  readonly requests: () => number;
  readonly close: () => Promise<void>;
};

/** An HTTP proxy in front of a server on this machine that makes the trouble it is told to. */
export async function faultProxy(target: string): Promise<FaultProxy> {
  let count = 0;
  const server = createServer(async (incoming, outgoing) => {
    count += 1;
    const trouble = await proxy.trouble({ method: incoming.method ?? '', url: incoming.url ?? '', count });
    if (trouble === 'slow-down') answer(outgoing, 503, 'SlowDown', count);
    else if (trouble === 'error') answer(outgoing, 500, 'InternalError', count);
    else forward(target, incoming, outgoing, trouble === 'truncate');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`,
    trouble: () => 'none',
    requests: () => count,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

function answer(outgoing: ServerResponse, status: number, code: string, count: number): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Please reduce your request rate.</Message></Error>`;
  outgoing.writeHead(status, { 'Content-Type': 'application/xml', 'x-amz-request-id': `PROXY${count}` }).end(body);
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse, truncate: boolean): void {
  const { hostname, port } = new URL(target);
  const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (back) => {
    outgoing.writeHead(back.statusCode ?? 502, back.headers);
    if (!truncate) {
      back.pipe(outgoing);
      return;
    }
    const half = Math.floor(Number(back.headers['content-length'] ?? 2) / 2);
    back.once('data', (chunk: Buffer) => outgoing.write(chunk.subarray(0, half), () => outgoing.destroy()));
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
