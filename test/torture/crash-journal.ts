import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Repository, repository } from '../support/repository.ts';
import type { Campaign, CampaignOptions, CampaignResult, Failure } from './campaign.ts';
import { randomOf } from './campaign.ts';
import { type Child, environment, launch, serving, TOKEN } from './crash-child.ts';
import { endProblems, writeProblems } from './crash-points.ts';
import { type CrashServer, startCrashServer } from './crash-server.ts';
import { applicationOf, type CrashWorld, crashWorld } from './crash-world.ts';
import { type Judge, judge } from './judge.ts';

/**
 * How a try spoils the journal: the four moments of one append that `kill-at-journal.mjs` knows, or a line in the middle
 * that a disk spoils between two lives of the daemon.
 */
const WAYS = ['before', 'torn', 'written', 'synced'] as const;
type Way = (typeof WAYS)[number] | 'damaged';
type Point = { readonly number: number; readonly way: Way; readonly append: number };
type Tried = {
  readonly problems: readonly string[];
  readonly lost: number;
  readonly duplicated: number;
  readonly torn: boolean;
  readonly cut: number;
};

const PRELOAD = fileURLToPath(new URL('./kill-at-journal.mjs', import.meta.url));
const SIDE_BY_SIDE = { short: 2, long: 3 } as const;
/** Begins of a pass and of its first changes come before it, the ends of changes in it. */
const SHORT_APPEND = 4;
/** Appends that a damaged line is tried for: the first, and some in the middle. */
const DAMAGED = 8;

/**
 * The daemon is killed at each append of its journal, before, in the middle of and after the write, and after the disk
 * has it. The next life must say what it repaired, keep every line that was whole, converge, and count each removal of
 * the first life, those that were cut short too, in the limit of 24 hours: one more removal is then one too many.
 */
export const crashJournal: Campaign = {
  name: 'crash-journal',
  async run(options) {
    const world = crashWorld('short');
    const policy = repository();
    policy.commit('policy', { 'policy.yaml': world.policy });
    policy.git('checkout', '--quiet', '-b', 'next');
    policy.commit('one more leaves', { 'policy.yaml': world.oneMoreRemoved });
    policy.git('checkout', '--quiet', 'main');
    try {
      // Every life of a daemon costs a second: the short form knows that so many appends are always there.
      const appends = options.size === 'short' && options.tries === undefined ? SHORT_APPEND : await countAppends(world, policy);
      const points = pointsOf(options, appends);
      options.progress(`${world.changes} changes in ${appends} appends; ${points.length} points`);
      return await tryAll(options, points, (point) => attempt(world, policy, point), { changes: world.changes, appends });
    } finally {
      policy.dispose();
    }
  },
};

function pointsOf({ size, seed, tries, only }: CampaignOptions, appends: number): readonly Point[] {
  const random = randomOf(seed);
  const every: readonly Omit<Point, 'number'>[] = [
    ...Array.from({ length: appends }, (_, i) => WAYS.map((way) => ({ way, append: i + 1 }))).flat(),
    ...Array.from({ length: DAMAGED }, () => ({ way: 'damaged' as const, append: 1 + Math.floor(random() * appends) })),
  ];
  const numbered = every.map((point, number) => ({ ...point, number }));
  if (only !== undefined) return numbered.filter((point) => point.number === only);
  if (tries === undefined && size === 'long') return numbered;
  if (tries === undefined) return numbered.filter(({ way, append }) => way === 'torn' && append === appends);
  const step = numbered.length / Math.min(tries, numbered.length);
  return Array.from({ length: Math.min(tries, numbered.length) }, (_, i) => numbered[Math.floor((i + random()) * step)]).flatMap(
    (point) => point ?? [],
  );
}

