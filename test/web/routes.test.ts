import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { DaemonDeps } from '../../src/daemon/deps.ts';
import { metrics } from '../../src/daemon/metrics.ts';
import type { Settings } from '../../src/model/settings.ts';
import { credits } from '../../src/usage/credits.ts';
import { routes } from '../../src/web/routes.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { BASE, NOW, sourceFile } from '../support/world.ts';

const READ = 'read-token-0123456789abcdef';
const WRITE = 'write-token-0123456789abcdef';
const SECRET = 'webhook-secret-0123456789';
const EVIL = '<img src=x onerror=alert(1)>';
const POLICY = `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [ana@example.com]\nowner: leads\nreason: work\n`;
const WORLD = {
  users: ['ana@example.com', EVIL],
  groups: { 'kiro-eng-pro': [EVIL], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const NAMES = [
  '/',
  '/plan',
  '/drift',
  '/people',
  '/history',
  '/api/status',
  '/api/plan',
  '/api/drift',
  '/api/history',
  '/credits',
  '/api/credits',
];
const DEEDS = ['/api/reconcile', '/api/suspend', '/api/resume'];

let open: TestDaemon[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.stop()));
  open = [];
});

const roster: NonNullable<DaemonDeps['credits']> = async (found, month) => credits({ ...found, facts: null, month, now: NOW });

