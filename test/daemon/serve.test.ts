import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { type Repository, repository } from '../support/repository.ts';

const TOKEN = 'write-token-0123456789abcdef';
const POLICY = `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "arn:aws:sso:::instance/ssoins-0123456789abcdef" }
removals: immediate
---
kind: Profile
name: engineering
account: "111122223333"
region: us-east-1
seats:
  power: { group: kiro-engineering-power, create: true, confirmed: 2026-11-01 }
`;
const grant = (users: readonly string[]) =>
  `kind: Assignment\nname: platform\nprofile: engineering\ntier: power\nusers: [${users.join(', ')}]\nowner: leads\nreason: daily work\n`;

type Running = {
  readonly child: ChildProcess;
  readonly url: Promise<string>;
  readonly exit: Promise<number | string>;
  readonly stderr: () => string;
};

let emulator: TestEmulator;
let policy: Repository;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  emulator = await startTestEmulator({ seed: 'demo' });
});
afterAll(async () => await emulator.close());
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  policy.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function prepare(users: readonly string[]): void {
  policy = repository();
  policy.commit('first', { 'base.yaml': POLICY, 'grant.yaml': grant(users) });
  folder = mkdtempSync(join(tmpdir(), 'kirosync-serve-'));
}

function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Running {
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: emulator.url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'eu-west-1',
    KIROSYNC_GIT_URL: policy.url,
    KIROSYNC_STATE_DIR: join(folder, 'state'),
    KIROSYNC_HTTP_PORT: '0',
    KIROSYNC_WRITE_TOKENS: TOKEN,
    KIROSYNC_TOKEN: TOKEN,
    KIROSYNC_MODE: 'enforce',
    KIROSYNC_SCHEDULE_RECONCILE: '0 0 1 1 *',
    ...more,
  };
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let out = '';
  let err = '';
  child.stderr?.on('data', (data) => {
    err += data;
  });
  const exit = new Promise<number | string>((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  const url = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (data) => {
      out += data;
      const found = /http:\/\/\S+/.exec(out)?.[0];
      if (found !== undefined) resolve(found);
    });
    void exit.then((code) => reject(new Error(`it ended with ${code}: ${out}${err}`)));
  });
  url.catch(() => {});
  return { child, url, exit, stderr: () => err };
}

const ask = async (url: string, path = 'status') => {
  const answer = await fetch(`${url}/api/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return JSON.parse(await answer.text());
};
const journal = () =>
  readFileSync(join(folder, 'state', 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const powered = () => {
  const state = emulator.state();
  const group = state.groups.find((each) => each.DisplayName === 'kiro-engineering-power')?.GroupId;
  const ids = state.memberships.filter((each) => each.GroupId === group).map((each) => each.MemberId.UserId);
  return state.users.filter((user) => ids.includes(user.UserId)).map((user) => user.UserName);
};

describe('the serve process', () => {
  it('applies at its start, follows a commit that it is asked to look at, and exits 0 on SIGTERM', async () => {
    prepare(['ana@example.com']);
    const serving = run(['serve']);
    const url = await serving.url;
    const first = run(['reconcile', '--url', url]);
    expect(await first.exit, first.stderr()).toBe(0);
    expect(powered()).toContain('ana@example.com');

    policy.commit('bob too', { 'grant.yaml': grant(['ana@example.com', 'bob@example.com']) });
    expect(await run(['reconcile', '--url', url]).exit).toBe(0);
    expect(powered()).toEqual(expect.arrayContaining(['ana@example.com', 'bob@example.com']));
    expect((await ask(url)).revision.applied).toBe(`main@sha1:${policy.git('rev-parse', 'HEAD').trim()}`);

    const second = run(['serve']);
    expect(await second.exit).toBe(1);
    expect(second.stderr()).toContain('already works in');

    serving.child.kill('SIGTERM');
    expect(await serving.exit).toBe(0);
    expect(journal().filter((entry) => entry.type === 'pass-ended').length).toBeGreaterThanOrEqual(2);
  }, 60_000);

  it('killed, it starts again on the same state, knows its record, and converges', async () => {
    prepare(['ana@example.com', 'bob@example.com']);
    const first = run(['serve']);
    expect(await run(['reconcile', '--url', await first.url]).exit).toBe(0);
    first.child.kill('SIGKILL');
    expect(await first.exit).toBe('SIGKILL');
    await emulator.control('outsider', { action: 'remove-member', group: 'kiro-engineering-power', user: 'bob@example.com' });

    const again = run(['serve']);
    const url = await again.url;
    expect(await run(['reconcile', '--url', url]).exit).toBe(0);
    expect(powered()).toEqual(expect.arrayContaining(['ana@example.com', 'bob@example.com']));
    const opened = journal().filter((entry) => entry.type === 'drift-opened' && entry.kind === 'missing');
    expect(opened.map((entry) => entry.person)).toContain('bob@example.com');
    expect((await ask(url, 'drift')).base).toBe('record');
    again.child.kill('SIGINT');
    expect(await again.exit).toBe(0);
  }, 60_000);

  it('suspended by command it writes nothing; resumed it does', async () => {
    prepare(['ana@example.com']);
    const serving = run(['serve'], { KIROSYNC_MODE: 'enforce' });
    const url = await serving.url;
    await run(['reconcile', '--url', url]).exit;
    expect(await run(['suspend', '--url', url, '--reason', 'audit', '--until', '2099-01-01']).exit).toBe(0);
    policy.commit('dismiss', { 'grant.yaml': grant(['cto@example.com']) });
    expect(await run(['reconcile', '--url', url]).exit).not.toBe(0);
    expect(powered()).not.toContain('cto@example.com');
    expect(await run(['resume', '--url', url]).exit).toBe(0);
    await run(['reconcile', '--url', url]).exit;
    expect((await ask(url)).suspended).toBeNull();
    expect(await run(['resume', '--url', url], { KIROSYNC_TOKEN: 'wrong' }).exit).toBe(5);
    serving.child.kill('SIGTERM');
    expect(await serving.exit).toBe(0);
  }, 60_000);

  it.each([
    ['suspend without a reason', ['suspend', '--until', '2099-01-01'], 1],
    ['suspend without an end', ['suspend', '--reason', 'audit'], 1],
    ['suspend that ended already', ['suspend', '--reason', 'audit', '--until', '2020-01-01'], 1],
    ['reconcile without a daemon', ['reconcile', '--url', 'http://127.0.0.1:9'], 5],
    ['resume at no URL', ['resume', '--url', 'daemon'], 1],
  ])('%s exits %i', async (_name, args, code) => {
    prepare(['ana@example.com']);
    expect(await run(args).exit).toBe(code);
  });
});