async function tryAll(
  options: CampaignOptions,
  points: readonly Point[],
  run: (point: Point) => Promise<Tried>,
  figures: Readonly<Record<string, number>>,
): Promise<CampaignResult> {
  const queue = [...points];
  const failures: Failure[] = [];
  const sum = { tried: 0, survived: 0, lost: 0, duplicated: 0, torn: 0, cutShort: 0 };
  const worker = async (): Promise<void> => {
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
      const none = { lost: 0, duplicated: 0, torn: false, cut: 0 };
      const tried = await run(point).catch(
        (error: unknown): Tried => ({ problems: [error instanceof Error ? error.message : String(error)], ...none }),
      );
      sum.tried += 1;
      sum.lost += tried.lost;
      sum.duplicated += tried.duplicated;
      sum.torn += tried.torn ? 1 : 0;
      sum.cutShort += tried.cut;
      if (tried.problems.length === 0) sum.survived += 1;
      else
        failures.push({
          try: point.number,
          seed: options.seed,
          text: `${point.way} append ${point.append}: ${tried.problems.join('; ')}${options.size === 'short' ? ' (with --short)' : ''}`,
        });
      if (sum.tried % 25 === 0) options.progress(`${sum.tried} of ${points.length} tried, ${sum.survived} survived`);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE[options.size] }, worker));
  const { torn, cutShort, ...counts } = sum;
  return { seed: options.seed, ...counts, failures, figures: { ...figures, tornLines: torn, removalsCutShort: cutShort } };
}

/** One state directory, one emulator, one policy repository, and the daemon's lives on them. */
type Site = {
  readonly server: CrashServer;
  readonly judging: Judge;
  readonly git: string;
  readonly journal: () => Buffer;
  readonly spoil: (bytes: Uint8Array) => void;
  readonly live: (killAt?: string) => Child;
};

async function onSite<T>(world: CrashWorld, policy: Repository, use: (site: Site) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-crash-'));
  const judging = judge({ grants: () => world.grants, applicationOf });
  const server = await startCrashServer({ seed: world.state, watch: judging.watch, spacing: 12 }, () => {});
  const children: Child[] = [];
  const git = join(folder, 'policy');
  const file = join(folder, 'state', 'journal.jsonl');
  try {
    cpSync(policy.folder, git, { recursive: true });
    await server.control('clock'); // the judge's first sight
    judging.passBegins();
    const env = {
      ...environment(server.url),
      ...serving(pathToFileURL(git).href, join(folder, 'state')),
      // Exactly as many as the policy removes: one that is counted twice or forgotten shows.
      KIROSYNC_LIMITS_REMOVALS_COUNT: String(world.unseated),
    };
    const live: Site['live'] = (killAt) => {
      const child = launch(['serve'], {
        cwd: folder,
        env: killAt === undefined ? env : { ...env, TORTURE_KILL_AT: killAt },
        preload: PRELOAD,
      });
      children.push(child);
      return child;
    };
    const journal = () => (existsSync(file) ? readFileSync(file) : Buffer.alloc(0));
    return await use({ server, judging, git, journal, spoil: (bytes) => writeFileSync(file, bytes), live });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => child.ended));
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills at a place that never comes, and asks how many appends there were. */
function countAppends(world: CrashWorld, policy: Repository): Promise<number> {
  return onSite(world, policy, async ({ live, server }) => {
    const child = live('count:0');
    await child.said(/"msg":"pass ended"/);
    child.kill('SIGTERM');
    const { code } = await child.ended;
    const problems = [...endProblems(world, server), ...(code === 0 ? [] : [`it ended with ${code}`])];
    if (problems.length > 0) throw new Error(`The undisturbed run did not end well:\n${problems.join('\n')}\n${child.output()}`);
    return Number(/appends: (\d+)/.exec(child.output())?.[1] ?? 0);
  });
}

const whole = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);

