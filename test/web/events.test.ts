import { request } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import { metrics } from '../../src/daemon/metrics.ts';
import { news } from '../../src/daemon/news.ts';
import { EVENT_LIMITS, events } from '../../src/web/events.ts';
import { routes } from '../../src/web/routes.ts';
import { type HttpServer, listen } from '../../src/web/server.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { NOW } from '../support/world.ts';

const READ = 'read-token-0123456789abcdef';
const POLICY = 'kind: Assignment\nname: a\nprofile: eng\ntier: pro\nusers: [ana@example.com]\nowner: leads\nreason: work\n';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

/** The next piece of a stream as text. */
async function piece(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const { value } = await reader.read();
  return new TextDecoder().decode(value);
}

it('gives the version at once and after each change, and the newest one alone to whoever reads late', async () => {
  const told = news(NOW);
  const stream = events({ news: told }).open();
  if (stream === null) throw new Error('no stream');
  const reader = stream.getReader();
  expect(await piece(reader)).toBe(`retry: 5000\nevent: state\ndata: ${told.version()}\n\n`);
  told.tell();
  expect(await piece(reader)).toBe(`event: state\ndata: ${told.version()}\n\n`);
  for (let i = 0; i < 1000; i++) told.tell();
  const late: string[] = [];
  while (!late.at(-1)?.includes(told.version())) late.push(await piece(reader));
  expect(late.length).toBeLessThanOrEqual(5);
  await reader.cancel();
});

it('is still there when nothing happens', async () => {
  const stream = events({ news: news(NOW) }, { streams: 1, heartbeatMs: 1 }).open();
  const reader = stream?.getReader();
  if (reader === undefined) throw new Error('no stream');
  await piece(reader);
  expect(await piece(reader)).toBe(': still here\n\n');
  await reader.cancel();
});

it('opens so many streams and no more, and again when one was closed', async () => {
  const told = news(NOW);
  const own = events({ news: told }, { streams: 2, heartbeatMs: 60_000 });
  const [first, second] = [own.open(), own.open()];
  expect(own.open()).toBeNull();
  await first?.cancel();
  expect(own.count()).toBe(1);
  expect(own.open()).not.toBeNull();
  await second?.cancel();
});

it('a listener that throws or that left hinders nobody', () => {
  const told = news(NOW);
  let heard = 0;
  const leave = told.listen(() => {
    throw new Error('mine');
  });
  told.listen(() => {
    heard += 1;
  });
  told.tell();
  leave();
  told.tell();
  expect(heard).toBe(2);
  expect(told.version()).not.toBe(news(new Date(NOW.getTime() + 1)).version());
});

async function served(): Promise<{ readonly run: TestDaemon; readonly server: HttpServer }> {
  const run = testDaemon(POLICY, {}, { http: { ...SETTINGS.http, tokens: { read: [READ], write: [] } } });
  undo.push(() => run.stop());
  const server = await listen(routes(run.daemon, metrics()), { host: '127.0.0.1', port: 0 });
  undo.push(() => server.close());
  return { run, server };
}

it('GET /api/events needs the read token, tells of a pass and of a suspension, names nobody, and ends with the server', async () => {
  const { run, server } = await served();
  expect((await fetch(`${server.url}/api/events`)).status).toBe(401);
  const lines: string[] = [];
  let heard = () => {};
  const ended = new Promise<void>((resolve) => {
    const ask = request(`${server.url}/api/events`, { headers: { authorization: `Bearer ${READ}` } }, (answer) => {
      expect(answer.headers['content-type']).toContain('text/event-stream');
      expect(answer.headers['cache-control']).toBe('no-store');
      answer.on('data', (data: Buffer) => {
        lines.push(data.toString('utf8'));
        heard();
      });
      answer.on('error', () => {});
      answer.on('close', resolve);
    });
    ask.on('error', () => resolve());
    ask.end();
  });
  const told = async (version: string) => {
    while (!lines.join('').includes(`data: ${version}\n`))
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
  };
  await told(run.daemon.news.version());
  const before = run.daemon.news.version();
  await run.pass();
  expect(run.daemon.news.version()).not.toBe(before);
  await told(run.daemon.news.version());
  await run.daemon.suspend({ owner: 'leads', reason: 'audit', until: new Date(NOW.getTime() + 3_600_000) });
  await told(run.daemon.news.version());
  expect(lines.join('')).not.toMatch(/example\.com|leads/);
  const start = performance.now();
  await server.close();
  await ended;
  expect(performance.now() - start).toBeLessThan(2_000);
});

it('refuses more listeners than it has room for, while pages go on', async () => {
  const { server } = await served();
  const headers = { authorization: `Bearer ${READ}` };
  const stop = new AbortController();
  const open = async () => (await fetch(`${server.url}/api/events`, { headers, signal: stop.signal })).status;
  const answers: number[] = [];
  for (let i = 0; i < EVENT_LIMITS.streams; i++) answers.push(await open());
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(await open()).toBe(503);
  expect((await fetch(`${server.url}/`, { headers })).status).toBe(200);
  for (let i = 0; i < 3; i++) expect((await fetch(`${server.url}/api/events`, { method: 'HEAD', headers })).status).toBe(200);
  stop.abort();
  // The server hears of closed connections in its own time.
  await vi.waitFor(async () => {
    const again = new AbortController();
    const answer = await fetch(`${server.url}/api/events`, { headers, signal: again.signal });
    again.abort();
    expect(answer.status).toBe(200);
  });
});
