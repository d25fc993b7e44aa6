import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { notifySink } from '../../src/adapters/notify-http.ts';
import { RemoteError } from '../../src/errors.ts';

const SECRET = 'a secret of thirty-two characters';
const NOW = new Date('2026-11-10T12:00:00.000Z');
const BODY = '{"title":"Änderungen"}';
const never = new AbortController().signal;

type Request = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};
type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'hang-up';

let servers: Server[] = [];
afterEach(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  servers = [];
});

/** A receiver that gives these answers in turn, and the last one from then on. */
async function receiver(...answers: readonly Answer[]) {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? { status: 204 };
      requests.push({ method: request.method ?? '', headers: request.headers, body: Buffer.concat(pieces).toString() });
      if (answer === 'hang-up') request.socket.destroy();
      else response.writeHead(answer.status, answer.headers).end('no');
    });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // a server on TCP has one
  return { url: `http://127.0.0.1:${port}/hooks/T0/B0/a-path-that-nobody-may-know`, requests };
}

/** A clock that moves only by waiting. */
function clocked(url: string, more: { readonly secret?: string | null } = {}) {
  const waits: number[] = [];
  const clock = { ms: NOW.getTime() };
  const wait = async (ms: number) => {
    waits.push(ms);
    clock.ms += ms;
  };
  const sink = notifySink({ name: 'ops', url, secret: SECRET, ...more }, { now: () => new Date(clock.ms), wait, random: () => 0.5 });
  return { waits, send: () => sink.send({ id: 'd1', body: BODY }, never) };
}

/** What docs/notifications.md gives to whoever writes a receiver. */
async function verifier(): Promise<(header: string, body: string, secret: string, now: number) => boolean> {
  const page = await readFile(new URL('../../docs/notifications.md', import.meta.url), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).isGenuine;
}

async function failureOf(work: Promise<void>): Promise<RemoteError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RemoteError)) throw new Error(`no RemoteError: ${String(error)}`);
  return error;
}

describe('a webhook', () => {
  it('is a POST whose signature a receiver can verify, and cannot be taken from', async () => {
    const { url, requests } = await receiver({ status: 204 });
    await clocked(url).send();
    const [request] = requests;
    expect(request).toMatchObject({ method: 'POST', body: BODY });
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'kirosync-delivery': 'd1' });
    const isGenuine = await verifier();
    const header = String(request?.headers['kirosync-signature']);
    const seconds = NOW.getTime() / 1000;
    expect(isGenuine(header, BODY, SECRET, seconds)).toBe(true);
    expect(isGenuine(header, `${BODY} `, SECRET, seconds)).toBe(false);
    expect(isGenuine(header, BODY, `${SECRET}.`, seconds)).toBe(false);
    expect(isGenuine(header, BODY, SECRET, seconds + 301)).toBe(false);
    expect(isGenuine(header.replace(`t=${seconds}`, `t=${seconds + 301}`), BODY, SECRET, seconds + 301)).toBe(false);
  });

  it('carries no signature to a receiver that has no secret', async () => {
    const { url, requests } = await receiver({ status: 200 });
    await clocked(url, { secret: null }).send();
    expect(Object.keys(requests[0]?.headers ?? {}).filter((name) => name.startsWith('kirosync'))).toEqual([]);
  });

  it('is sent again after 5xx and after a connection that ended, with a wait that doubles and a fresh signature', async () => {
    const { url, requests } = await receiver({ status: 503 }, 'hang-up', { status: 500 }, { status: 200 });
    const { waits, send } = clocked(url);
    await send();
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(requests.map(({ body }) => body)).toEqual([BODY, BODY, BODY, BODY]);
    expect(requests.map(({ headers }) => headers['kirosync-delivery'])).toEqual(['d1', 'd1', 'd1', 'd1']);
    const times = requests.map(({ headers }) => Number(/t=(\d+)/.exec(String(headers['kirosync-signature']))?.[1]) - NOW.getTime() / 1000);
    expect(times).toEqual([0, 1, 3, 7]);
  });

  it.each([
    ['seconds', '20', 20_000],
    ['a date', new Date(NOW.getTime() + 30_000).toUTCString(), 30_000],
    ['nothing that is one', 'soon', 1000],
  ])('waits as long as Retry-After asks for, in %s', async (_, value, ms) => {
    const { url } = await receiver({ status: 429, headers: { 'retry-after': value } }, { status: 200 });
    const { waits, send } = clocked(url);
    await send();
    expect(waits).toEqual([ms]);
  });

  it('is given up where Retry-After asks for more than there is time', async () => {
    const { url, requests } = await receiver({ status: 429, headers: { 'retry-after': '3600' } });
    const { waits, send } = clocked(url);
    expect((await failureOf(send())).failures[0]).toMatchObject({
      kind: 'unreachable',
      message: 'The receiver ops answered 429; it was tried once.',
    });
    expect([waits.length, requests.length]).toEqual([0, 1]);
  });

  it('is given up after a minute of attempts', async () => {
    const { url, requests } = await receiver({ status: 500 });
    const { waits, send } = clocked(url);
    expect((await failureOf(send())).message).toContain('The receiver ops answered 500');
    expect(requests.length).toBe(6);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
  });

  it.each([302, 307, 308])('does not follow a redirect (%i)', async (status) => {
    const elsewhere = await receiver({ status: 200 });
    const { url, requests } = await receiver({ status, headers: { location: elsewhere.url } });
    expect((await failureOf(clocked(url).send())).failures[0]).toMatchObject({ kind: 'wrong' });
    expect([requests.length, elsewhere.requests.length]).toEqual([1, 0]);
  });

  it.each([400, 401, 404, 410])('is not sent again after %i', async (status) => {
    const { url, requests } = await receiver({ status });
    expect((await failureOf(clocked(url).send())).failures[0]?.kind).toBe('wrong');
    expect(requests.length).toBe(1);
  });

  it('says neither address nor secret where it fails', async () => {
    const closed = await receiver({ status: 200 });
    const [server] = servers;
    await new Promise((done) => server?.close(done));
    const answers = [
      closed.url,
      (await receiver({ status: 404 })).url,
      'https://no-such-host.invalid/hooks/T0/B0/a-path-that-nobody-may-know',
    ];
    for (const url of answers) {
      const { failures, message, stack } = await failureOf(clocked(url).send());
      const said = JSON.stringify([failures, message, stack]);
      expect(said).not.toContain('nobody-may-know');
      expect(said).not.toContain(SECRET);
    }
  });

  it('ends with the reason of an abort', async () => {
    const { url } = await receiver({ status: 500 });
    const stopping = new AbortController();
    const wait = async () => {
      stopping.abort(new Error('stop'));
      stopping.signal.throwIfAborted();
    };
    const sink = notifySink({ name: 'ops', url, secret: null }, { wait });
    await expect(sink.send({ id: 'd', body: BODY }, stopping.signal)).rejects.toThrow('stop');
  });
});