/** The same bytes with one line in the middle spoiled, as a disk would; the lines around it stay. */
function damaged(bytes: Buffer, line: number): Buffer {
  const lines = whole(bytes).toString('utf8').split('\n');
  const at = Math.min(line, lines.length - 2) - 1;
  return Buffer.from(lines.map((text, i) => (i === at ? text.replace(/^\{"type"/, '\u0000\u0000"ty') : text)).join('\n'));
}

function attempt(world: CrashWorld, policy: Repository, point: Point): Promise<Tried> {
  return onSite(world, policy, async (site) => {
    const { server, judging, journal } = site;
    const problems: string[] = [];
    const victim = site.live(point.way === 'damaged' ? undefined : `${point.way}:${point.append}`);
    // Appends that arrive together share a write, so that a late one may not come: then the life ends at its pass.
    await Promise.race([victim.said(/"msg":"pass ended"/).catch(() => {}), victim.ended]);
    victim.kill('SIGKILL');
    const { signal } = await victim.ended;
    if (signal !== 'SIGKILL') problems.push(`the first life ended by itself: ${victim.output().slice(-500)}`);
    await server.drained();
    const left = journal();
    const torn = whole(left).length < left.length;
    if (point.way === 'damaged') site.spoil(damaged(left, point.append));
    const kept = point.way === 'damaged' ? journal() : whole(left);
    const cut = point.way === 'damaged' ? 0 : cutShort(kept);
    judging.passBegins();
    problems.push(...(await nextLife(site, world, { torn, way: point.way })));
    if (!journal().subarray(0, kept.length).equals(kept)) problems.push('lines of the journal that were whole are not there any more');
    const { lost, duplicated } = judging.verdict();
    problems.push(...endProblems(world, server), ...writeProblems(world, await server.writes()), ...lost, ...duplicated);
    return { problems, lost: lost.length, duplicated: duplicated.length, torn, cut };
  });
}

/** Deletes whose start is written and whose end is not. */
function cutShort(bytes: Buffer): number {
  const open = new Set<unknown>();
  for (const line of bytes.toString('utf8').split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as Readonly<Record<string, unknown>>; // parse boundary: a line that the product wrote
    if (entry['type'] !== 'change' || entry['action'] !== 'delete') continue;
    if (entry['result'] === 'started') open.add(entry['key']);
    else open.delete(entry['key']);
  }
  return open.size;
}

/** The daemon's second life: it tells of the repair, converges, and refuses one more removal within the same day. */
async function nextLife(
  site: Site,
  world: CrashWorld,
  { torn, way }: { readonly torn: boolean; readonly way: Way },
): Promise<readonly string[]> {
  const problems: string[] = [];
  const child = site.live();
  await child.said(/"msg":"pass ended"/);
  const outcome = /"outcome":"([a-z-]+)"/.exec(child.output())?.[1];
  if (outcome !== 'applied' && outcome !== 'in-sync')
    problems.push(`the next life ended its pass as ${outcome}: ${child.output().slice(-1500)}`);
  const told = await problemsTold(child);
  const words = torn
    ? /was cut off, as by a crash; it was removed/
    : way === 'damaged'
      ? /is not a journal entry; it was passed over/
      : null;
  if (words !== null && !told.some((text) => words.test(text))) problems.push(`/api/status says nothing of the repair: ${told.join(' ')}`);
  if (words !== null && !words.test(child.output())) problems.push('the log says nothing of the repair');
  if (words === null && told.length > 0) problems.push(`/api/status speaks of repairs: ${told.join(' ')}`);

  // A line that a disk spoiled may be the one of a removal, which nobody can count then.
  const asked = way !== 'damaged';
  if (asked) await oneMore(site, child);
  child.kill('SIGTERM');
  const { code } = await child.ended;
  if (code !== 0) problems.push(`the next life ended with ${code}`);
  const counted = /"rule":"too-many-removals","limit":\d+,"actual":(\d+)/.exec(child.output())?.[1] ?? 'nothing';
  if (asked && counted !== String(world.unseated + 1))
    problems.push(`one more removal in the same day was counted as ${counted} of ${world.unseated + 1}`);
  return problems;
}

/** The policy asks for one more removal, and a pass looks at it. */
async function oneMore({ git }: Site, child: Child): Promise<void> {
  const head = join(git, '.git', 'refs', 'heads');
  cpSync(join(head, 'next'), join(head, 'main'));
  child.kill('SIGHUP');
  await child.said(/"msg":"pass ended"/, 2);
}

async function problemsTold(child: Child): Promise<readonly string[]> {
  const url = /kirosync serves (http:\S+)/.exec(child.output())?.[1] ?? '';
  const answer = await fetch(`${url}/api/status`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const status = (await answer.json()) as { readonly journal: { readonly problems: readonly string[] } }; // parse boundary: the product's own route
  return status.journal.problems;
}
