import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { metrics } from '../../src/daemon/metrics.ts';
import type { Settings } from '../../src/model/settings.ts';
import { sameSecret, weakSecrets } from '../../src/web/auth.ts';
import { PAGE_POLICY, SECURITY_HEADERS } from '../../src/web/header.ts';
import { routes } from '../../src/web/routes.ts';
import { listen, PATIENCE, type Patience } from '../../src/web/server.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { creditsFrom } from '../support/report.ts';
import { exchange, statuses, type Wire, wire } from './wire.ts';

// The daemon's HTTP as somebody meets it who wants in, or wants it down. Ordinary answers: test/web/routes.test.ts.

const READ = 'read-token-0123456789abcdef';
const WRITE = 'write-token-0123456789abcdef';
const SECRET = 'webhook-secret-0123456789';
const POLICY = `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [ana@example.com]\nowner: leads\nreason: work\n`;
const WORLD = {
  users: ['ana@example.com'],
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const BOTH = { tokens: { read: [READ], write: [WRITE] }, webhookSecret: SECRET };
const NONE = { tokens: { read: [], write: [] }, webhookSecret: null };
const ROUTES = {
  GET: [
    '/healthz',
    '/readyz',
    '/metrics',
    '/',
    '/plan',
    '/drift',
    '/people',
    '/history',
    '/api/status',
    '/api/plan',
    '/api/drift',
    '/api/credits',
    '/api/history',
  ],
  POST: ['/api/reconcile', '/api/suspend', '/api/resume', '/hooks/git'],
} as const;
const PATHS = [...ROUTES.GET, ...ROUTES.POST];
const QUICK: Patience = { ...PATIENCE, headers: 1000, request: 1500, check: 50, idle: 1200 };

type Line = { readonly fields: object; readonly text: string };
type Site = {
  readonly run: TestDaemon;
  readonly url: string;
  readonly lines: readonly Line[];
  readonly call: (
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: string | Uint8Array<ArrayBuffer>,
  ) => Promise<Response>;
  readonly wire: () => Wire;
};

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The real server around a real daemon on fake ports. */
async function site(
  http: Partial<Settings['http']> = BOTH,
  { patience = PATIENCE, more = {} }: { readonly patience?: Patience; readonly more?: Parameters<typeof testDaemon>[3] } = {},
): Promise<Site> {
  const lines: Line[] = [];
  const hear = (fields: object, text: string) => void lines.push({ fields, text });
  const log = { info: () => {}, warn: hear, error: hear };
  const run = testDaemon(POLICY, WORLD, { mode: 'observe', http: { ...SETTINGS.http, ...http } }, { log, ...more });
  const server = await listen(routes(run.daemon, metrics()), { host: '127.0.0.1', port: 0 }, patience);
  const wires: Wire[] = [];
  open.push(run.stop, server.close, async () => {
    for (const each of wires) each.hangUp();
  });
  return {
    run,
    url: server.url,
    lines,
    call: (method, path, headers = {}, body) =>
      fetch(`${server.url}${path}`, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) }),
    wire: () => {
      const made = wire(server.url);
      wires.push(made);
      return made;
    },
  };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const hmac = (body: string | Uint8Array, secret = SECRET, algorithm = 'sha256') => createHmac(algorithm, secret).update(body).digest('hex');
const signed = (body: string | Uint8Array) => ({ 'x-hub-signature-256': `sha256=${hmac(body)}` });
/** No deed was done: nobody asked for a pass and nothing was written down. */
function untouched({ run }: Site): void {
  expect(run.events.filter((event) => event.type === 'asked')).toEqual([]);
  expect(run.journal.list).toEqual([]);
}
/** Others are answered. Asked again where a busy machine made this very request a slow one. */
const alive = async ({ call }: Site) =>
  expect.poll(async () => (await call('GET', '/healthz').catch(() => null))?.status, { timeout: 15_000 }).toBe(200);
