import { afterEach, describe, expect, it } from 'vitest';
import { type ReconcileOptions, reconcile } from '../../src/commands/reconcile.ts';
import { metrics } from '../../src/daemon/metrics.ts';
import { problemsOf, takenOver } from '../../src/daemon/reload.ts';
import { statusDocument } from '../../src/daemon/status.ts';
import { suspensionWatch } from '../../src/daemon/suspension-watch.ts';
import { UserError } from '../../src/errors.ts';
import type { WindowSettings } from '../../src/model/settings.ts';
import { readAsk } from '../../src/web/reconcile.ts';
import { routes } from '../../src/web/routes.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import type { World } from '../support/world.ts';

const ANA = 'ana@example.com';
const BOB = 'bob@example.com';
const WORLD: World = {
  users: [ANA, BOB],
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const grants = (users: readonly string[]) =>
  `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [${users.join(', ')}]\nowner: leads\nreason: daily work\n`;
const FREEZE: WindowSettings = { name: 'freeze', cron: '* * * * *', minutes: 1, action: 'deny', profiles: null, reason: null };
const READ = 'read-token-0123456789';
const WRITE = 'write-token-0123456789';
const http = { ...SETTINGS.http, tokens: { read: [READ], write: [WRITE] } };

let running: TestDaemon[] = [];
function start(...given: Parameters<typeof testDaemon>): TestDaemon {
  const made = testDaemon(...given);
  running.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
});

/** The routes of a daemon, asked as a client on this machine asks them. */
function ask({ daemon }: TestDaemon, token = READ) {
  const app = routes(daemon, metrics());
  const headers = { host: '127.0.0.1', authorization: `Bearer ${token}` };
  return async (path: string, init: RequestInit = {}): Promise<Response> =>
    await app.request(path, { ...init, headers: { ...headers, ...init.headers } });
}

describe('an emergency override', () => {
  it('goes through the command and its route to one recorded pass', async () => {
    const run = start(grants([ANA]), WORLD, { windows: [FREEZE], http });
    expect((await run.pass()).result.outcome).toBe('pending');
    const app = ask(run, WRITE);
    const said: string[] = [];
    const io = {
      ...{
        cwd: '/',
        env: { KIROSYNC_TOKEN: WRITE },
        signal: new AbortController().signal,
        now: () => run.clock.now,
        color: false,
        isTty: false,
      },
      ...{ stdout: (text: string) => void said.push(text), stderr: () => {}, ask: async () => false },
    };
    const options: ReconcileOptions = { url: 'http://127.0.0.1', override: 'somebody left', owner: 'leads' };
    const fetching = async (url: string | URL | Request, init?: RequestInit) => {
      const answer = await app(new URL(String(url)).pathname, init);
      // Passes are served in the order of their asks: this one ends after the one that was just asked for.
      if (init?.method === 'POST') await run.pass();
      return answer;
    };
    expect(await reconcile(options, io, { fetch: fetching, port: () => 0 })).toBe(0);
    expect(said.join('')).toMatch(/^(applied|in-sync)/);
    const [entry] = run.journal.list.filter((each) => each.type === 'overridden');
    expect(entry).toMatchObject({ owner: 'leads', reason: 'somebody left', windows: ['freeze'] });
    const ended = run.journal.list.find(
      (each) => each.type === 'pass-ended' && each.pass === (entry?.type === 'overridden' ? entry.pass : 0),
    );
    expect(ended).toMatchObject({ outcome: 'applied', askedBy: ['api: past change windows, by leads: somebody left'] });
    await expect(reconcile({ ...options, override: ' ' }, io, { fetch: fetching, port: () => 0 })).rejects.toThrow(UserError);
  });

  it('is not needed where no window is in force: the answer says so, and nothing is recorded', async () => {
    const run = start(grants([ANA]), WORLD, { windows: [{ ...FREEZE, cron: '0 0 1 1 *' }], http });
    const said: string[] = [];
    const quiet = { cwd: '/', env: { KIROSYNC_TOKEN: WRITE }, signal: new AbortController().signal, color: false, isTty: false };
    const hear = (text: string) => void said.push(text);
    const io = { ...quiet, now: () => run.clock.now, stdout: hear, stderr: hear, ask: async () => false };
    const app = ask(run, WRITE);
    const fetching = async (url: string | URL | Request, init?: RequestInit) => {
      const answer = await app(new URL(String(url)).pathname, init);
      if (init?.method !== 'POST') return answer;
      expect(answer.status).toBe(202);
      expect(await answer.clone().json()).toMatchObject({ asked: true, override: 'no change window is in force' });
      await run.pass();
      return answer;
    };
    const options: ReconcileOptions = { url: 'http://127.0.0.1', override: 'somebody left', owner: 'leads' };
    expect(await reconcile(options, io, { fetch: fetching, port: () => 0 })).toBe(0);
    expect(said.join('')).toContain('The override was not needed: no change window is in force.');
    expect(run.journal.list.filter((each) => each.type === 'overridden')).toEqual([]);
    expect(JSON.stringify(run.journal.list)).not.toContain('somebody left');
    // Where the window ended between the ask and the pass.
    run.daemon.ask({ kind: 'reconcile', reason: 'test', by: 'api', override: { owner: 'leads', reason: 'late' } });
    await run.pass();
    expect(run.journal.list.filter((each) => each.type === 'overridden')).toEqual([]);
  });

  it.each(['', '{}', '{"reason": "x"}', 'nonsense'])('%s asks for an ordinary pass', (body) => {
    expect(readAsk(body)).toEqual({ ok: true, override: null });
  });

  it.each([
    ['{"override": {"owner": "", "reason": "x"}}', '"owner" must be'],
    ['{"override": {"owner": "x"}}', '"reason" must be'],
    ['{"override": true}', '"owner" must be'],
    ['{"override": {"owner": "x", "reason": "y", "force": 1}}', 'no field "force"'],
  ])('%s is refused', (body, words) => {
    const read = readAsk(body);
    expect(read.ok ? [] : read.problems.join(' ')).toContain(words);
  });

  it('is none where nothing is said of it', () => {
    for (const body of ['', ' \n', '{}']) expect(readAsk(body)).toEqual({ ok: true, override: null });
  });
});

