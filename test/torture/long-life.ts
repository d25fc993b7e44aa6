import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JOURNAL_FILE } from '../../src/adapters/journal-file.ts';
import { type RunningEmulator, startEmulator } from '../../src/emulator/server.ts';
import { cleanEnvironment } from '../support/cli.ts';
import { type Repository, repository } from '../support/repository.ts';
import { type Campaign, type CampaignOptions, type Failure, randomOf } from './campaign.ts';
import { type FastClock, fastClock } from './fast-clock.ts';
import { type Judge, judge } from './judge.ts';
import { happen, mend, type Site } from './long-life-fault.ts';
import type { Ask, Bounds, Figures, Told } from './long-life-message.ts';
import { applicationOf, newWorld, SEED } from './long-life-world.ts';

const START = new Date('2026-11-02T00:00:00.000Z');
/** Bytes that one pass may add before the journal notices that it is over its bound. */
const ONE_PASS = 20_000;
const GROWTH = 1.1;
/** Files that Git may have lying loose before it packs them; a short campaign has not come there at its mark. */
const LOOSE = 320;
/** What a revision may add to Git's history, which is kept for ever: bytes, packed, of a policy of this size. */
const ONE_REVISION = 1_024;
const MINUTE = 60_000;
const TOKEN = 'campaign-0123456789abcdef';

type Size = { readonly passes: number; readonly mark: number; readonly bounds: Bounds };
const SIZES: Readonly<Record<'short' | 'long', Size>> = {
  short: { passes: 18, mark: 6, bounds: { maxBytes: 12_000, maxEntries: 10_000, keepPasses: 5 } },
  long: { passes: 10_000, mark: 500, bounds: { maxBytes: 500_000, maxEntries: 2_000, keepPasses: 100 } },
};

type Product = {
  readonly send: (ask: Ask) => void;
  readonly told: <T extends Told['type']>(type: T) => Promise<Extract<Told, { type: T }>>;
  readonly stop: () => Promise<number | null>;
  readonly url: string;
};

/** The product in a process of its own, without the emulator and the judge. */
async function product(
  site: { readonly clock: FastClock; readonly factor: number; readonly seed: number; readonly bounds: Bounds } & {
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<Product> {
  const home = mkdtempSync(join(tmpdir(), 'kirosync-home-'));
  const main = fileURLToPath(new URL('long-life-child.ts', import.meta.url));
  const args = [site.clock.now().toISOString(), String(site.factor), String(site.seed), JSON.stringify(site.bounds)];
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', main, ...args], {
    env: cleanEnvironment(home, site.env),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-4_000);
  });
  const waiting = new Set<{ readonly type: string; readonly resolve: (told: Told) => void; readonly reject: (error: Error) => void }>();
  const ended = once(child, 'close');
  const gone = (text: string) => {
    for (const each of waiting) each.reject(new Error(text));
    waiting.clear();
  };
  void ended.then(([code]) => gone(`the product ended with ${code}: ${words}`));
  child.on('message', (told: Told) => {
    if (told.type === 'threw') return gone(`a bug ended a pass: ${told.text}`);
    for (const each of [...waiting].filter(({ type }) => type === told.type)) {
      waiting.delete(each);
      each.resolve(told);
    }
  });
  const told: Product['told'] = <T extends Told['type']>(type: T) =>
    new Promise<Extract<Told, { type: T }>>((resolve, reject) => {
      // The filter above hands over only messages of this type.
      waiting.add({ type, resolve: (message) => resolve(message as Extract<Told, { type: T }>), reject });
    });
  const { url } = await told('ready');
  return {
    send: (ask) => void child.send(ask),
    told,
    url,
    stop: async () => {
      if (child.connected) child.send({ type: 'stop' } satisfies Ask);
      const [code] = await ended;
      rmSync(home, { recursive: true, force: true });
      return typeof code === 'number' ? code : null;
    },
  };
}

