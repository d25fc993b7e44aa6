import { connect } from '../../src/adapters/identity-center/connect.ts';
import type { Ended } from '../../src/daemon/deps.ts';
import { startEmulator } from '../../src/emulator/server.ts';
import type { GitSource } from '../../src/ports.ts';
import { virtualClock } from '../adapters/identity-center/virtual-clock.ts';
import { assignment, directory, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { against } from '../support/cli.ts';
import { testDaemon } from '../support/daemon.ts';
import { sourceFile } from '../support/world.ts';
import { type Campaign, type CampaignOptions, type Failure, randomOf } from './campaign.ts';
import { judge } from './judge.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const APPLICATION = 'KiroProfile-us-east-1';

/** Months with 28, 29, 30 and 31 days, and the turn of a year. */
const MONTHS = ['2026-11', '2026-12', '2027-02', '2028-02', '2027-04', '2027-08'] as const;

/** One month of one organisation: when somebody leaves or moves, and whether the daemon is down when it matters. */
type Month = {
  readonly first: number;
  readonly next: number;
  /** 00:00 UTC of the second-last day, worked out from the first of the next month and not by the product. */
  readonly opens: number;
  /** Bob's last day, in his assignment. */
  readonly bobUntil: string;
  readonly cemDropped: number;
  readonly danUp: number;
  readonly eveDown: number;
  readonly isDown: boolean;
};

const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);

function draw(random: () => number): Month {
  const name = MONTHS[Math.floor(random() * MONTHS.length)] ?? MONTHS[0];
  const first = Date.parse(`${name}-01T00:00:00Z`);
  const [year = 0, month = 0] = name.split('-').map(Number);
  const next = Date.UTC(month === 12 ? year + 1 : year, month % 12, 1);
  const within = () => first + DAY + Math.floor((random() * (next - first - 2 * DAY)) / HOUR) * HOUR;
  return {
    ...{ first, next, opens: next - 2 * DAY, bobUntil: dayText(within()), cemDropped: within() },
    ...{ danUp: within(), eveDown: within(), isDown: random() < 0.4 },
  };
}

/** Who has which tier by the policy at an instant. */
function wanted(month: Month, at: number): ReadonlyMap<string, 'pro' | 'power'> {
  const bobEnds = Date.parse(`${month.bobUntil}T00:00:00Z`) + DAY;
  return new Map([
    ['ana', 'pro'],
    ...(at < bobEnds ? ([['bob', 'pro']] as const) : []),
    ...(at < month.cemDropped ? ([['cem', 'pro']] as const) : []),
    ['dan', at < month.danUp ? 'pro' : 'power'],
    ['eve', at < month.eveDown ? 'power' : 'pro'],
  ]);
}

/** The repository at an instant: Bob's end is written down, the others' come with a new revision. */
function policy(month: Month, at: number): string {
  const has = (tier: string) => [...wanted(month, at)].filter(([name, each]) => name !== 'bob' && each === tier).map(([name]) => name);
  const bob = assignment('bob', 'pro', ['bob']).replace('reason:', `until: ${month.bobUntil}\nreason:`);
  const power = has('power');
  return [
    ORGANIZATION.replace('removals: immediate', 'removals: month-end'),
    PROFILE,
    assignment('pro', 'pro', has('pro')),
    ...(power.length === 0 ? [] : [assignment('power', 'power', power)]),
    bob,
  ].join('---\n');
}

/** Every few hours around the end of the month, every day or two before. */
const step = (month: Month, now: number, random: () => number): number =>
  Math.floor((1 + random() * (now < month.opens - 2 * DAY ? 80 : 20)) * HOUR);

type Look = { readonly user: string; readonly tier: string; readonly status: string };