const head = (method: string, path: string, headers: readonly string[] = []) =>
  [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');

const plain = creditsFrom(
  () => new Date('2026-11-10T12:00:00Z'),
  () => [],
);

describe('a forged webhook', () => {
  const body = '{"ref":"refs/heads/main"}';
  const right = `sha256=${hmac(body)}`;
  const forged: readonly (readonly [string, Record<string, string>])[] = [
    ['over other bytes', signed(`${body} `)],
    ['cut short', { 'x-hub-signature-256': right.slice(0, -1) }],
    ['too long', { 'x-hub-signature-256': `${right}0` }],
    ['given twice in one header', { 'x-hub-signature-256': `${right}, ${right}` }],
    ['of SHA-1', { 'x-hub-signature-256': `sha1=${hmac(body, SECRET, 'sha1')}` }],
    ['of SHA-1 in the old header', { 'x-hub-signature': `sha1=${hmac(body, SECRET, 'sha1')}` }],
    ['of SHA-512', { 'x-hub-signature-256': `sha512=${hmac(body, SECRET, 'sha512')}` }],
    ['with the algorithm none', { 'x-hub-signature-256': 'none=' }],
    ['in base64', { 'x-hub-signature-256': `sha256=${Buffer.from(hmac(body), 'hex').toString('base64')}` }],
    ['that is the secret itself', { 'x-hub-signature-256': SECRET }],
    ['with an empty secret', { 'x-hub-signature-256': `sha256=${hmac(body, '')}` }],
    ['in the way of another forge, with a token that is not the secret', { 'x-gitlab-token': `${SECRET}0` }],
    ['beside the secret in the way of another forge', { 'x-gitlab-token': SECRET, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
    ['with the write token instead', bearer(WRITE)],
  ];
  it.each(forged)('%s is refused and asks for nothing', async (_name, headers) => {
    const made = await site();
    const answer = await made.call('POST', '/hooks/git', headers, body);
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain(hmac(body));
    untouched(made);
  });

  it('two signature headers are refused, even when one is right', async () => {
    const made = await site();
    const lines = [`X-Hub-Signature-256: ${right}`, `X-Hub-Signature-256: sha256=${'0'.repeat(64)}`, `Content-Length: ${body.length}`];
    for (const order of [lines, [...lines].reverse()])
      expect(statuses(await exchange(made.url, `${head('POST', '/hooks/git', [...order, 'Connection: close'])}${body}`))).toEqual([401]);
    untouched(made);
  });

  it('a compressed body is signed as it is sent, and never unpacked', async () => {
    const made = await site();
    const packed = new Uint8Array(gzipSync(Buffer.alloc(16 * 1024 * 1024)));
    const headers = { 'content-encoding': 'gzip' };
    expect((await made.call('POST', '/hooks/git', { ...headers, ...signed(packed) }, packed)).status).toBe(202);
    expect((await made.call('POST', '/hooks/git', { ...headers, ...signed(body) }, new Uint8Array(gzipSync(body)))).status).toBe(401);
    expect((await made.call('POST', '/api/suspend', { ...headers, ...bearer(WRITE) }, packed)).status).toBe(400);
  });

  it('10,000 replays while a pass runs cost one more pass', async () => {
    let release = () => {};
    const blocked = new Promise<never>((_resolve, reject) => {
      release = () => reject(new Error('over'));
    });
    const made = await site(BOTH, { more: { observe: () => blocked } });
    const first = made.run.pass().catch(() => {});
    const one = `${head('POST', '/hooks/git', [`X-Hub-Signature-256: ${right}`, `Content-Length: ${body.length}`])}${body}`;
    expect(statuses(await exchange(made.url, one.repeat(100)))).toEqual(Array.from({ length: 100 }, () => 202));
    // The rest of them as the route asks, which is quicker than HTTP.
    for (let i = 100; i < 10_000; i += 1) made.run.daemon.ask({ kind: 'reconcile', reason: 'push', by: 'webhook' });
    release();
    await first;
    await made.run.pass().catch(() => {});
    const passes = made.run.events.flatMap((event) => (event.type === 'started' ? [event.turn.asks] : []));
    expect(passes.filter((asks) => asks.some((ask) => ask.by === 'webhook'))).toHaveLength(1);
    expect(Math.max(...passes.map((asks) => asks.length))).toBeLessThanOrEqual(20);
  });
});

describe('tokens', () => {
  const wrong: readonly (readonly [string, Record<string, string>])[] = [
    ['none', {}],
    ['an empty one', { authorization: 'Bearer' }],
    ['one character of it', bearer(WRITE.slice(0, 1))],
    ['all but the last character', bearer(WRITE.slice(0, -1))],
    ['one character more', bearer(`${WRITE}x`)],
    ['other case', bearer(WRITE.toUpperCase())],
    ['two in a header', { authorization: `Bearer ${WRITE}, Bearer ${WRITE}` }],
    ['another scheme', { authorization: `Token ${WRITE}` }],
    ['no scheme', { authorization: WRITE }],
    ['in a cookie', { cookie: `token=${WRITE}; authorization=Bearer ${WRITE}` }],
    [
      'in headers of proxies',
      { 'x-api-key': WRITE, 'proxy-authorization': `Bearer ${WRITE}`, 'x-forwarded-authorization': `Bearer ${WRITE}` },
    ],
    ['as the user of Basic', { authorization: `Basic ${btoa(`${WRITE}:`)}` }],
    ['Basic that is no base64', { authorization: 'Basic %%%' }],
    ['Basic without a colon', { authorization: `Basic ${btoa(WRITE)}` }],
    ['a claim to be local', { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' }],
    ['a claim to be somebody', { 'x-forwarded-user': 'admin', 'remote-user': 'admin' }],
  ];
  it.each(wrong)('%s: 401 on every route that needs one', async (_name, headers) => {
    const made = await site();
    await made.run.pass();
    made.run.events.length = 0;
    made.run.journal.list.length = 0;
    for (const path of ROUTES.GET.slice(3)) expect((await made.call('GET', path, headers)).status, path).toBe(401);
    for (const path of ROUTES.POST) {
      const answer = await made.call('POST', path, headers, '{"owner":"o","reason":"r","until":"2099-01-01"}');
      expect(answer.status, path).toBe(401);
      expect(await answer.text()).not.toContain(WRITE.slice(0, 10));
    }
    untouched(made);
  });

  it('a token in the query string is not looked at', async () => {
    const made = await site();
    const query = `?token=${WRITE}&access_token=${WRITE}&authorization=Bearer%20${WRITE}`;
    for (const path of ROUTES.GET.slice(3)) expect((await made.call('GET', `${path}${query}`)).status, path).toBe(401);
    for (const path of ROUTES.POST) expect((await made.call('POST', `${path}${query}`)).status, path).toBe(401);
    untouched(made);
  });

  it('two Authorization headers are refused, in either order', async () => {
    const made = await site();
    const two = [`Authorization: Bearer ${WRITE}`, 'Authorization: Bearer wrong', 'Content-Length: 0', 'Connection: close'];
    for (const lines of [two, [two[1] ?? '', two[0] ?? '', ...two.slice(2)]])
      expect(statuses(await exchange(made.url, head('POST', '/api/reconcile', lines)))).toEqual([401]);
    untouched(made);
  });

  it('the comparison says what === says, whatever the lengths', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', READ, READ.slice(1), `${READ}\0`, 'Ａ', 'A'));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(sameSecret(a, b)).toBe(a === b);
        expect(sameSecret(a, a)).toBe(true);
      }),
      { seed: 20261101, numRuns: 40 },
    );
  });

  // Time cannot be tested; that secrets meet nothing but the one function that takes equally long can be.
  it('no secret of the daemon is compared in any other way', () => {
    const folder = join(import.meta.dirname, '../../src/web');
    const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    expect(texts.get('auth.ts')).toMatch(/export function sameSecret[\s\S]{0,200}timingSafeEqual\(digest\(a\), digest\(b\)\)/);
    for (const [name, text] of texts) {
      expect(text, name).not.toMatch(/(token|secret|signature|given|expected)\w*(\.\w+\(.*?\))? ?[!=]==? (?!null|undefined)/i);
      expect(text, name).not.toMatch(/\b(read|write|accepted|tokens)\.(includes|indexOf|find|has)\(/);
    }
  });

  it('the daemon does not start with secrets that can be guessed or sent by nobody', () => {
    const http = { ...SETTINGS.http, tokens: { read: ['short', READ], write: [`${WRITE}\u00e9`] }, webhookSecret: 'x' };
    const found = weakSecrets(http);
    expect(found).toEqual([
      expect.stringMatching(/^A secret in http\.tokens\.read has fewer than 16 characters/),
      expect.stringMatching(/^A token in http\.tokens\.write has a character that a header cannot carry/),
      expect.stringMatching(/^A secret in http\.webhookSecret has fewer than 16 characters/),
    ]);
    expect(found.join()).not.toMatch(/short|write-token/);
    expect(weakSecrets({ ...http, ...BOTH })).toEqual([]);
    expect(weakSecrets({ ...http, ...NONE })).toEqual([]);
  });

  it('guesses are told to the log once a minute with their number, and never what was sent', async () => {
    const made = await site();
    for (let i = 0; i < 30; i += 1) await made.call('GET', '/api/status', bearer(`guess-${i}`));
    await made.call('POST', '/hooks/git', { 'x-hub-signature-256': 'sha256=guess' }, 'x');
    await made.call('GET', '/api/status'); // a browser's first request carries none: no guess
    expect(made.lines).toEqual([{ fields: { path: '/api/status', count: 1 }, text: expect.any(String) }]);
    made.run.clock.now = new Date(made.run.clock.now.getTime() + 60_000);
    await made.call('GET', '/api/plan', bearer('guess'));
    expect(made.lines[1]?.fields).toEqual({ path: '/api/plan', count: 31 });
    expect(JSON.stringify(made.lines)).not.toContain('guess');
  });
});

describe('bodies', () => {
  const LARGE = 1024 * 1024 + 1;
  it.each([
    ['/hooks/git', []],
    ['/api/suspend', [`Authorization: Bearer ${WRITE}`]],
  ] as const)(
    '%s refuses more than 1 MiB: announced, before a byte has come; in chunks, as soon as it is too much',
    async (path, headers) => {
      const made = await site();
      const announced = made.wire();
      announced.say(head('POST', path, [...headers, `Content-Length: ${2 ** 40}`]));
      expect(await announced.heard(/\r\n\r\n.*advice/s)).toMatch(/^HTTP\/1\.1 413/);
      const chunked = made.wire();
      chunked.say(head('POST', path, [...headers, 'Transfer-Encoding: chunked']));
      const piece = 'x'.repeat(0x8000);
      for (let i = 0; i <= LARGE / piece.length; i += 1) chunked.say(`8000\r\n${piece}\r\n`);
      expect(await chunked.heard(/\r\n\r\n.*advice/s)).toMatch(/^HTTP\/1\.1 413/);
      untouched(made);
      await alive(made);
    },
  );

  it('the largest body that is taken is taken', async () => {
    const made = await site();
    const most = 'x'.repeat(LARGE - 1);
    expect((await made.call('POST', '/hooks/git', signed(most), most)).status).toBe(202);
  });

  it('without a token nobody makes the daemon read a body', async () => {
    const made = await site();
    const one = made.wire();
    one.say(head('POST', '/api/suspend', ['Content-Length: 1000000']));
    expect(await one.heard(/\r\n\r\n.*advice/s)).toMatch(/^HTTP\/1\.1 401/);
  });

  it('a client that hangs up in the middle leaves no trace: no deed, and no bug in the log', async () => {
    const made = await site();
    for (const [path, headers] of [
      ['/hooks/git', []],
      ['/api/suspend', [`Authorization: Bearer ${WRITE}`]],
    ] as const)
      for (const size of ['Content-Length: 1000', 'Transfer-Encoding: chunked']) {
        const one = made.wire();
        one.say(`${head('POST', path, [...headers, size])}5\r\nhello\r\n`);
        await made.call('GET', '/healthz');
        one.hangUp();
        await one.closed;
        await made.call('GET', '/healthz');
      }
    expect(made.lines).toEqual([]);
    untouched(made);
  });
});

describe('slow and silent clients', () => {
  it('headers and bodies that never end are cut off', async () => {
    const made = await site(BOTH, { patience: QUICK });
    const silent = made.wire();
    const slowHeaders = made.wire();
    slowHeaders.say('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ');
    const slowBody = made.wire();
    slowBody.say(`${head('POST', '/hooks/git', ['Content-Length: 10'])}1`);
    await alive(made);
    expect(statuses(await slowHeaders.closed)).toEqual([408]);
    expect(await slowBody.closed).not.toMatch(/ 20\d /);
    await silent.closed;
    untouched(made);
    expect(made.lines).toEqual([]);
  });

  it('a client that trickles is no better off than one that stops', async () => {
    const made = await site(BOTH, { patience: { ...QUICK, idle: 10_000 } });
    const drop = made.wire();
    drop.say('GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => drop.say('X: y\r\n'), 5);
    const text = await drop.closed.finally(() => clearInterval(drip));
    expect(text === '' || statuses(text)[0] === 408).toBe(true);
  });

  it('a client that asks and never reads is cut off, and what it was owed is not kept', async () => {
    const notes = ['x'.repeat(16 * 1024 * 1024)];
    const credits = async (...asked: Parameters<typeof plain>) => ({ ...(await plain(...asked)), notes });
    const made = await site(BOTH, { patience: { ...QUICK, idle: 400 }, more: { credits } });
    await made.run.pass();
    const deaf = made.wire();
    let bytes = 0;
    deaf.socket.pause().on('data', (text: string) => {
      bytes += text.length;
    });
    deaf.say(head('GET', '/api/credits', [`Authorization: Bearer ${READ}`]));
    deaf.socket.pause();
    // Silent connections that came later are cut off after the same time. Node looks twice whether a write goes on, so by
    // the end of the fourth the deaf one has been cut off too.
    for (let i = 0; i < 4; i += 1) await made.wire().closed;
    await alive(made);
    deaf.socket.resume();
    await deaf.closed;
    expect(bytes).toBeLessThan(16 * 1024 * 1024);
    const reader = await made.call('GET', '/api/credits', bearer(READ));
    expect((await reader.text()).length).toBeGreaterThan(16 * 1024 * 1024);
  });

  it('one connection cannot ask without end', async () => {
    const made = await site();
    const text = await exchange(made.url, head('GET', '/healthz').repeat(150));
    expect(statuses(text).filter((status) => status === 200)).toHaveLength(PATIENCE.requests);
    await alive(made);
  });

  it('more connections than the bound are closed at once; those that are in go on, and so do passes', async () => {
    const made = await site(BOTH, { patience: { ...PATIENCE, connections: 8 } });
    const inside = made.wire();
    inside.say(head('GET', '/healthz'));
    await inside.heard(/alive/);
    const crowd = Array.from({ length: 40 }, () => made.wire());
    const turnedAway = await Promise.race([...crowd.map((each) => each.closed)]);
    expect(turnedAway).toBe('');
    inside.say(head('GET', '/readyz'));
    await inside.heard(/ready/);
    expect((await made.run.pass()).result.outcome).toBe('pending');
    for (const each of crowd) each.hangUp();
    await Promise.all(crowd.map((each) => each.closed));
    await expect.poll(async () => (await made.call('GET', '/healthz').catch(() => null))?.status).toBe(200);
  });

  it('the daemon itself uses bounds that outlast a rollout, not a day', () => {
    expect(PATIENCE.headers).toBeLessThanOrEqual(15_000);
    expect(PATIENCE.request).toBeLessThanOrEqual(30_000);
    expect(PATIENCE.idle).toBeLessThanOrEqual(300_000);
    expect(PATIENCE.connections).toBeLessThanOrEqual(512);
  });

  it('everybody who asks for credits at once gets the same report', async () => {
    let made = 0;
    let give = () => {};
    const credits = async (...asked: Parameters<typeof plain>) => {
      made += 1;
      await new Promise<void>((resolve) => {
        give = resolve;
      });
      return await plain(...asked);
    };
    const one = await site(BOTH, { more: { credits } });
    await one.run.pass();
    const asks = Array.from({ length: 20 }, () => one.call('GET', '/api/credits', bearer(READ)));
    await expect.poll(() => made).toBe(1);
    await alive(one);
    give();
    for (const answer of await Promise.all(asks)) expect(answer.status).toBe(200);
    expect(made).toBe(1);
    const again = one.call('GET', '/api/credits', bearer(READ));
    await expect.poll(() => made).toBe(2);
    give();
    expect((await again).status).toBe(200);
  });
});

/** Requests that are no proper HTTP/1.1, or that two readers could read in two ways. */
const ILL: readonly (readonly [string, string | Uint8Array, readonly number[]])[] = [
  [
    'Content-Length and Transfer-Encoding (CL.TE)',
    `${head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Content-Length: 6', 'Transfer-Encoding: chunked'])}0\r\n\r\nX`,
    [400],
  ],
  [
    'Transfer-Encoding and Content-Length (TE.CL)',
    `${head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Transfer-Encoding: chunked', 'Content-Length: 3'])}8\r\nSMUGGLED\r\n0\r\n\r\n`,
    [400],
  ],
  [
    'two different lengths',
    head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Content-Length: 0', 'Content-Length: 5']),
    [400],
  ],
  ['two lengths in one header', head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Content-Length: 0, 0']), [400]],
  ['a negative length', head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Content-Length: -1']), [400]],
  ['a length in hex', head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Content-Length: 0x0']), [400]],
  [
    'a length beyond 2^64',
    head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Content-Length: 99999999999999999999']),
    [400],
  ],
  ['an unknown encoding', head('POST', '/hooks/git', ['Transfer-Encoding: xchunked']), [400]],
  ['a space before the colon', `POST /api/reconcile HTTP/1.1\r\nHost: localhost\r\nAuthorization : Bearer ${WRITE}\r\n\r\n`, [400]],
  [
    'a folded header',
    `POST /api/reconcile HTTP/1.1\r\nHost: localhost\r\nX: y\r\n Authorization: Bearer ${WRITE}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    [400, 401],
  ],
  ['line feeds only', `POST /api/reconcile HTTP/1.1\nHost: localhost\nContent-Length: 0\nConnection: close\n\n`, [400, 401]],
  ['a NUL in a header', head('POST', '/api/reconcile', ['X: a\0b']), [400]],
  ['a carriage return in a header', head('POST', '/api/reconcile', ['X: a\rb']), [400]],
  ['headers of 32 KiB', head('GET', '/healthz', [`X: ${'a'.repeat(32_768)}`]), [431]],
  [
    '10,000 headers',
    head(
      'GET',
      '/healthz',
      Array.from({ length: 10_000 }, (_, i) => `X${i}: y`),
    ),
    [431],
  ],
  ['a URL of 32 KiB', head('GET', `/${'a'.repeat(32_768)}`), [431, 414, 400]],
  ['a chunk extension of 64 KiB', `${head('POST', '/hooks/git', ['Transfer-Encoding: chunked'])}1;${'a'.repeat(65_536)}\r\n`, [413, 400]],
  ['TLS', new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]), [400]],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]],
  ['HTTP/0.9', 'GET /healthz\r\n\r\n', [400, 403]],
  ['HTTP/1.0 without a host', 'GET /healthz HTTP/1.0\r\n\r\n', [400, 403]],
  ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', [403]],
  ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n', [400, 403]],
  ['a method of its own', 'FETCH /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', [400]],
  ['TRACE', head('TRACE', '/api/status', ['Connection: close', `Authorization: Bearer ${WRITE}`]), [405]],
  ['a path that is no URL', head('GET', '//', ['Connection: close']), [400, 404]],
  ['bad percent-encoding', head('GET', '/api/%zz%', ['Connection: close']), [404]],
  ['overlong UTF-8', head('GET', '/%c0%ae%c0%ae/etc/passwd', ['Connection: close']), [404]],
  ['a path upwards', head('GET', '/../../../../etc/passwd', ['Connection: close']), [404]],
  ['a path upwards, encoded', head('GET', '/api/..%2f..%2fetc%2fpasswd', ['Connection: close']), [404]],
  ['a path with a NUL', head('GET', '/api/status%00.html', ['Connection: close']), [404]],
  ['the path of another case', head('GET', '/API/STATUS', ['Connection: close']), [404]],
  ['a slash too many', head('GET', '/api//status/', ['Connection: close']), [404]],
  ['a path as a name of JavaScript', head('GET', '/__proto__/constructor', ['Connection: close']), [404]],
  ['an upgrade', head('GET', '/api/status', ['Upgrade: websocket', 'Connection: Upgrade, close', 'Sec-WebSocket-Key: x']), [401]],
  ['an expectation', head('POST', '/api/reconcile', ['Expect: something-else', 'Content-Length: 0', 'Connection: close']), [417, 401]],
];

describe('requests that are not quite HTTP', () => {
  it.each(ILL)('%s', async (_name, bytes, expected) => {
    const made = await site(BOTH, { patience: { ...PATIENCE, keepAlive: 20 } });
    const text = await exchange(made.url, bytes);
    const [status] = statuses(text);
    expect(expected, text.slice(0, 300)).toContain(status);
    expect(statuses(text), text).toHaveLength(1);
    if (status !== 417) for (const [name, value] of SECURITY_HEADERS) expect(text, text).toContain(`\r\n${name}: ${value}\r\n`);
    expect(text).not.toMatch(/root:|smuggled|^\s+at /im);
    expect(text).not.toContain(WRITE);
    untouched(made);
    await alive(made);
    expect(made.lines).toEqual([]);
  });

  it('CONNECT gets no tunnel', async () => {
    const made = await site();
    expect(await exchange(made.url, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n')).not.toMatch(/ 200 /);
    await alive(made);
  });

  it('what follows in the same packet is a request of its own, with its own token', async () => {
    const made = await site();
    const first = `${head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Content-Length: 0'])}`;
    const text = await exchange(made.url, `${first}${head('POST', '/api/reconcile', ['Content-Length: 0', 'Connection: close'])}`);
    expect(statuses(text)).toEqual([202, 401]);
    expect(made.run.events.filter((event) => event.type === 'asked')).toHaveLength(1);
  });

  it('a body after a refused request is never read as the next request', async () => {
    const made = await site();
    const hidden = head('POST', '/api/reconcile', [`Authorization: Bearer ${WRITE}`, 'Content-Length: 0']);
    for (const length of [`Content-Length: ${hidden.length}`, 'Transfer-Encoding: chunked']) {
      const body = length.startsWith('T') ? `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n` : hidden;
      expect(statuses(await exchange(made.url, `${head('POST', '/nowhere', [length, 'Connection: close'])}${body}`))).toEqual([404]);
      expect(statuses(await exchange(made.url, `${head('GET', '/healthz', [length, 'Connection: close'])}${body}`))).toEqual([200]);
    }
    untouched(made);
  });
});

describe('a browser that was lured', () => {
  const deed = '{"owner":"o","reason":"r","until":"2099-01-01"}';
  const lured: readonly (readonly [string, string, string, Record<string, string>, number])[] = [
    // what, method, path, headers beside a good token, status
    ['a form of another site', 'POST', '/api/suspend', { origin: 'https://evil.example.com', 'content-type': 'text/plain' }, 403],
    ['a form of a sandbox or a file', 'POST', '/api/resume', { origin: 'null' }, 403],
    ['a form of another port of this machine', 'POST', '/api/resume', { origin: 'http://127.0.0.1:1' }, 403],
    [
      'a form, told by Sec-Fetch-Site',
      'POST',
      '/api/resume',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      403,
    ],
    ['a form of another name of this machine', 'POST', '/api/resume', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
    ['an image', 'GET', '/api/status', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 403],
    ['a script', 'GET', '/api/status', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }, 403],
    ['a frame', 'GET', '/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
    ['a fetch', 'GET', '/api/plan', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', origin: 'https://evil.example.com' }, 403],
    ['a link in a mail', 'GET', '/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
    ['its own address bar', 'GET', '/', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
  ];
  it.each(lured)('%s: %s %s', async (_what, method, path, headers, status) => {
    const made = await site();
    await made.run.pass();
    made.run.journal.list.length = 0;
    made.run.events.length = 0;
    const lines = Object.entries({ ...bearer(WRITE), ...headers }).map(([name, value]) => `${name}: ${value}`);
    const length = method === 'POST' ? [`Content-Length: ${deed.length}`] : [];
    const text = await exchange(
      made.url,
      `${head(method, path, [...lines, ...length, 'Connection: close'])}${method === 'POST' ? deed : ''}`,
    );
    expect(statuses(text)).toEqual([status]);
    expect(text).not.toMatch(/access-control-/i);
    untouched(made);
  });

  it('the same origin may post, and so may a program', async () => {
    const made = await site();
    const own = { origin: made.url, 'sec-fetch-site': 'same-origin' };
    const send = (headers: Record<string, string>) => {
      const lines = Object.entries({ ...bearer(WRITE), ...headers }).map(([name, value]) => `${name}: ${value}`);
      return exchange(
        made.url,
        [
          'POST /api/reconcile HTTP/1.1',
          `Host: ${new URL(made.url).host}`,
          ...lines,
          'Content-Length: 0',
          'Connection: close',
          '',
          '',
        ].join('\r\n'),
      );
    };
    expect(statuses(await send(own))).toEqual([202]);
    expect(statuses(await send({}))).toEqual([202]);
  });

  it('a preflight is told nothing', async () => {
    const made = await site();
    for (const path of PATHS) {
      const answer = await made.call('OPTIONS', path, {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      });
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(answer.status, path).toBe(405);
    }
  });

  it.each([
    'evil.example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
    'localhost:1:2',
    'localhost@evil.example.com',
    '0.0.0.0',
    '[::]',
    '127.0.0.1.',
    '2130706433',
    'localhost, evil.example.com',
  ])('a name that was made to point here is refused (DNS rebinding): %s', async (host) => {
    const made = await site(NONE);
    const text = await exchange(made.url, `GET /api/status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect([400, 403]).toContain(statuses(text)[0]);
    expect(text).not.toContain('kirosync.status');
  });

  it('a full URL in the request line does not stand in for the Host', async () => {
    const made = await site(NONE);
    const from = (target: string, host: string) =>
      exchange(made.url, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(statuses(await from('http://localhost/healthz', 'evil.example.com'))).toEqual([403]);
    expect(statuses(await from('http://evil.example.com/healthz', 'localhost'))).toEqual([200]);
  });
});

describe('methods', () => {
  it('GET, HEAD and every method but POST change nothing, whatever a header says of another method', async () => {
    const made = await site();
    const override = { 'x-http-method-override': 'POST', 'x-method-override': 'POST', 'x-http-method': 'POST' };
    for (const path of ROUTES.POST) {
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const answer = await made.call(method, `${path}?_method=POST`, { ...bearer(WRITE), ...override });
        expect(answer.status, `${method} ${path}`).toBe(405);
        expect(answer.headers.get('allow')).toBe('POST');
      }
    }
    for (const path of ROUTES.GET)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
        expect((await made.call(method, path, bearer(WRITE))).status, `${method} ${path}`).toBe(405);
    untouched(made);
  });

  it('HEAD says what GET would, without a body', async () => {
    const made = await site();
    await made.run.pass();
    for (const path of ROUTES.GET) {
      const answer = await made.call('HEAD', path, bearer(READ));
      expect(answer.status, path).toBe((await made.call('GET', path, bearer(READ))).status);
      expect(await answer.text()).toBe('');
    }
  });

  it('every answer of every route says what a browser must not do with it', async () => {
    const made = await site();
    for (const pass of ['before', 'after']) {
      for (const path of [...PATHS, '/nowhere', '/favicon.ico'])
        for (const method of ['GET', 'POST', 'PUT'])
          for (const headers of [bearer(WRITE), bearer('wrong')]) {
            const answer = await made.call(method, path, headers);
            const isPage = answer.headers.get('content-type')?.startsWith('text/html') === true;
            for (const [name, value] of SECURITY_HEADERS) {
              const wanted = isPage && name === 'content-security-policy' ? PAGE_POLICY : value;
              expect(answer.headers.get(name), `${method} ${path} ${name}`).toBe(wanted);
            }
            expect(answer.headers.get('server') ?? answer.headers.get('x-powered-by'), path).toBeNull();
            await answer.arrayBuffer();
          }
      if (pass === 'before') await made.run.pass();
    }
  }, 60_000);
});

describe('text that a person with a write token sends', () => {
  const until = '2099-01-01T00:00:00Z';
  const send = (made: Site, body: string) => made.call('POST', '/api/suspend', bearer(WRITE), body);

  it('a suspension is shown with nothing in it that acts', async () => {
    const made = await site();
    const owner = '<script>alert(1)</script>';
    const reason = '"><img src=x onerror=alert(1)> red \u202egnp.exe \u00ad {{7*7}}';
    expect((await send(made, JSON.stringify({ owner, reason, until }))).status).toBe(200);
    await made.run.pass();
    const text = await (await made.call('GET', '/', bearer(READ))).text();
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text.match(/<script[^>]*>/g)).toEqual(['<script src="/assets/live.js" defer>']);
    for (const part of ['<img', '\u202e', '\u00ad']) expect(text).not.toContain(part);
    expect(JSON.parse(await (await made.call('GET', '/api/status', bearer(READ))).text())).toMatchObject({ suspended: { owner, reason } });
    expect(await (await made.call('GET', '/metrics')).text()).not.toContain('script');
  });

  it.each([
    ['an owner of 201 characters', JSON.stringify({ owner: 'o'.repeat(201), reason: 'r', until })],
    ['a reason of 1001 characters', JSON.stringify({ owner: 'o', reason: 'r'.repeat(1001), until })],
    ['a number for a text', JSON.stringify({ owner: 1, reason: 'r', until })],
    ['a list for a text', JSON.stringify({ owner: ['o'], reason: 'r', until })],
    ['a list for the end', JSON.stringify({ owner: 'o', reason: 'r', until: ['2099-01-01'] })],
    ['an unknown field', JSON.stringify({ owner: 'o', reason: 'r', until, force: true })],
    ['__proto__', `{"owner":"o","reason":"r","until":"${until}","__proto__":{"admin":true}}`],
    ['constructor', `{"owner":"o","reason":"r","until":"${until}","constructor":{"prototype":{"admin":true}}}`],
    ['fields only in __proto__', `{"__proto__":{"owner":"o","reason":"r","until":"${until}"}}`],
    ['an end in the year 10,000', JSON.stringify({ owner: 'o', reason: 'r', until: '+10000-01-01T00:00:00Z' })],
    ['an end on a day that is none', JSON.stringify({ owner: 'o', reason: 'r', until: '2099-02-30' })],
    ['an end on a day that is none, with a time', JSON.stringify({ owner: 'o', reason: 'r', until: '2099-02-30T00:00:00Z' })],
    ['an end that is a number', JSON.stringify({ owner: 'o', reason: 'r', until: 4_070_908_800_000 })],
    ['JSON 100,000 deep', '['.repeat(100_000)],
    ['an object 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['two documents', `{"owner":"o","reason":"r","until":"${until}"}{}`],
    ['a BOM and nothing', '\ufeff'],
    ['a form', 'owner=o&reason=r&until=2099-01-01'],
    ['null', 'null'],
    ['only blanks for an owner', JSON.stringify({ owner: ' \t\n', reason: 'r', until })],
    ['only invisible characters for an owner', JSON.stringify({ owner: '\u200b\u2060', reason: 'r', until })],
    ['an escape sequence in a reason', JSON.stringify({ owner: 'o', reason: '\u001b[2Jcleared', until })],
    ['line ends in an owner', JSON.stringify({ owner: 'ana\nresumed by bob', reason: 'r', until })],
  ])('refuses %s, with 400 and nothing written down', async (_name, body) => {
    const made = await site();
    const answer = await send(made, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.any(String), advice: expect.any(String) });
    untouched(made);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });
});