function site(http: Partial<Settings['http']> = {}, more: Parameters<typeof testDaemon>[3] = {}) {
  const run = testDaemon(POLICY, WORLD, { mode: 'observe', http: { ...SETTINGS.http, ...http } }, { credits: roster, ...more });
  open.push(run);
  const app = routes(run.daemon, metrics());
  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: string | Uint8Array<ArrayBuffer>) =>
    app.request(`http://127.0.0.1${path}`, {
      method,
      headers: { host: '127.0.0.1:8080', ...headers },
      ...(body === undefined ? {} : { body }),
    });
  return { run, call };
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (token: string) => ({ authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}` });
const suspension = JSON.stringify({ owner: 'leads', reason: 'audit', until: '2026-12-01T00:00:00Z' });

it('every answer of JSON writes characters that drive a terminal as escapes', async () => {
  const odd = 'team\u202e\u009b[2J.yaml';
  const { source } = testDaemon('', {});
  const files = [sourceFile('base.yaml', BASE), sourceFile(odd, `${POLICY}x: 1\n`)];
  const fetch = async () => ({ revision: `main@sha1:${'1'.repeat(40)}`, files });
  const { run, call } = site({ tokens: { read: [], write: [WRITE] } }, { source: { ...source, fetch } });
  await run.pass();
  const status = async () => (await call('GET', '/api/status', bearer(WRITE))).text();
  const text = await status();
  expect(text).not.toMatch(/[\u202e\u009b]/);
  expect(JSON.parse(text).diagnostics.map((each: { file: string }) => each.file)).toContain(odd);
  const said = await (await call('POST', '/api/suspend', bearer(WRITE), suspension.replace('leads', 'leads\u202e'))).text();
  expect(said).not.toContain('\u202e');
  expect(await status()).not.toContain('\u202e');
});

describe('tokens', () => {
  const both = { tokens: { read: [READ], write: [WRITE] } };
  const none = { tokens: { read: [], write: [] } };
  const cases: readonly (readonly [string, Partial<Settings['http']>, Record<string, string>, number, number])[] = [
    // situation, http settings, headers, status of what shows names, status of deeds
    ['no token set, loopback, none sent', none, {}, 200, 403],
    ['no token set, loopback, some sent', none, bearer('x'), 200, 403],
    ['no token set, not loopback', { ...none, host: '0.0.0.0' }, {}, 401, 403],
    ['both set, none sent', both, {}, 401, 401],
    ['both set, wrong one', both, bearer(`${READ}x`), 401, 401],
    ['both set, a prefix of one', both, bearer(READ.slice(0, -1)), 401, 401],
    ['both set, an empty one', both, { authorization: 'Bearer ' }, 401, 401],
    ['both set, read token', both, bearer(READ), 200, 403],
    ['both set, write token', both, bearer(WRITE), 200, 202],
    ['both set, read token by Basic', both, basic(READ), 200, 401],
    ['both set, write token by Basic: a browser would send it for another site', both, basic(WRITE), 200, 401],
    ['only write set, none sent', { tokens: { read: [], write: [WRITE] } }, {}, 401, 401],
    ['only read set', { tokens: { read: [READ], write: [] } }, bearer(READ), 200, 403],
  ];
  it.each(cases)('%s', async (_name, http, headers, shows, does) => {
    const { run, call } = site(http);
    await run.pass();
    for (const path of NAMES) expect((await call('GET', path, headers)).status, path).toBe(shows);
    for (const path of DEEDS) {
      const wanted = does === 202 && path !== '/api/reconcile' ? 200 : does;
      const body = path === '/api/suspend' ? [suspension] : [];
      expect((await call('POST', path, headers, ...body)).status, path).toBe(wanted);
    }
    for (const path of ['/healthz', '/readyz', '/metrics']) expect((await call('GET', path)).status, path).toBe(200);
  });

  it('tells a browser how to ask for the token, and only for reading', async () => {
    const { call } = site(both);
    expect((await call('GET', '/')).headers.get('www-authenticate')).toContain('Basic');
    expect((await call('POST', '/api/reconcile')).headers.get('www-authenticate')).toBeNull();
  });

  it('does no deed that it refuses', async () => {
    const { run, call } = site(both);
    for (const path of DEEDS) await call('POST', path, bearer(READ), suspension);
    expect(run.events).toEqual([]);
    expect(run.journal.list).toEqual([]);
  });
});

describe('requests', () => {
  it('answers only its own name on loopback (DNS rebinding)', async () => {
    const { call } = site();
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:1', '[::1]:8080'])
      expect((await call('GET', '/healthz', { host })).status).toBe(200);
    for (const host of ['evil.example.com', '127.0.0.1.example.com', ''])
      expect((await call('GET', '/healthz', { host })).status).toBe(403);
    expect(
      (await site({ host: '0.0.0.0', tokens: { read: [READ], write: [] } }).call('GET', '/healthz', { host: 'kirosync.example.com' }))
        .status,
    ).toBe(200);
  });

  it.each([
    ['GET', '/nowhere', 404],
    ['GET', '/api', 404],
    ['POST', '/', 405],
    ['DELETE', '/api/status', 405],
    ['GET', '/api/reconcile', 405],
    ['PUT', '/hooks/git', 405],
  ])('%s %s is %i, as JSON with advice', async (method, path, status) => {
    const answer = await site().call(method, path);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.any(String), advice: expect.any(String) });
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/^(GET|POST)$/);
  });

  it('refuses bodies over 1 MiB', async () => {
    const { call } = site({ tokens: { read: [], write: [WRITE] }, webhookSecret: SECRET });
    const large = 'x'.repeat(1024 * 1024 + 1);
    expect((await call('POST', '/api/suspend', bearer(WRITE), large)).status).toBe(413);
    expect((await call('POST', '/hooks/git', {}, large)).status).toBe(413);
  });
});

describe('POST /hooks/git', () => {
  const body = new TextEncoder().encode('{"ref":"refs/heads/main"}');
  const sign = (secret: string) => ({ 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` });

  it('asks for a pass when the signature matches; any number of replays costs one more', async () => {
    let release = () => {};
    const blocked = new Promise<never>((_resolve, reject) => {
      release = () => reject(new Error('the first pass is over'));
    });
    const { run, call } = site({ webhookSecret: SECRET }, { observe: () => blocked });
    const first = run.pass().catch(() => 'over');
    for (let i = 0; i < 5; i++) expect((await call('POST', '/hooks/git', sign(SECRET), body)).status).toBe(202);
    release();
    await first;
    await run.pass().catch(() => 'over');
    const by = run.events.flatMap((event) => (event.type === 'started' ? [event.turn.asks.map((ask) => ask.by)] : []));
    expect(by.filter((each) => each.includes('webhook'))).toHaveLength(1);
  });

  it.each([
    ['another secret', sign('another')],
    ['no signature', {}],
    ['no scheme', { 'x-hub-signature-256': sign(SECRET)['x-hub-signature-256'].slice(7) }],
    ['an empty one', { 'x-hub-signature-256': 'sha256=' }],
  ])('refuses %s', async (_name, headers) => {
    const { run, call } = site({ webhookSecret: SECRET });
    expect((await call('POST', '/hooks/git', headers, body)).status).toBe(401);
    expect(run.events).toEqual([]);
  });

  it('is not there without a secret', async () => {
    expect((await site().call('POST', '/hooks/git', sign(''), body)).status).toBe(404);
  });
});

