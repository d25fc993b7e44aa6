import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DaemonDeps } from '../../src/daemon/deps.ts';
import { metrics } from '../../src/daemon/metrics.ts';
import { RemoteError } from '../../src/errors.ts';
import { routes } from '../../src/web/routes.ts';
import { listen } from '../../src/web/server.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { creditsFrom, memoryShelf, used } from '../support/report.ts';
import { NOW } from '../support/world.ts';

const READ = 'read-token-0123456789abcdef';
const EVIL = '</style><script>alert(1)</script>';
const POLICY = `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [ana@example.com]\nowner: leads\nreason: work\n`;
const WORLD = {
  users: ['ana@example.com'],
  groups: { 'kiro-eng-pro': ['ana@example.com', EVIL], 'kiro-eng-power': [], 'kiro-lab-pro': [] },
};
const HTTP = { ...SETTINGS.http, tokens: { read: [READ], write: [] } };
const AUTH = { authorization: `Bearer ${READ}` };

let open: TestDaemon[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.stop()));
  open = [];
});

function site(more: Partial<DaemonDeps> = {}) {
  const settings = { mode: 'observe', http: HTTP, schedule: { reconcile: '0 0 1 1 *', reports: '0 6 * * *' } } as const;
  const credits = creditsFrom(
    () => NOW,
    () => [used('ana@example.com', '3')],
  );
  const run = testDaemon(POLICY, WORLD, settings, { credits, shelf: memoryShelf(), ...more });
  open.push(run);
  const app = routes(run.daemon, metrics());
  const get = (path: string, headers: Record<string, string> = AUTH) =>
    app.request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1:8080', ...headers } });
  return { run, get, app };
}

describe('the credits report over HTTP', () => {
  it('is the last scheduled one, and says when it was made', async () => {
    const { run, get } = site();
    await run.pass();
    await run.report();
    run.clock.now = new Date(NOW.getTime() + 3_600_000);
    const answer = await get('/api/credits');
    expect(answer.headers.get('last-modified')).toBe('Tue, 10 Nov 2026 12:00:00 GMT');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toMatchObject({ format: 'kirosync.credits/v1', month: '2026-11', totals: { used: 3 } });
    const page = await (await get('/')).text();
    expect(page).toContain('<a href="/credits">');
    expect(page).toContain('2026-11-10 12:00');
  });

  it('is made at once when there is none yet', async () => {
    const { run, get } = site();
    await run.pass();
    expect((await get('/api/credits')).status).toBe(200);
    for (const path of ['/credits', '/credits/report'])
      expect((await get(path)).headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('needs a read token in every form, and takes nothing but GET', async () => {
    const { run, get, app } = site();
    await run.pass();
    await run.report();
    for (const path of ['/credits', '/credits/report', '/api/credits', '/credits?month=2026-11', '/api/credits?month=2026-11']) {
      for (const headers of [{}, { authorization: 'Bearer wrong-token-0123456789' }]) {
        const answer = await get(path, headers);
        expect([answer.status, await answer.text()], path).toEqual([401, expect.not.stringMatching(/example\.com|html/)]);
      }
      expect((await get(path)).status, path).toBe(200);
      const post = await app.request(`http://127.0.0.1${path}`, { method: 'POST', headers: { host: '127.0.0.1', ...AUTH } });
      expect(post.status, path).toBe(405);
    }
  });

  it('gives the months that are kept, and says which is not', async () => {
    const { run, get } = site();
    await run.pass();
    await run.report();
    expect(await (await get('/api/credits?month=2026-10')).json()).toMatchObject({ month: '2026-10', closed: true });
    expect(await (await get('/credits?month=2026-10')).text()).toContain('2026-10');
    const gone = await get('/api/credits?month=2026-08');
    expect([gone.status, await gone.json()]).toEqual([
      404,
      { error: 'No report of 2026-08 is kept.', advice: expect.stringContaining('--month 2026-08') },
    ]);
    for (const month of ['2026-13', '..%2f..', '%3Cscript%3E', '']) {
      const answer = await get(`/api/credits?month=${month}`);
      expect([answer.status, await answer.text()], month).toEqual([400, expect.not.stringContaining('script>')]);
    }
  });

  it('is a page whose one style sheet is allowed by its hash, and in which names are text', async () => {
    const { run, app } = site();
    await run.pass();
    await run.report();
    // Over a real connection: the server sets headers of its own before.
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    try {
      const answer = await fetch(`${server.url}/credits/report?download=yes`, { headers: AUTH });
      expect(answer.headers.get('content-disposition')).toBe('attachment; filename="kirosync-credits-2026-11.html"');
      const text = await answer.text();
      const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? [];
      const hash = createHash('sha256').update(style).digest('base64');
      expect(style).not.toBe('');
      expect(answer.headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src data:`,
      );
      expect(text.match(/<style/g)).toHaveLength(1);
      expect(text).not.toMatch(/<script|\sstyle="/i);
      expect(text).toContain('&lt;script&gt;');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    } finally {
      await server.close();
    }
  });

  it('answers 503 with what to do when usage cannot be read, and makes no bug of it', async () => {
    const failure = {
      kind: 'denied',
      operation: 's3:ListBucket',
      message: 's3:ListBucket was denied.',
      advice: 'Allow it.',
      requestId: 'R',
    } as const;
    const credits = async () => {
      throw new RemoteError([failure]);
    };
    const { run, get } = site({ credits });
    await run.pass();
    const answer = await get('/api/credits');
    expect([answer.status, await answer.json()]).toEqual([503, { error: 's3:ListBucket was denied.', advice: 'Allow it.' }]);
    await run.report();
    await vi.waitFor(async () => expect(await (await get('/')).text()).toContain('What the last report could not do'));
  });

  it('is 404 where the daemon makes none', async () => {
    const { run } = site();
    const without = { ...run.daemon, deps: { ...run.daemon.deps } };
    Reflect.deleteProperty(without.deps, 'credits');
    const app = routes(without, metrics());
    for (const path of ['/credits/report', '/api/credits'])
      expect((await app.request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1', ...AUTH } })).status).toBe(404);
  });
});
