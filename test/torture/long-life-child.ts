// The product alone in a process: the daemon of `serve` on its real adapters, with a clock of its own. The parent asks
// for passes, moves the clock and asks for figures, all through the channel between them. Started by long-life.ts.
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { gitSource } from '../../src/adapters/git-source.ts';
import { connect } from '../../src/adapters/identity-center/connect.ts';
import { openJournal } from '../../src/adapters/journal-file.ts';
import { lockState } from '../../src/adapters/state-lock.ts';
import { type ServeDeps, serve } from '../../src/commands/serve.ts';
import type { Daemon, DaemonEvent } from '../../src/daemon/daemon.ts';
import { readSettings } from '../../src/settings.ts';
import { randomOf } from './campaign.ts';
import { fastClock } from './fast-clock.ts';
import type { Ask, Bounds, Figures, Told } from './long-life-message.ts';

const [start = '', factor = '1', seed = '0', bounds = '{}'] = process.argv.slice(2);
const clock = fastClock(new Date(start), Number(factor), randomOf(Number(seed)));
const settings = readSettings({ file: null, env: process.env, flags: {} });
const { git, stateDir } = settings;
if (git === null) throw new Error('KIROSYNC_GIT_URL is missing');

const connection = connect({ region: 'eu-west-1', quotaShare: 1, assumeRoleArn: null, now: clock.now, clock: clock.clock });
const stopping = new AbortController();
const tell = (told: Told) => void process.send?.(told);
const limits: Bounds = JSON.parse(bounds);

const deps: ServeDeps = {
  settings,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  lock: (onLost) => lockState(stateDir, { onLost }),
  openJournal: () => openJournal(stateDir, { ...limits, now: clock.now }),
  source: () => gitSource(git, stateDir),
  observe: (scope, signal) => connection.reader.observe(scope, signal),
  writer: () => connection.writer,
  calls: connection.calls,
  throttles: connection.throttles,
  accepted: async () => null,
  onHangup: () => () => {},
  close: connection.close,
};

let daemon: Daemon | null = null;
/** The ticket that the parent waits for: passes that others asked for (a resume does) are none of its business. */
let wanted = Number.POSITIVE_INFINITY;

function hear(event: DaemonEvent): void {
  if (event.type === 'threw') tell({ type: 'threw', text: event.error instanceof Error ? (event.error.stack ?? '') : String(event.error) });
  if (event.type !== 'ended' || event.turn.kind !== 'reconcile' || event.turn.ticket < wanted) return;
  wanted = Number.POSITIVE_INFINITY;
  const latest = daemon?.latest() ?? null;
  if (latest === null) return;
  const { outcome, message, plan, applied } = latest.result;
  const changes = plan === null ? null : plan.stages.reduce((sum, stage) => sum + stage.changes.length, 0);
  tell({ type: 'ended', outcome, message, changes, effects: applied?.effects ?? 0 });
}

/** What this process holds now, garbage collected. */
function figures(): Figures {
  global.gc?.();
  const resources = process.getActiveResourcesInfo();
  const { rss, heapUsed } = process.memoryUsage();
  const entries = daemon?.deps.journal.entries().length ?? 0;
  return { rss, heap: heapUsed, handles: resources.length, fds: openFiles(), entries, resources: counted(resources) };
}

/** Open files of this process; 0 where there is no /proc. Reading the folder opens it, and that one does not count. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)];
      } catch {
        return [];
      }
    }).length;
  } catch {
    return 0;
  }
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort());
}

/** Figures once idle sockets are closed; no better ones in the time given are the worst that there are. */
async function settled({ least, patienceMs }: Extract<Ask, { type: 'measure' }>): Promise<Figures> {
  for (let waited = 0; ; waited += 250) {
    const found = figures();
    const enough = least !== null && found.handles <= least.handles && found.fds <= least.fds;
    if (enough || waited >= patienceMs) return found;
    await wait(250);
  }
}

process.on('message', (ask: Ask) => {
  if (ask.type === 'pass') wanted = daemon?.ask({ kind: 'reconcile', reason: 'the campaign', by: 'api' }) ?? wanted;
  if (ask.type === 'advance') clock.advance(ask.milliseconds);
  if (ask.type === 'measure') void settled(ask).then((found) => tell({ type: 'figures', figures: found }));
  if (ask.type === 'stop') stopping.abort();
});
process.once('disconnect', () => stopping.abort());

const code = await serve(
  {
    listen: hear,
    ready: (url, made) => {
      daemon = made;
      tell({ type: 'ready', url });
    },
  },
  {
    stdout: () => {},
    stderr: () => {},
    isTty: false,
    color: false,
    env: process.env,
    cwd: process.cwd(),
    signal: stopping.signal,
    now: clock.now,
    ask: async () => false,
  },
  deps,
);
process.disconnect?.();
process.exitCode = code;
