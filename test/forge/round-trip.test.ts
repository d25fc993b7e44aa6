import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { githubForge } from '../../src/adapters/forge-github.ts';
import { gitlabForge } from '../../src/adapters/forge-gitlab.ts';
import type { DaemonEvent } from '../../src/daemon/daemon.ts';
import { metrics } from '../../src/daemon/metrics.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import { isJournalEntry } from '../../src/model/journal-form.ts';
import type { ForgeSettings } from '../../src/model/settings.ts';
import { routes } from '../../src/web/routes.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { NOW } from '../support/world.ts';
import { GITHUB, githubWire, type Wire } from './github-wire.ts';
import { GITLAB, gitlabWire } from './gitlab-wire.ts';

const SECRET = 'webhook-secret-0123456789';
const WORLD = {
  users: ['ana@example.com', 'bob@example.com', 'cyd@example.com'],
  groups: { 'kiro-eng-pro': ['bob@example.com'], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const policy = (users: string, more = '') =>
  `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [${users}]\nowner: leads\nreason: work\n${more}`;
const FIRST = policy('bob@example.com');
const SECOND = policy('ana@example.com, bob@example.com');
const sha = (number: number) => String(number).padStart(40, '0');

const github = (more: Partial<ForgeSettings> = {}): ForgeSettings => ({
  kind: 'github',
  apiUrl: GITHUB,
  project: 'platform/kiro-seats',
  token: 'ghp_0123456789abcdefghij',
  app: null,
  names: false,
  ...more,
});
const gitlab: ForgeSettings = { ...github(), kind: 'gitlab', apiUrl: GITLAB, token: 'glpat-0123456789abcdefghij' };

const server = setupServer();
const folder = mkdtempSync(join(tmpdir(), 'kirosync-forge-'));
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
let open: TestDaemon[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.stop()));
  open = [];
  server.resetHandlers();
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

type Options = {
  readonly settings?: Parameters<typeof testDaemon>[2];
  readonly journal?: readonly JournalEntry[];
  readonly timeoutMs?: number;
};
type Site = TestDaemon & {
  /** Runs a pass and waits until its outcome was posted, or was not. */
  readonly told: () => Promise<DaemonEvent>;
  readonly deliver: (headers: Record<string, string>, body: string) => Promise<Response>;
  readonly next: (type: DaemonEvent['type']) => Promise<DaemonEvent>;
};

function site(wire: Wire, forge: ForgeSettings, { settings = {}, journal = [], timeoutMs }: Options = {}): Site {
  server.use(...wire.handlers);
  const heard: { readonly types: readonly string[]; readonly resolve: (event: DaemonEvent) => void }[] = [];
  const clock = { now: () => NOW };
  const options = { branch: 'main', now: () => clock.now(), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const made = forge.kind === 'github' ? githubForge(forge, options) : gitlabForge(forge, options);
  const git = SETTINGS.git === null ? null : { ...SETTINGS.git, forge };
  const http = { ...SETTINGS.http, webhookSecret: SECRET };
  const run = testDaemon(FIRST, WORLD, { git, http, ...settings }, { forge: made }, (event) => {
    for (const each of heard.splice(0)) {
      if (each.types.includes(event.type)) each.resolve(event);
      else heard.push(each);
    }
  });
  clock.now = () => run.clock.now;
  run.journal.list.push(...journal);
  open.push(run);
  const app = routes(run.daemon, metrics());
  const next = (...types: string[]) => new Promise<DaemonEvent>((resolve) => void heard.push({ types, resolve }));
  return {
    ...run,
    told: async () => {
      const event = next('posted', 'post-failed');
      await run.pass();
      return event;
    },
    deliver: async (headers, body) =>
      app.request('http://127.0.0.1/hooks/git', { method: 'POST', headers: { host: '127.0.0.1', ...headers }, body }),
    next,
  };
}

const githubPush = (ref: string) => {
  const body = JSON.stringify({
    ref,
    before: sha(1),
    after: sha(2),
    repository: { full_name: 'platform/kiro-seats' },
    pusher: { name: 'ana' },
  });
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  return [{ 'x-github-event': 'push', 'x-github-delivery': '72d3162e', 'x-hub-signature-256': signature }, body] as const;
};

describe.each([
  ['GitHub', () => githubWire({ pulls: { [sha(2)]: [7] } }), github(), githubPush('refs/heads/main'), 'success', 'failure'],
  [
    'GitLab',
    () => gitlabWire({ [sha(2)]: [7] }),
    gitlab,
    [
      { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': SECRET },
      JSON.stringify({ object_kind: 'push', ref: 'refs/heads/main', after: sha(2) }),
    ] as const,
    'success',
    'failed',
  ],
])('%s: a merged pull request', (_name, wireOf, forge, [headers, body], success, failure) => {
  it('goes from the webhook through a pass to a status and one comment, which later passes leave alone', async () => {
    const wire = wireOf();
    const run = site(wire, forge);
    await run.told(); // the revision before: a direct push, looked for once more
    await run.told();
    expect(wire.comments).toEqual([]);
    run.source.push(SECOND);
    const posted = run.next('posted');
    expect((await run.deliver(headers, body)).status).toBe(202);
    expect(await posted).toMatchObject({ type: 'posted', standing: 'applied', pulls: 1 });
    expect(wire.statuses.at(-1)).toEqual({ sha: sha(2), state: success, context: 'kirosync', description: 'Applied 1 change.' });
    expect(wire.comments).toHaveLength(1);
    expect(wire.comments[0]).toMatchObject({ pull: 7 });
    const text = wire.comments[0]?.body ?? '';
    expect(text).toMatch(/^<!-- kirosync:outcome:[0-9a-f]{16} -->\n\n### kirosync: applied\n/);
    expect(text).toContain('$20.00 → $40.00 (+$20.00)');
    expect(text).not.toContain('@example.com');
    const calls = wire.calls.length;
    await run.pass();
    // What somebody else undoes later is drift, and no news of this pull request.
    const made = run.directory.live.memberships.find(({ userId }) => userId.includes('ana'));
    expect(made).toBeDefined();
    await run.directory.writer.deleteMembership({ membershipId: made?.id ?? '' }, new AbortController().signal);
    expect((await run.pass()).result).toMatchObject({ outcome: 'applied', applied: { applied: 1 } });
    await run.stop();
    expect(wire.calls).toHaveLength(calls);
  });

  it('is told of a refusal with the way through, and in the same comment of what put it right', async () => {
    const wire = wireOf();
    const run = site(wire, forge);
    await run.told();
    run.source.push(policy('cyd@example.com', '---\nkind: Policy\nexpect:\n  - { user: cyd@example.com, never: pro }\n'));
    expect(await run.told()).toMatchObject({ standing: 'refused' });
    expect(wire.statuses.at(-1)).toMatchObject({ state: failure, description: 'Refused by expectation-failed: nothing of it is applied.' });
    expect(wire.comments[0]?.body).toContain('**The way through**');
    run.source.push(SECOND);
    // The fake branch lists no commits, so the second revision brings its own pull request by the same number.
    run.source.commits = async () =>
      [2, 3].map((each) => ({ revision: `main@sha1:${sha(each)}`, author: 'Ana', at: NOW.toISOString(), subject: 's' }));
    expect(await run.told()).toMatchObject({ standing: 'applied' });
    expect(wire.comments).toHaveLength(1);
    expect(wire.comments[0]?.body).toContain('### kirosync: applied');
    expect(wire.comments[0]?.body).not.toContain('way through');
  });

  it('is edited in place when the outcome changes, also after a restart and after the journal was lost', async () => {
    const wire = wireOf();
    const observing = site(wire, forge, { settings: { mode: 'observe' } });
    await observing.told();
    observing.source.push(SECOND);
    expect(await observing.told()).toMatchObject({ standing: 'pending' });
    expect(wire.statuses.at(-1)).toMatchObject({
      state: 'pending',
      description: expect.stringContaining('observe mode; 1 change planned'),
    });
    const [comment] = wire.comments;
    const kept = observing.journal.list.filter((entry) => entry.type === 'posted');
    expect(kept.every((entry) => isJournalEntry(JSON.parse(JSON.stringify(entry))))).toBe(true);
    wire.comments.unshift({ ...wire.comments[0], id: 1, pull: 7, user: 666, app: null, body: `${comment?.body.split('\n')[0]} mine` });
    for (const journal of [kept, []]) {
      const before = wire.calls.filter((call) => /^(POST|PUT|PATCH) .*(comments|notes)/.test(call)).length;
      const again = site(wire, forge, { journal });
      again.source.push(SECOND);
      expect(await again.told()).toMatchObject({ standing: 'applied' });
      expect(wire.comments.filter(({ body }) => body.includes('### kirosync: applied'))).toHaveLength(1);
      expect(wire.calls.filter((call) => /^(POST|PUT|PATCH) .*(comments|notes)/.test(call))).toHaveLength(before + 1);
      await again.stop();
    }
    expect(wire.comments).toHaveLength(2); // somebody else's comment with our marker is left alone
    expect(wire.comments[0]?.body).toMatch(/ mine$/);
  });
});

describe('a forge that refuses', () => {
  const said =
    (status: number, headers: Record<string, string> = {}) =>
    () =>
      HttpResponse.json({ message: 'no' }, { status, headers: { 'x-github-request-id': 'E1B2', ...headers } });

  it.each([
    ['401', said(401), 'denied'],
    ['403', said(403), 'denied'],
    ['404', said(404), 'wrong'],
    ['422', said(422), 'wrong'],
    ['500', said(500), 'unreachable'],
    ['a redirect', said(302, { location: 'https://elsewhere.example.com/' }), 'wrong'],
    ['no answer at all', () => HttpResponse.error(), 'unreachable'],
  ])('%s fails no pass, is told with its request id, and is made up for by the next pass', async (_name, fault, kind) => {
    const wire = githubWire({ pulls: { [sha(1)]: [3] } });
    const run = site(wire, github());
    wire.fault = fault;
    const event = await run.told();
    expect(run.daemon.latest()?.result.outcome).toBe('in-sync');
    expect(event).toMatchObject({
      type: 'post-failed',
      failure: { kind, requestId: kind === 'unreachable' && !_name.startsWith('5') ? null : 'E1B2' },
    });
    expect(run.daemon.posts.troubles().length).toBeGreaterThan(0);
    wire.fault = () => null;
    expect(await run.told()).toMatchObject({ type: 'posted', pulls: 1 });
    expect(run.daemon.posts.troubles()).toEqual([]);
    expect([wire.statuses.length, wire.comments.length]).toEqual([1, 1]);
  });

  it('a missing permission is named', async () => {
    const wire = githubWire({ pulls: {} });
    wire.fault = said(403, { 'x-accepted-github-permissions': 'statuses=write' });
    const event = await site(wire, github()).told();
    expect(event).toMatchObject({
      failure: { advice: 'Allow it to the token: it needs Commit statuses: write (GitHub names statuses=write).' },
    });
  });

  it.each([
    ['retry-after', { 'retry-after': '120' }, 120],
    ['an exhausted limit', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW.getTime() / 1000 + 300) }, 300],
  ])('is not asked before the end of %s', async (_name, headers, seconds) => {
    const wire = githubWire({ pulls: { [sha(1)]: [3] } });
    const run = site(wire, github());
    wire.fault = said(403, headers);
    await run.told();
    wire.fault = () => null;
    const calls = wire.calls.length;
    run.clock.now = new Date(NOW.getTime() + (seconds - 1) * 1000);
    expect(await run.told()).toMatchObject({ type: 'post-failed' });
    expect(wire.calls).toHaveLength(calls);
    run.clock.now = new Date(NOW.getTime() + (seconds + 1) * 1000);
    expect(await run.told()).toMatchObject({ type: 'posted' });
  });

  it('one that does not answer is given up in time, and a stop does not wait for it', async () => {
    const wire = githubWire({ pulls: {} });
    wire.fault = () => new Promise<Response>(() => {});
    expect(await site(wire, github(), { timeoutMs: 20 }).told()).toMatchObject({
      failure: { kind: 'unreachable', message: expect.stringContaining('no answer within') },
    });
    const run = site(wire, github());
    await run.pass();
    await run.stop();
    expect(run.events.filter(({ type }) => type === 'post-failed')).toEqual([]);
    // What was not posted is owed: the next process posts it.
    wire.fault = () => null;
    const again = site(wire, github(), { journal: run.journal.list });
    expect(await again.told()).toMatchObject({ type: 'posted' });
  });

  it('what was in force before the forge was set is not posted', async () => {
    const first = site(githubWire({ pulls: {} }), github());
    await first.told();
    const journal = first.journal.list.filter((entry) => entry.type !== 'posted');
    const wire = githubWire({ pulls: {} });
    const run = site(wire, github(), { journal });
    await run.pass();
    await run.stop();
    expect(wire.calls).toEqual([]);
  });
});

describe('a GitHub App', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const privateKeyFile = join(folder, 'app.pem');
  const appSettings = (id = '4711') => github({ token: null, app: { id, installationId: '99', privateKeyFile } });

  it('gets a token with a JWT, keeps it until shortly before its end, and finds its own comment', async () => {
    writeFileSync(privateKeyFile, privateKey);
    let now = NOW;
    const wire = githubWire({ pulls: { [sha(2)]: [7], [sha(3)]: [7] }, app: { id: 4711, installation: '99', publicKey, now: () => now } });
    const run = site(wire, appSettings());
    await run.told();
    run.source.push(SECOND);
    await run.told();
    const grants = () => wire.calls.filter((call) => call.includes('access_tokens')).length;
    expect(grants()).toBe(1);
    now = new Date(NOW.getTime() + 56 * 60_000);
    run.clock.now = now;
    run.journal.list.splice(0, Number.POSITIVE_INFINITY, ...run.journal.list.filter((entry) => entry.type !== 'posted'));
    run.source.push(policy('ana@example.com, bob@example.com, cyd@example.com'));
    expect(await run.told()).toMatchObject({ type: 'posted', pulls: 1 });
    expect(grants()).toBe(2);
    expect(wire.comments).toHaveLength(1);
  });

  it('a key that is none, and another app, are told without a word of the file', async () => {
    const wire = githubWire({ pulls: {}, app: { id: 4711, installation: '99', publicKey, now: () => NOW } });
    writeFileSync(privateKeyFile, 'hunter2');
    const event = await site(wire, appSettings()).told();
    expect(event).toMatchObject({ failure: { kind: 'wrong', message: expect.stringContaining('private key') } });
    expect(JSON.stringify(event)).not.toContain('hunter2');
    writeFileSync(privateKeyFile, privateKey);
    expect(await site(wire, appSettings('4712')).told()).toMatchObject({ failure: { kind: 'denied', requestId: 'E1B2:3C4D:5E6F' } });
  });
});

it('a self-managed address is used as it is', async () => {
  const api = 'https://github.example.com/api/v3';
  const wire = githubWire({ api, pulls: { [sha(1)]: [1] } });
  expect(await site(wire, github({ apiUrl: api })).told()).toMatchObject({ type: 'posted', pulls: 1 });
});
