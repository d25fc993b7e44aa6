// A process of its own: the daemon with a journal on disk makes passes that find nothing to do, and prints what it holds
// after the first ones and at the end. Its directory is in memory: every pass gets a copy, as a reading would make one.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../../src/adapters/journal-file.ts';
import { daemon } from '../../src/daemon/daemon.ts';
import type { DaemonDeps } from '../../src/daemon/deps.ts';
import { readSettings } from '../../src/settings.ts';
import { planWorld, repositoryOf } from './plan-world.ts';
import { median } from './scenario.ts';

export type Held = { readonly rss: number; readonly heap: number; readonly handles: number; readonly cpu: number };

const [, , people = '', passes = '', early = '', folder = '', seed = ''] = process.argv;
const stateDir = mkdtempSync(join(folder, 'state-'));
const world = planWorld(Number(people), Number(seed), 1);
const settings = readSettings({ file: null, env: { KIROSYNC_STATE_DIR: stateDir, KIROSYNC_MODE: 'enforce' }, flags: {} });
const journal = await openJournal(stateDir, { now: () => new Date() });
const fetched = { revision: `main@sha1:${'1'.repeat(40)}`, files: repositoryOf(Number(people)) };
const never = async (): Promise<never> => {
  throw new Error('nothing is to be written');
};
const nothing = () => {};
const deps: DaemonDeps = {
  settings,
  journal,
  source: {
    fetch: async () => fetched,
    read: async () => fetched,
    lastGood: async () => fetched,
    descends: async () => true,
    commits: async () => [],
    verify: async () => ({ commits: 0, unverified: [] }),
  },
  observe: async () => ({ ...structuredClone(world.live), instant: new Date().toISOString() }),
  writer: () => ({ createGroup: never, createMembership: never, deleteMembership: never, assignApplication: never }),
  calls: () => ({}),
  throttles: () => 0,
  now: () => new Date(),
  nextRun: () => null,
  log: { info: nothing, warn: nothing, error: nothing },
  accepted: async () => null,
  lockLost: () => null,
};

const held = (): Held => {
  for (let i = 0; i < 3; i += 1) global.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed, handles: process.getActiveResourcesInfo().length, cpu: (user + system) / 1e6 };
};

/** What a process holds of the machine's memory goes up and down by a tenth with the collector: the middle of several passes counts. */
const PASSES = 15;
const middle = (seen: readonly Held[]): Held | undefined => {
  const last = seen.at(-1);
  return last && { ...last, rss: median(seen.map(({ rss }) => rss)), heap: median(seen.map(({ heap }) => heap)) };
};

const stop = new AbortController();
let done = 0;
const first: Held[] = [];
const last: Held[] = [];
const kept = daemon(deps, (event) => {
  if (event.type === 'threw') throw event.error;
  if (event.type !== 'pass') return;
  if (event.ended.result.outcome !== 'in-sync')
    throw new Error(`a pass ended ${event.ended.result.outcome}: ${event.ended.result.message}`);
  done += 1;
  if (done > Number(early) - PASSES && done <= Number(early)) first.push(held());
  if (done > Number(passes) - PASSES) last.push(held());
  if (done === Number(passes)) stop.abort();
  else kept.ask({ kind: 'reconcile', reason: 'bench', by: 'schedule' });
});
kept.ask({ kind: 'reconcile', reason: 'bench', by: 'schedule' });
await kept.run(stop.signal);
process.stdout.write(JSON.stringify({ first: middle(first), last: middle(last) }));
await journal.close();
