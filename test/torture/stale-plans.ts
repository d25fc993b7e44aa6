import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply } from '../../src/commands/apply.ts';
import type { WriteDeps } from '../../src/commands/deps.ts';
import { plan } from '../../src/commands/plan.ts';
import type { Write } from '../../src/emulator/emulator.ts';
import { inProcess } from '../e2e/product.ts';
import { type Campaign, type CampaignResult, type Failure, randomOf } from './campaign.ts';
import { environment } from './crash-child.ts';
import { type CrashServer, startCrashServer } from './crash-server.ts';
import { applicationOf } from './crash-world.ts';
import { judge } from './judge.ts';
import { type Disturbance, disturb } from './stale-change.ts';
import { type PlanFile, type Tampering, tamper } from './stale-file.ts';
import { staleWorld } from './stale-world.ts';

const TRIES = { short: 10, long: 500 } as const;

/** How one try ends: refused with nothing written, or exactly the reviewed changes written. */
type Expected = { readonly code: 0 | 1 | 4; readonly rule: string | null; readonly why: string };
type Kind = 'plan-file' | 'plan-hash' | 'tampered';
type Tried = {
  readonly problems: readonly string[];
  readonly lost: number;
  readonly duplicated: number;
  readonly kind: Kind;
  readonly code: number;
};

/**
 * `plan --out`, then somebody else changes the directory, then `apply --plan FILE` or `--plan-hash`: a change to a planned
 * key or its ids is refused with `stale-plan` and nothing is written; with `--plan FILE` a change elsewhere never is.
 */
export const stalePlans: Campaign = {
  name: 'stale-plans',
  async run({ seed, size, tries = TRIES[size], only, progress }) {
    const numbers = only === undefined ? Array.from({ length: tries }, (_, i) => i) : [only];
    const failures: Failure[] = [];
    const sum = { tried: 0, survived: 0, lost: 0, duplicated: 0 };
    const figures: Record<string, number> = { refused: 0, applied: 0, 'plan-file': 0, 'plan-hash': 0, tampered: 0 };
    for (const number of numbers) {
      const tried = await attempt(number, randomOf(seed + number * 7919));
      sum.tried += 1;
      sum.survived += tried.problems.length === 0 ? 1 : 0;
      sum.lost += tried.lost;
      sum.duplicated += tried.duplicated;
      for (const figure of [tried.kind, tried.code === 0 ? 'applied' : 'refused']) figures[figure] = (figures[figure] ?? 0) + 1;
      if (tried.problems.length > 0) failures.push({ try: number, seed, text: tried.problems.join('; ') });
      if (sum.tried % 100 === 0) progress(`${sum.tried} of ${numbers.length} tried, ${sum.survived} survived`);
    }
    return { seed, ...sum, failures, figures } satisfies CampaignResult;
  },
};

async function attempt(number: number, random: () => number): Promise<Tried> {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-stale-'));
  const world = staleWorld();
  const judging = judge({ grants: () => world.grants, applicationOf });
  const server = await startCrashServer({ seed: world.state, watch: judging.watch }, () => {});
  const before = new Map(Object.entries(environment(server.url)).map(([name]) => [name, process.env[name]]));
  Object.assign(process.env, Object.fromEntries(Object.entries(environment(server.url)).filter(([name]) => name.startsWith('AWS_'))));
  try {
    await server.control('clock'); // the judge's first sight
    const file = join(folder, 'plan.json');
    const planned = await inProcess(world.policy, (io, deps) => plan({ out: file }, io, unlimited(deps)));
    if (planned.code !== 2) return failed('plan-file', `the plan ended with ${planned.code}: ${planned.stdout}${planned.stderr}`);
    return await follow({ number, random, server, judging, file, policy: world.policy });
  } catch (error) {
    return failed('plan-file', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function failed(kind: Kind, problem: string): Tried {
  return { problems: [problem], lost: 0, duplicated: 0, kind, code: -1 };
}

type Run = {
  readonly number: number;
  readonly random: () => number;
  readonly server: CrashServer;
  readonly judging: ReturnType<typeof judge>;
  readonly file: string;
  readonly policy: string;
};

async function follow({ number, random, server, judging, file, policy }: Run): Promise<Tried> {
  const reviewed = readPlan(file);
  const kind: Kind = number % 5 === 4 ? 'tampered' : number % 5 === 3 ? 'plan-hash' : 'plan-file';
  const spoiled = kind === 'tampered' ? tamper(reviewed, random, server.state()) : null;
  if (spoiled !== null) writeFileSync(file, JSON.stringify(spoiled.plan));
  const disturbances = kind === 'tampered' ? [] : await disturb(server, random, number);
  judging.passBegins();
  const options = kind === 'plan-hash' ? { yes: true, planHash: reviewed.hash } : { yes: true, plan: file };
  const ran = await inProcess(policy, (io, deps) => apply(options, io, unlimited(deps))).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'UserError') return { code: 1, stdout: '', stderr: error.message };
    throw error;
  });
  const wanted = spoiled === null ? expected(kind, disturbances) : expectedOf(spoiled);
  const { lost, duplicated } = judging.verdict();
  const problems = [
    ...judged(wanted, ran, await server.writes(), spoiled?.plan ?? reviewed, server),
    ...lost.map((text) => `lost: ${text}`),
    ...duplicated.map((text) => `duplicated: ${text}`),
  ];
  const story = spoiled?.what ?? disturbances.map(({ what }) => what).join(', then ');
  return {
    problems: problems.length === 0 ? [] : [`${kind} after ${story}: ${problems.join('; ')}`],
    lost: lost.length,
    duplicated: duplicated.length,
    kind,
    code: ran.code,
  };
}