describe('the end of a suspension', () => {
  it('is written into the journal once, also when it came while no daemon ran, and a pass is asked for', async () => {
    const told: unknown[] = [];
    const log = { info: (fields: object, text: string) => void told.push([text, fields]), warn: () => {}, error: () => {} };
    const run = start(grants([ANA]), WORLD, {}, { log });
    await run.daemon.suspend({ owner: 'leads', reason: 'audit', until: new Date(run.clock.now.getTime() + 3_600_000) });
    run.clock.now = new Date(run.clock.now.getTime() + 3_600_000);
    const tick = suspensionWatch(run.daemon);
    tick();
    tick();
    expect(run.journal.list.filter((entry) => entry.type === 'resumed')).toMatchObject([{ by: 'expiry', at: run.clock.now.toISOString() }]);
    expect(run.events.filter((event) => event.type === 'asked')).toMatchObject([{ ask: { reason: 'the suspension ended' } }]);
    await run.stop();
    expect(told).toContainEqual(['resumed', { by: 'expiry', unwritten: null }]);
    // A clock that is set back does not bring it back.
    run.clock.now = new Date(run.clock.now.getTime() - 600_000);
    expect(statusDocument(run.daemon).suspended).toBeNull();
  });
});

describe('the access review', () => {
  it('is a CSV of the seats of a date, and says how far back it reaches', async () => {
    const run = start(grants([ANA]), WORLD, { http });
    const get = ask(run);
    expect((await get('/api/access-review')).status).toBe(404);
    const first = run.clock.now.toISOString().slice(0, 10);
    await run.pass();
    run.clock.now = new Date(run.clock.now.getTime() + 48 * 3_600_000);
    const second = run.clock.now.toISOString().slice(0, 10);
    const revision = run.source.push(grants([ANA, BOB]));
    await run.pass();
    const [before, after] = [await get(`/api/access-review?date=${first}`), await get('/api/access-review')];
    expect(before.headers.get('content-disposition')).toBe(`attachment; filename="access-review-${first}.csv"`);
    const [head, ...rows] = (await before.text()).trimEnd().split('\n');
    expect(head).toMatch(/^date,profile,tier,user_id,/);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain(`${first},eng,pro,id-${ANA},${ANA},kiro-eng-pro,`);
    expect(rows[0]).toContain(',platform,leads,,"assignment platform, by name",20.00,main@sha1:0000000000000000000000000000000000000001,');
    const text = await after.text();
    expect(text.trimEnd().split('\n')).toHaveLength(3);
    expect(text.split('\n').find((row) => row.includes(BOB))).toContain(`20.00,${revision},`);
    expect(text.startsWith('date,') && text.includes(`\n${second},`)).toBe(true);

    const early = await get('/api/access-review?date=2020-01-01');
    expect([early.status, await early.text()]).toEqual([404, expect.stringContaining(`The record reaches back to ${first}`)]);
    for (const date of ['2999-01-01', '2026-02-30', 'now']) expect((await get(`/api/access-review?date=${date}`)).status).toBe(400);
    expect((await ask(run, 'other-token-0123456789')('/api/access-review')).status).toBe(401);
  });
});

describe('settings that are read again', () => {
  it('are taken over but for what a running daemon cannot change, which is named', () => {
    const git = SETTINGS.git ?? null;
    if (git === null) throw new Error('the settings of tests name a repository');
    const fresh = {
      ...({ ...SETTINGS, mode: 'observe', stateDir: '/elsewhere' } as const),
      http: { ...http, host: '127.0.0.2', port: 9 },
      git: { ...git, url: 'https://git.example.com/other.git', auth: { ...git.auth, token: 'new' } },
    };
    const { settings, needsRestart } = takenOver(SETTINGS, fresh);
    expect(needsRestart.map((text) => text.split(' ')[0])).toEqual(['stateDir', 'http.host', 'http.port', 'git.url']);
    expect(settings).toEqual({
      ...fresh,
      stateDir: SETTINGS.stateDir,
      http: { ...http, host: SETTINGS.http.host, port: SETTINGS.http.port },
      git: { ...git, auth: { ...git.auth, token: 'new' } },
    });
    expect(takenOver(SETTINGS, SETTINGS)).toEqual({ settings: SETTINGS, needsRestart: [] });
    expect(takenOver(SETTINGS, { ...SETTINGS, git: null }).settings.git).toEqual(git);
  });

  it('are told with rule and place where they are wrong', () => {
    const diagnostic = { severity: 'error', rule: 'wrong-setting', message: 'mode: no.', file: 'a.yaml', line: 1, column: 2 } as const;
    expect(problemsOf(new UserError('A setting is wrong.', { diagnostics: [diagnostic] }))).toEqual([
      'a.yaml:1:2 wrong-setting: mode: no.',
    ]);
    expect(problemsOf(new UserError('one\ntwo'))).toEqual(['one', 'two']);
  });
});