/** One pass, asked for and ended. */
async function pass(running: Product, referee: Judge): Promise<Extract<Told, { type: 'ended' }>> {
  referee.passBegins(3_000);
  const ended = running.told('ended');
  running.send({ type: 'pass' });
  return ended;
}

async function measure(running: Product, least: Figures | null, patienceMs: number): Promise<Figures> {
  const found = running.told('figures');
  running.send({ type: 'measure', least, patienceMs });
  return (await found).figures;
}

/** A state directory: `files` and `bytes` without the journal, which has a bound of its own. */
type Weight = { readonly files: number; readonly bytes: number; readonly journal: number };

function weigh(stateDir: string): Weight {
  const sizes = readdirSync(stateDir, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const found = statSync(join(stateDir, name), { throwIfNoEntry: false });
    return found?.isFile() === true ? [{ name, size: found.size }] : [];
  });
  const others = sizes.filter(({ name }) => name !== JOURNAL_FILE);
  const journal = sizes.find(({ name }) => name === JOURNAL_FILE)?.size ?? 0;
  return { files: others.length, bytes: others.reduce((sum, { size }) => sum + size, 0), journal };
}

const heavier = (a: Weight, b: Weight): Weight => ({
  files: Math.max(a.files, b.files),
  bytes: Math.max(a.bytes, b.bytes),
  journal: Math.max(a.journal, b.journal),
});

/** Figures at some pass; the directory swings (Git packs now and then), so its part is the most until then. */
type Stand = Figures & Weight & { readonly revisions: number };

/** What may not have grown. Memory only in the long form: in a short one V8 is still compiling. */
function grown(mark: Stand, last: Stand, { passes, mark: at, bounds }: Size, memory: boolean): readonly string[] {
  const names = ['handles', 'fds', 'files', ...(memory ? (['rss', 'heap'] as const) : [])] as const;
  const history = mark.bytes * GROWTH + (last.revisions - mark.revisions) * ONE_REVISION + LOOSE * 512;
  return [
    ...names.flatMap((name) =>
      last[name] <= Math.max(mark[name] * GROWTH, mark[name] + 1, name === 'files' ? LOOSE : 0)
        ? []
        : [`${name} grew from ${mark[name]} after ${at} passes to ${last[name]} after ${passes}: ${JSON.stringify([mark, last])}`],
    ),
    ...(last.bytes <= history ? [] : [`the state directory grew from ${mark.bytes} to ${last.bytes} bytes in ${last.revisions} revisions`]),
    ...(last.journal <= bounds.maxBytes + ONE_PASS ? [] : [`the journal had ${last.journal} bytes, its bound is ${bounds.maxBytes}`]),
    ...(last.entries <= bounds.maxEntries ? [] : [`the journal has ${last.entries} entries, its bound is ${bounds.maxEntries}`]),
  ];
}

/** Everything is mended and a week passes: then live has to be what the policy says, contested keys settled included. */
async function ends(site: Site, running: Product, referee: Judge, move: (ms: number) => void): Promise<readonly string[]> {
  await mend(site);
  let last = await pass(running, referee);
  for (let day = 0; day < 9 && !(day > 7 && last.outcome === 'in-sync'); day += 1) {
    move(25 * 60 * MINUTE);
    last = await pass(running, referee);
    if (last.outcome === 'applied') last = await pass(running, referee);
  }
  const taken = referee.stillTaken();
  return [
    ...(last.outcome === 'in-sync' ? [] : [`a week after the last fault the outcome is ${last.outcome}: ${last.message}`]),
    ...(taken.length === 0 ? [] : [`still without the seat that others took: ${taken.join(', ')}`]),
  ];
}