function expected(kind: Kind, disturbances: readonly Disturbance[]): Expected {
  const foreign = disturbances.find(({ makes }) => makes === 'foreign');
  if (foreign !== undefined) return { code: 4, rule: 'foreign-group', why: foreign.what };
  const touching = disturbances.find(({ makes }) => makes === 'stale');
  if (touching !== undefined) return { code: 4, rule: 'stale-plan', why: touching.what };
  const other = disturbances.find(({ makes }) => makes === 'another-plan');
  if (other !== undefined && kind === 'plan-hash') return { code: 4, rule: 'stale-plan', why: other.what };
  return { code: 0, rule: null, why: 'nothing planned was touched' };
}

function expectedOf({ expects }: Tampering): Expected {
  return { code: expects, rule: expects === 4 ? 'stale-plan' : null, why: 'the file was changed by hand' };
}

function judged(
  { code, rule, why }: Expected,
  ran: { readonly code: number; readonly stdout: string; readonly stderr: string },
  writes: readonly Write[],
  reviewed: PlanFile,
  server: CrashServer,
): readonly string[] {
  const problems: string[] = [];
  if (ran.code !== code)
    problems.push(`it ended with ${ran.code} and not ${code} (${why}): ${ran.stdout.slice(-700)}${ran.stderr.slice(-300)}`);
  if (rule !== null && !ran.stdout.includes(rule)) problems.push(`${rule} is not named`);
  if (ran.code !== 0) return writes.length === 0 ? problems : [...problems, `${writes.length} writes although it was refused`];
  const [wanted, done] = [wishes(reviewed, server), writes.map(wordsOf).sort()];
  const extra = done.filter((each, i) => !wanted.includes(each) || done.indexOf(each) !== i);
  const left = wanted.filter((each) => !done.includes(each));
  if (extra.length > 0) problems.push(`written and not reviewed: ${extra.slice(0, 3).join(', ')}`);
  if (left.length > 0) problems.push(`reviewed and not written: ${left.slice(0, 3).join(', ')}`);
  return problems;
}

/** One write by the ids that it had: a plan that is followed is followed by id. */
function wordsOf(write: Write): string {
  const { operation } = write;
  if (operation === 'DeleteGroupMembership') return `${operation} ${String(write['MembershipId'])}`;
  if (operation === 'CreateGroupMembership') return `${operation} ${String(write['GroupId'])} ${String(write['UserId'])}`;
  if (operation === 'CreateApplicationAssignment') return `${operation} ${String(write['ApplicationArn'])} ${String(write['PrincipalId'])}`;
  return `${operation} ${String(write['group'] ?? write['DisplayName'])}`;
}

/** What the reviewed file asks for, in the same words; a group that it makes has the id that it has by now. */
function wishes(reviewed: PlanFile, server: CrashServer): readonly string[] {
  const made = new Map(server.state().groups.map((group) => [group.DisplayName ?? '', group.GroupId]));
  return reviewed.stages
    .flatMap(({ changes }) => changes)
    .map(({ before, after }) => {
      const it = after ?? before ?? {};
      const group = it['groupId'] ?? made.get(it['group'] ?? '');
      if (before !== null) return `DeleteGroupMembership ${it['membershipId']}`;
      if (it['kind'] === 'membership') return `CreateGroupMembership ${group} ${it['userId']}`;
      return it['kind'] === 'group' ? `CreateGroup ${it['group']}` : `CreateApplicationAssignment ${it['applicationArn']} ${group}`;
    });
}

function readPlan(file: string): PlanFile {
  return JSON.parse(readFileSync(file, 'utf8')) as PlanFile; // parse boundary: the file that `plan --out` has just written
}

/** The campaign is about plans that went stale: no limit on the size of a plan gets in the way. */
function unlimited(deps: WriteDeps): WriteDeps {
  const limits = { removals: { percent: 100, count: 10_000 }, moves: { percent: 100 }, increase: { usd: 1_000_000 } };
  return { ...deps, settings: { ...deps.settings, limits, applicationAssignments: 'manage' } };
}
