import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { at, client } from '../demo/client.ts';
import { type Child, runChild, startChild } from '../demo/process.ts';
import { type DemoRepository, demoRepository } from '../demo/repository.ts';
import { type PassSummary, type Stage, story } from '../demo/story.ts';
import { startEmulator } from '../emulator/server.ts';
import { EXIT } from '../exit.ts';
import type { Io } from './io.ts';

export type DemoOptions = { readonly once?: boolean | undefined; readonly port?: number | undefined };

const EXAMPLE = fileURLToPath(new URL('../../config-example', import.meta.url));
const PASS_DEADLINE_MS = 60_000;

/** A port that was free a moment ago: the settings file needs a number before the daemon listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

type Set = { readonly folder: string; readonly url: string; readonly token: string; readonly secret: string; readonly settings: string };

function writeSettings(folder: string, port: number, repository: DemoRepository): Set {
  const token = randomBytes(16).toString('hex');
  const secret = randomBytes(16).toString('hex');
  const settings = join(folder, 'settings.yaml');
  const value = {
    git: { url: repository.url, branch: 'main' },
    mode: 'enforce',
    stateDir: join(folder, 'state'),
    http: { host: '127.0.0.1', port, tokens: { read: [token], write: [token] }, webhookSecret: secret },
  };
  writeFileSync(settings, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  return { folder, url: `http://127.0.0.1:${port}`, token, secret, settings };
}

/** AWS pointed at the emulator, and nothing of the surrounding AWS or kirosync settings. */
function environment(io: Io, emulatorUrl: string): NodeJS.ProcessEnv {
  const kept = Object.entries(io.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('KIROSYNC_'));
  const aws = { AWS_ENDPOINT_URL: emulatorUrl, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  return { ...Object.fromEntries(kept), ...aws, ...(io.color ? { FORCE_COLOR: '1' } : {}) };
}

function summary(status: unknown): PassSummary {
  const last = at(status, 'lastPass');
  const seconds = (Date.parse(String(at(last, 'finishedAt'))) - Date.parse(String(at(last, 'startedAt')))) / 1000;
  const message = at(last, 'message');
  return {
    outcome: String(at(last, 'outcome')),
    message: typeof message === 'string' ? message : null,
    seconds,
    applied: Number(at(last, 'counts', 'applied') ?? 0),
    planned: Number(at(last, 'counts', 'planned') ?? 0),
  };
}

/** Tells each write as the emulator sees it, while a pass runs. */
function narrator(emulator: ReturnType<typeof client>, say: (text: string) => void): () => Promise<number> {
  let told = 0;
  return async () => {
    const writes = await emulator('/_emulator/writes');
    const list = Array.isArray(writes) ? writes : [];
    for (const write of list.slice(told)) {
      if (at(write, 'actor') !== 'api') continue;
      const user = at(write, 'user');
      say(`   ${String(at(write, 'operation'))}  ${String(at(write, 'group') ?? '')}${user === undefined ? '' : `  ${String(user)}`}\n`);
    }
    told = list.length;
    return told;
  };
}

function stageOf(io: Io, set: Set, repository: DemoRepository, emulatorUrl: string, own: { child: Child | null }): Stage {
  const env = environment(io, emulatorUrl);
  const emulator = client(emulatorUrl);
  const daemon = client(set.url, { authorization: `Bearer ${set.token}` });
  const narrate = narrator(emulator, io.stdout);
  let seen = 0;

  const nextPass = async (): Promise<PassSummary> => {
    const deadline = Date.now() + PASS_DEADLINE_MS;
    while (Date.now() < deadline && own.child?.isRunning() !== false) {
      io.signal.throwIfAborted();
      const status = await daemon('/api/status').catch(() => null);
      await narrate();
      const bug = at(status, 'bug');
      if (typeof bug === 'string') throw new Error(`a bug ended a pass of the daemon: ${bug}`);
      const pass = at(status, 'lastPass', 'pass');
      if (typeof pass === 'number' && pass > seen && at(status, 'running') === null) {
        seen = pass;
        return summary(status);
      }
      await wait(100, undefined, { signal: io.signal });
    }
    throw new Error(`the daemon did not end a pass; its log is ${join(set.folder, 'daemon.log')}`);
  };
  const ask = {
    start: async () => {},
    api: async () => void (await daemon('/api/reconcile', { method: 'POST', body: JSON.stringify({ reason: 'demo' }) })),
    webhook: async () => {
      const body = JSON.stringify({ ref: 'refs/heads/main' });
      const signature = `sha256=${createHmac('sha256', set.secret).update(body).digest('hex')}`;
      await client(set.url)('/hooks/git', { method: 'POST', body, headers: { 'x-hub-signature-256': signature } });
    },
  };
  return {
    say: io.stdout,
    repository,
    kirosync: (...args) => runChild(args, env, io.stdout),
    startDaemon: async () => {
      own.child = startChild(['serve', '--settings', set.settings], env, join(set.folder, 'daemon.log'));
    },
    pass: async (by) => {
      await ask[by]();
      return nextPass();
    },
    drift: async () => {
      const drift = await daemon('/api/drift');
      const items = at(drift, 'items');
      return (Array.isArray(items) ? items : []).map((item) => ({
        kind: String(at(item, 'kind')),
        held: at(item, 'held') === true,
        key: String(at(item, 'key')),
        actor: at(item, 'actor') === null ? null : String(at(item, 'actor')),
        monthlyUsd: typeof at(item, 'monthlyUsd') === 'number' ? Number(at(item, 'monthlyUsd')) : null,
      }));
    },
    violations: async () => {
      const violations = at(await daemon('/api/plan'), 'violations');
      return (Array.isArray(violations) ? violations : []).map(
        (violation) => `${String(at(violation, 'rule'))}: ${String(at(violation, 'message'))}`,
      );
    },
    writes: narrate,
    emulator: async (route, body) => void (await emulator(`/_emulator/${route}`, { method: 'POST', body: JSON.stringify(body) })),
  };
}

function ending(io: Io, set: Set, emulatorUrl: string, repository: DemoRepository): void {
  io.stdout(`
The daemon goes on. Ctrl-C ends everything and removes what the demo made.

  status page  ${set.url}/   (any user name; the password is ${set.token})
  emulator     ${emulatorUrl}/_emulator/state
  policy       ${repository.workTree}   edit, commit, \`git push ${repository.url} main\`
  daemon log   ${join(set.folder, 'daemon.log')}
`);
}

/**
 * The whole product on one machine: emulator, a Git repository made from the example, the daemon. Tells the main job in
 * steps; `--once` ends then, else it keeps running until Ctrl-C. 0, or 70 when a step does not end as told.
 */
export async function demo(options: DemoOptions, io: Io): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-demo-'));
  const emulator = await startEmulator({ port: 0, seed: 'demo' });
  const own: { child: Child | null } = { child: null };
  try {
    const repository = await demoRepository(folder, EXAMPLE);
    const set = writeSettings(folder, options.port === undefined || options.port === 0 ? await freePort() : options.port, repository);
    io.stdout(
      `A local Identity Center (${emulator.url}), a policy repository (${repository.workTree}) and, soon, the daemon (${set.url}).\n`,
    );
    await story(stageOf(io, set, repository, emulator.url, own));
    if (options.once === true) return EXIT['in-sync'];
    ending(io, set, emulator.url, repository);
    await Promise.race([new Promise((done) => io.signal.addEventListener('abort', done, { once: true })), own.child?.exited]);
    return EXIT['in-sync'];
  } catch (error) {
    if (io.signal.aborted) return EXIT['in-sync'];
    if (own.child !== null) io.stderr(readFileSync(join(folder, 'daemon.log'), 'utf8'));
    throw error;
  } finally {
    await own.child?.stop();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
