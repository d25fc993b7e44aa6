import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Watch, Write } from '../../src/emulator/emulator.ts';
import { type Repository, repository } from '../support/repository.ts';
import { type Campaign, type CampaignOptions, type CampaignResult, type Failure, randomOf } from './campaign.ts';
import { type Child, environment, launch, serving } from './crash-child.ts';
import { type CrashServer, MOMENTS, type Moment, startCrashServer } from './crash-server.ts';
import { applicationOf, attachedOf, type CrashWorld, crashWorld, seatsOf } from './crash-world.ts';
import { judge } from './judge.ts';

/** Where one try kills: at which API call of which command, and at which moment of it. */
type Point = { readonly number: number; readonly command: 'apply' | 'serve'; readonly call: number; readonly moment: Moment };

type Tried = { readonly problems: readonly string[]; readonly lost: number; readonly duplicated: number; readonly reached: boolean };

/** How many tries go on side by side: a process mostly waits for its turn at the quota. */
const SIDE_BY_SIDE = { short: 2, long: 3 } as const;
/** `serve` goes the same way through apply: every so many calls are enough. */
const SERVE_EVERY = 4;

/**
 * An apply of many mixed changes, killed with SIGKILL at every API call in turn. One more run must end where the policy
 * says, with every change written exactly once over both runs, and nobody lost by the emulator's own seats.
 */
export const crashPoints: Campaign = {
  name: 'crash-points',
  async run(options) {
    const world = crashWorld(options.size);
    const policy = repository();
    policy.commit('policy', { 'policy.yaml': world.policy });
    try {
      const calls = await undisturbed(world, policy);
      const points = pointsOf(options, calls);
      options.progress(`${world.changes} changes in ${calls} API calls; ${points.length} points`);
      return await tryAll(options, points, (point) => attempt(world, policy, point), { changes: world.changes, calls });
    } finally {
      policy.dispose();
    }
  },
};

async function undisturbed(world: CrashWorld, policy: Repository): Promise<number> {
  const { problems, calls } = await onEmulator(
    world,
    policy,
    'apply',
    () => {},
    async (run, server) => {
      const child = run();
      const problems = await finished(child, 'apply');
      return { problems, calls: server.calls() };
    },
  );
  if (problems.length > 0) throw new Error(`The undisturbed run did not end well:\n${problems.join('\n')}`);
  return calls;
}

function pointsOf({ size, seed, tries, only }: CampaignOptions, calls: number): readonly Point[] {
  const random = randomOf(seed);
  const turn = Math.floor(random() * MOMENTS.length);
  const at = (command: Point['command'], call: number, number: number): Point => {
    // Two of three lose an answer that had its effect or kill right behind one; the third never reaches the other side.
    return { number, command, call, moment: MOMENTS[(number + turn) % MOMENTS.length] ?? 'effect' };
  };
  const every = [
    ...Array.from({ length: calls }, (_, i) => ['apply', i + 1] as const),
    ...Array.from(
      { length: Math.ceil(calls / SERVE_EVERY) },
      (_, i) => ['serve', Math.min(calls, i * SERVE_EVERY + 1 + (seed % SERVE_EVERY))] as const,
    ),
  ].map(([command, call], i) => at(command, call, i));
  if (only !== undefined) return every.filter((point) => point.number === only);
  const wanted = tries ?? (size === 'short' ? 2 : every.length);
  const step = every.length / Math.min(wanted, every.length);
  if (wanted >= every.length) return every;
  return Array.from({ length: wanted }, (_, i) => every[Math.floor((i + random()) * step)]).flatMap((point) => point ?? []);
}

async function tryAll(
  options: CampaignOptions,
  points: readonly Point[],
  run: (point: Point) => Promise<Tried>,
  figures: Readonly<Record<string, number>>,
): Promise<CampaignResult> {
  const queue = [...points];
  const failures: Failure[] = [];
  const sum = { tried: 0, survived: 0, lost: 0, duplicated: 0, ended: 0 };
  const worker = async (): Promise<void> => {
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
      const tried = await run(point).catch(
        (error: unknown): Tried => ({
          problems: [error instanceof Error ? error.message : String(error)],
          lost: 0,
          duplicated: 0,
          reached: true,
        }),
      );
      sum.tried += 1;
      sum.lost += tried.lost;
      sum.duplicated += tried.duplicated;
      if (!tried.reached) sum.ended += 1;
      if (tried.problems.length === 0) sum.survived += 1;
      else {
        const where = `${point.command} killed at the ${point.moment} of call ${point.call}`;
        failures.push({
          try: point.number,
          seed: options.seed,
          text: `${where}: ${tried.problems.join('; ')}${options.size === 'short' ? ' (with --short)' : ''}`,
        });
      }
      if (sum.tried % 25 === 0) options.progress(`${sum.tried} of ${points.length} tried, ${sum.survived} survived`);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE[options.size] }, worker));
  const { ended, ...counts } = sum;
  return { seed: options.seed, ...counts, failures, figures: { ...figures, endedBeforeTheKill: ended } };
}

type Start = () => Child;

/** Only what was written can take a seat within a try; to look at every read makes the emulator slower than the product's patience. */
function atWrites(watch: Watch): Watch {
  let looks = 0;
  return (sight) => {
    if (looks++ === 0 || sight.writes.length > 0) watch(sight);
  };
}