/** One month from its first day to the third of the next, a pass every few hours. @returns what broke a law. */
async function live(seed: number, count: (name: string, by?: number) => void) {
  const random = randomOf(seed);
  const month = draw(random);
  let now = month.first;
  const broken: string[] = [];
  const law = (holds: boolean, text: string) => void (holds || broken.push(`${new Date(now).toISOString()}: ${text}`));
  const referee = judge({
    grants: () => new Map([...wanted(month, now).keys()].map((name) => [userId(name), new Set([APPLICATION])])),
    applicationOf: (group) => (group.startsWith('kiro-eng-') ? APPLICATION : null),
  });
  const emulator = await startEmulator({
    seed: directory({ groups: { 'kiro-eng-pro': ['ana', 'bob', 'cem', 'dan'], 'kiro-eng-power': ['eve'] } }),
    now: () => new Date(now),
    limiter: false,
    watch: referee.watch,
  });
  const seats = async (): Promise<readonly Look[]> => {
    const rows: readonly { readonly user: string; readonly Tier: string; readonly Status: string }[] = JSON.parse(
      await (await fetch(`${emulator.url}/_emulator/seats`)).text(),
    );
    return rows.map((row) => ({ user: row.user.replace('@example.com', ''), tier: row.Tier, status: row.Status }));
  };
  Object.assign(process.env, against(emulator.url));
  const connection = connect({ region: 'eu-west-1', quotaShare: 1, assumeRoleArn: null, now: () => new Date(now), clock: virtualClock() });
  const source: Pick<GitSource, 'fetch'> = {
    fetch: async () => {
      const text = policy(month, now);
      const id = text.length.toString(16).padStart(40, '0');
      return { revision: `main@sha1:${id}`, files: [sourceFile('policy.yaml', text)] };
    },
  };
  const run = testDaemon(
    '',
    {},
    { exceptions: { rules: [], maxKeys: 0 }, limits: { removals: { percent: 100, count: 50, from: 10 } } },
    {
      observe: connection.reader.observe,
      writer: () => connection.writer,
      now: () => new Date(now),
    },
  );
  Object.assign(run.source, source, { descends: async () => true, read: source.fetch });
  await seats();
  let passedInWindow = { bob: false, cem: false };
  /** When a pass first saw that Eve is to move down: from then on both seats overlap for a day. */
  let eveMoved = Number.POSITIVE_INFINITY;
  try {
    for (; now < month.next + 3 * DAY; now += step(month, now, random)) {
      const isDown = month.isDown && now >= month.opens - DAY && now < month.next;
      const want = wanted(month, now);
      if (!isDown) {
        referee.passBegins();
        const ended: Ended = await run.pass();
        count('passes');
        if (want.get('eve') === 'pro') eveMoved = Math.min(eveMoved, now);
        count('writes', ended.result.applied?.effects ?? 0);
        law(
          ended.result.outcome === 'in-sync' || ended.result.outcome === 'applied',
          `the pass was ${ended.result.outcome}: ${ended.result.message}`,
        );
        if (now >= month.opens && now < month.next)
          passedInWindow = { bob: passedInWindow.bob || !want.has('bob'), cem: passedInWindow.cem || !want.has('cem') };
        if (month.isDown && now >= month.next && Date.parse(`${month.bobUntil}T00:00:00Z`) + DAY < month.opens - DAY) {
          const told = ended.result.plan?.warnings.find(({ rule, message }) => rule === 'missed-window' && message.startsWith('bob@'));
          law(
            told?.message.includes('20') === true,
            `a missed window was not told with its price: ${JSON.stringify(ended.result.plan?.warnings)}`,
          );
          count('missed windows told');
        }
      }
      const rows = await seats();
      const of = (name: string) => rows.find((row) => row.user === name);
      for (const name of ['ana', 'dan', 'eve']) law(of(name) !== undefined && of(name)?.status !== 'CANCELLED', `${name} has no seat`);
      for (const name of ['bob', 'cem'] as const) {
        if (now < month.opens) law(of(name)?.status === 'PENDING', `${name} is ${of(name)?.status ?? 'gone'} before the window`);
        if (now >= month.next && passedInWindow[name]) law(of(name) === undefined, `${name} is paid for another month`);
        if (now >= month.next && passedInWindow[name]) count('ends that were in time');
      }
      if (now >= month.next && eveMoved + DAY < month.opens && !month.isDown)
        law(of('eve')?.tier === 'pro', `eve is paid as ${of('eve')?.tier}`);
    }
  } finally {
    await run.stop();
    connection.close();
    await emulator.close();
  }
  const { lost, duplicated } = referee.verdict();
  return { broken: [...broken, ...lost, ...duplicated], lost: lost.length, duplicated: duplicated.length };
}

async function run(options: CampaignOptions): Promise<Awaited<ReturnType<Campaign['run']>>> {
  const tries = options.tries ?? (options.size === 'short' ? 2 : 200);
  const chosen = options.only === undefined ? Array.from({ length: tries }, (_, i) => i) : [options.only];
  const figures: Record<string, number> = {};
  const count = (name: string, by = 1) => {
    figures[name] = (figures[name] ?? 0) + by;
  };
  const failures: Failure[] = [];
  let survived = 0;
  let lost = 0;
  let duplicated = 0;
  for (const at of chosen) {
    const found = await live(options.seed + at, count);
    if (found.broken.length === 0) survived += 1;
    else failures.push({ try: at, seed: options.seed, text: found.broken.slice(0, 5).join('; ') });
    lost += found.lost;
    duplicated += found.duplicated;
    if ((at + 1) % 20 === 0) options.progress(`${at + 1} months`);
  }
  return { seed: options.seed, tried: chosen.length, survived, lost, duplicated, failures, figures };
}

/**
 * Months with every number of days, somebody leaving, moving up and moving down at any hour of them: by the emulator's
 * seats, nobody is without one for an hour, and a seat that a pass of the month's last two days ended is not paid again.
 */
export const clock: Campaign = { name: 'clock', run };
