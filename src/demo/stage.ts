import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { at, client } from './client.ts';
import { type Child, runChild, startChild } from './process.ts';
import type { DemoRepository } from './repository.ts';
import type { Site } from './site.ts';
import type { PassSummary, Stage } from './story.ts';

/** What the demo touches of its process. */
export type DemoIo = {
  readonly stdout: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly color: boolean;
  readonly signal: AbortSignal;
};

const PASS_DEADLINE_MS = 60_000;

/** AWS pointed at the emulator, and nothing of the surrounding AWS or kirosync settings. */
function environment(io: DemoIo, emulatorUrl: string): NodeJS.ProcessEnv {
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

/** The stage of the story, and a way to go on telling passes when the story is over. */
export function stageOf(
  io: DemoIo,
  set: Site,
  repository: DemoRepository,
  emulatorUrl: string,
  own: { child: Child | null },
): Stage & { readonly watch: () => Promise<never> } {
  const env = environment(io, emulatorUrl);
  const emulator = client(emulatorUrl);
  const daemon = client(set.url, { authorization: `Bearer ${set.token}` });
  const narrate = narrator(emulator, io.stdout);
  let seen = 0;

  const nextPass = async (deadline = Date.now() + PASS_DEADLINE_MS): Promise<PassSummary> => {
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
    throw new Error('the daemon did not end a pass');
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
    output: async (...args) => {
      let [text, words] = ['', ''];
      const code = await runChild(
        args,
        env,
        (more) => {
          text += more;
        },
        (more) => {
          words += more;
        },
      );
      if (code !== 0) throw new Error(`kirosync ${args.join(' ')} ended with ${code}: ${words}`);
      return text;
    },
    usage: set.usage,
    page: join(set.folder, 'credits.html'),
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
    watch: async () => {
      for (;;) {
        const { outcome, applied, planned } = await nextPass(Number.POSITIVE_INFINITY);
        io.stdout(`   pass ended: ${outcome}, ${applied} of ${planned} changes applied\n`);
      }
    },
    emulator: async (route, body) => void (await emulator(`/_emulator/${route}`, { method: 'POST', body: JSON.stringify(body) })),
  };
}