async function run(options: CampaignOptions): Promise<Awaited<ReturnType<Campaign['run']>>> {
  const size = SIZES[options.size];
  const passes = options.only === undefined ? (options.tries ?? size.passes) : options.only + 1;
  const factor = 60;
  const random = randomOf(options.seed);
  const clock = fastClock(START, factor, random);
  const world = newWorld();
  const referee = judge({ grants: world.grants, applicationOf });
  const emulator: RunningEmulator = await startEmulator({ seed: SEED, now: clock.now, limiter: false, watch: referee.watch });
  const policy: Repository = repository();
  policy.git('config', 'gc.auto', '0');
  policy.commit('the first', world.files());
  const stateDir = mkdtempSync(join(tmpdir(), 'kirosync-long-life-'));
  await fetch(`${emulator.url}/_emulator/seats`); // the judge's first sight
  const env = {
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    KIROSYNC_GIT_URL: policy.url,
    KIROSYNC_STATE_DIR: stateDir,
    KIROSYNC_HTTP_PORT: '0',
    KIROSYNC_WRITE_TOKENS: TOKEN,
    KIROSYNC_MODE: 'enforce',
    KIROSYNC_SCHEDULE_RECONCILE: '0 0 1 1 *',
    KIROSYNC_LIMITS_REMOVALS_PERCENT: '80',
    KIROSYNC_LIMITS_MOVES_PERCENT: '80',
    KIROSYNC_LIMITS_INCREASE_PERCENT: '100',
  };
  const running = await product({ clock, factor, seed: options.seed, bounds: size.bounds, env });
  const site: Site = { emulator: emulator.url, daemon: running.url, token: TOKEN, policy, world, random };
  const move = (milliseconds: number) => {
    clock.advance(milliseconds);
    running.send({ type: 'advance', milliseconds });
  };
  const failures: Failure[] = [];
  const fail = (at: number) => (text: string) => void failures.push({ try: at, seed: options.seed, text });
  const figures: Record<string, number> = {};
  const count = (name: string, by = 1) => {
    figures[name] = (figures[name] ?? 0) + by;
  };
  let survived = 0;
  let mark: Stand | null = null;
  let weight: Weight = { files: 0, bytes: 0, journal: 0 };
  const stand = async (): Promise<Stand> => {
    weight = heavier(weight, weigh(stateDir));
    return { ...(await measure(running, mark, options.size === 'long' ? 6_000 : 1_500)), ...weight, revisions: figures['revisions'] ?? 0 };
  };
  try {
    await pass(running, referee);
    for (let at = 0; at < passes; at += 1) {
      move(Math.floor((5 + random() * 40) * MINUTE));
      await happen(site, at, move, count);
      const { outcome, effects } = await pass(running, referee);
      count(outcome);
      count('effects', effects);
      survived += 1;
      if (at % 10 === 0) weight = heavier(weight, weigh(stateDir));
      if (at + 1 === size.mark) mark = await stand();
      if ((at + 1) % 500 === 0) options.progress(`${at + 1} passes: ${JSON.stringify(await stand())}`);
    }
    for (const text of await ends(site, running, referee, move)) fail(passes - 1)(text);
    const last = await stand();
    if (mark !== null) {
      for (const text of grown(mark, last, size, options.size === 'long')) fail(passes - 1)(text);
      for (const name of ['rss', 'heap', 'handles', 'fds', 'files', 'bytes'] as const) {
        figures[`${name} at ${size.mark}`] = mark[name];
        figures[`${name} at the end`] = last[name];
      }
      figures['journal bytes at most'] = last.journal;
    }
  } catch (error) {
    fail(survived)(error instanceof Error ? error.message : String(error));
  } finally {
    const code = await running.stop();
    if (code !== 0) fail(survived)(`the daemon ended with ${code}`);
    await emulator.close();
    if (existsSync(`${policy.folder}-away`)) renameSync(`${policy.folder}-away`, policy.folder);
    policy.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
  const { lost, duplicated } = referee.verdict();
  for (const text of [...lost, ...duplicated].slice(0, 20)) fail(survived)(text);
  return { seed: options.seed, tried: passes, survived, lost: lost.length, duplicated: duplicated.length, failures, figures };
}

/**
 * The daemon for 10,000 passes in one process that holds only the product, with faults in between: what it holds at the
 * end is at most 1.1 times what it held after 500. A try is a pass, and each one depends on all before it.
 */
export const longLife: Campaign = { name: 'long-life', run };