/** A fresh emulator and a fresh folder, with a way to start the product against them. */
async function onEmulator<T>(
  world: CrashWorld,
  policy: Repository,
  command: Point['command'],
  hear: (call: number, moment: Moment) => void,
  use: (run: Start, server: CrashServer, judging: ReturnType<typeof judge>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-crash-'));
  const judging = judge({ grants: () => world.grants, applicationOf });
  const server = await startCrashServer({ seed: world.state, watch: atWrites(judging.watch) }, hear);
  const children: Child[] = [];
  try {
    writeFileSync(join(folder, 'policy.yaml'), world.policy);
    await server.control('clock'); // the judge's first sight
    judging.passBegins();
    const env = { ...environment(server.url), ...(command === 'serve' ? serving(policy.url, join(folder, '.state')) : {}) };
    const run: Start = () => {
      const child = launch(command === 'serve' ? ['serve'] : ['apply', '--yes'], { cwd: folder, env });
      children.push(child);
      return child;
    };
    return await use(run, server, judging);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => child.ended));
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for the end of a run that nobody disturbs: of the process, or of the daemon's pass and then of the process. */
async function finished(child: Child, command: Point['command']): Promise<readonly string[]> {
  if (command === 'serve') {
    await child.said(/"msg":"pass ended"/);
    child.kill('SIGTERM');
  }
  const { code, signal } = await child.ended;
  const ends = [...child.output().matchAll(/"outcome":"([a-z-]+)"/g)].map(([, outcome]) => outcome);
  const wrong = ends.filter((outcome) => outcome !== 'applied' && outcome !== 'in-sync').map((outcome) => `the pass ended ${outcome}`);
  return [...(code === 0 ? [] : [`the last run ended with ${code ?? signal}: ${child.output().slice(-1000)}`]), ...wrong];
}

function attempt(world: CrashWorld, policy: Repository, point: Point): Promise<Tried> {
  let victim: Child | null = null;
  const hear = (call: number, moment: Moment) => {
    if (call === point.call && moment === point.moment) victim?.kill('SIGKILL');
  };
  return onEmulator(world, policy, point.command, hear, async (run, server, judging) => {
    victim = run();
    const first = point.command === 'serve' ? firstRun(victim) : victim.ended;
    const { signal, code } = await first;
    const killed = signal === 'SIGKILL';
    victim = null;
    await server.drained();
    const problems = [...(killed || code === 0 ? [] : [`the first run ended with ${code ?? signal}`])];
    judging.passBegins();
    problems.push(...(await finished(run(), point.command)));
    const { lost, duplicated } = judging.verdict();
    problems.push(...endProblems(world, server), ...writeProblems(world, await server.writes()), ...lost, ...duplicated);
    return { problems, lost: lost.length, duplicated: duplicated.length, reached: killed };
  });
}

/** A daemon that was not killed in its pass is stopped after it. */
async function firstRun(child: Child): ReturnType<() => Child['ended']> {
  await Promise.race([child.said(/"msg":"pass ended"/).catch(() => {}), child.ended]);
  child.kill('SIGTERM');
  return child.ended;
}

/** What is not as the policy says, in words. */
export function endProblems(world: CrashWorld, server: Pick<CrashServer, 'state'>): readonly string[] {
  const state = server.state();
  const [seats, attached] = [seatsOf(state), attachedOf(state)];
  const missing = world.end.filter((each) => !seats.includes(each));
  const over = seats.filter((each) => !world.end.includes(each));
  const twice = seats.filter((each, i) => seats.indexOf(each) !== i);
  const detached = world.made.filter((group) => !attached.includes(group));
  const groups = state.groups.map((group) => group.DisplayName ?? '');
  const doubled = groups.filter((each, i) => groups.indexOf(each) !== i);
  return Object.entries({ missing, over, twice, detached, doubled })
    .filter(([, list]) => list.length > 0)
    .map(([what, list]) => `${what} in the end: ${list.slice(0, 5).join(', ')} (${list.length})`);
}

/** Every planned change is one effective write over all runs, and nothing else was written. */
export function writeProblems(world: CrashWorld, writes: readonly Write[]): readonly string[] {
  const written = writes.map((write) => {
    const group = String(write['group'] ?? '');
    if (write.operation === 'CreateGroupMembership') return `+${group}/${String(write['user'])}`;
    if (write.operation === 'DeleteGroupMembership') return `-${group}/${String(write['user'])}`;
    return write.operation;
  });
  const wanted = [
    ...world.added.map((each) => `+${each}`),
    ...world.removed.map((each) => `-${each}`),
    ...world.made.flatMap(() => ['CreateGroup', 'CreateApplicationAssignment']),
  ].sort();
  const left = [...wanted];
  const extra = written.filter((each) => {
    const i = left.indexOf(each);
    if (i !== -1) left.splice(i, 1);
    return i === -1;
  });
  return [
    ...(extra.length > 0 ? [`written although not planned, or twice: ${extra.slice(0, 5).join(', ')} (${extra.length})`] : []),
    ...(left.length > 0 ? [`never written: ${left.slice(0, 5).join(', ')} (${left.length})`] : []),
  ];
}