describe('POST /api/suspend', () => {
  const tokens = { tokens: { read: [], write: [WRITE] } };
  it.each([
    ['no JSON', 'until tomorrow'],
    ['a list', '[]'],
    ['no owner', '{"reason":"r","until":"2026-12-01T00:00:00Z"}'],
    ['an empty reason', '{"owner":"o","reason":"  ","until":"2026-12-01T00:00:00Z"}'],
    ['no end', '{"owner":"o","reason":"r"}'],
    ['an end that is no instant', '{"owner":"o","reason":"r","until":"next week"}'],
    ['an end in the past', '{"owner":"o","reason":"r","until":"2026-11-10T11:59:59Z"}'],
  ])('refuses %s', async (_name, body) => {
    const { run, call } = site(tokens);
    const answer = await call('POST', '/api/suspend', bearer(WRITE), body);
    expect(answer.status).toBe(400);
    expect(run.journal.list).toEqual([]);
  });

  it.each(['/api/suspend', '/api/resume'])('%s is a 503 with the reason where the journal cannot be written', async (path) => {
    const { run, call } = site({ tokens: { read: [], write: [WRITE] } });
    run.journal.writable = false;
    const answer = await call('POST', path, bearer(WRITE), suspension);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      error: expect.stringMatching(/^The (suspension|resumption) is not kept: .*journal.* cannot be written/),
      advice: expect.stringContaining('ask again'),
    });
  });

  it('suspends, shows it, and resume ends it', async () => {
    const { call } = site(tokens);
    await call('POST', '/api/suspend', bearer(WRITE), suspension);
    const status = async () => (await (await call('GET', '/api/status', bearer(WRITE))).json()) as { suspended: unknown };
    expect((await status()).suspended).toMatchObject({ owner: 'leads', reason: 'audit', until: '2026-12-01T00:00:00.000Z' });
    expect(await (await call('GET', '/metrics')).text()).toMatch(/^kirosync_suspended_since_timestamp_seconds \d/m);
    expect((await call('POST', '/api/resume', bearer(WRITE))).status).toBe(200);
    expect((await status()).suspended).toBeNull();
  });
});

describe('what is shown', () => {
  it('says that nothing is known before the first pass', async () => {
    const { call } = site();
    expect((await call('GET', '/')).status).toBe(200);
    for (const path of ['/api/plan', '/api/drift', '/api/credits']) expect((await call('GET', path)).status, path).toBe(404);
    expect((await call('GET', '/readyz')).status).toBe(503);
    expect(await (await call('GET', '/readyz')).json()).toEqual({ ready: false, reasons: ['No pass has ended yet.'] });
  });

  it('gives the plan and the drift in their documented formats', async () => {
    const { run, call } = site();
    await run.pass();
    expect(await (await call('GET', '/api/plan')).json()).toMatchObject({ format: 'kirosync.plan/v1', summary: { create: 1, delete: 1 } });
    expect(await (await call('GET', '/api/drift')).json()).toMatchObject({ format: 'kirosync.drift/v1', base: 'configuration' });
    expect(await (await call('GET', '/api/history')).json()).toMatchObject({ passes: [{ outcome: 'pending' }] });
  });

  it('escapes every name on the pages, which run nothing but their own script', async () => {
    const { run, call } = site();
    await run.pass();
    for (const path of ['/', '/plan', '/drift']) {
      const text = await (await call('GET', path)).text();
      expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
      expect(text).not.toMatch(/<img|<script(?! src="\/assets\/live\.js" defer>)|<[^>]*\son\w+=|https?:/i);
    }
  });

  it('names nobody without a token', async () => {
    const { run, call } = site({ tokens: { read: [READ], write: [WRITE] } });
    await run.pass();
    for (const path of ['/healthz', '/readyz', '/metrics', '/', '/api/status', '/credits', '/api/credits']) {
      const answer = await call('GET', path);
      expect(await answer.text(), path).not.toMatch(/@example\.com|onerror/);
    }
  });

  it('counts passes, drift and money in the metrics', async () => {
    const measured = metrics();
    const { run } = site();
    const ended = await run.pass();
    measured.hear({ type: 'pass', ended });
    const text = await measured.text(run.daemon);
    expect(text).toContain('kirosync_passes_total{outcome="pending"} 1');
    expect(text).toContain('kirosync_planned_changes 2');
    expect(text).toContain('kirosync_drift_items{kind="missing"} 1');
    expect(text).toContain('kirosync_monthly_run_rate_usd{profile="eng"} 20');
    expect(text).toContain('kirosync_journal_writable 1');
  });
});
