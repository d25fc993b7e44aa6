// The long forms of the campaigns in test/torture: what a client, a disk, a network or another administrator may do to
// kirosync, thousands of times, from a seed. `npm test` runs their short forms.
import { parseArgs } from 'node:util';
import { type Campaign, type CampaignResult, explain, holds } from '../test/torture/campaign.ts';

/** Each loads alone, so that one campaign does not wait for another's dependencies. */
const CAMPAIGNS: readonly (() => Promise<Campaign>)[] = [
  async () => (await import('../test/torture/stale-plans.ts')).stalePlans,
  async () => (await import('../test/torture/clock.ts')).clock,
  async () => (await import('../test/torture/crash-journal.ts')).crashJournal,
  async () => (await import('../test/torture/crash-points.ts')).crashPoints,
  async () => (await import('../test/torture/soak.ts')).faultSoak,
  async () => (await import('../test/torture/long-life.ts')).longLife,
  async () => (await import('../test/torture/fuzz.ts')).fuzzPolicy,
  async () => (await import('../test/torture/fuzz.ts')).fuzzUsage,
  async () => (await import('../test/torture/fuzz.ts')).fuzzPlanFile,
  async () => (await import('../test/torture/fuzz.ts')).fuzzRecording,
  async () => (await import('../test/torture/fuzz.ts')).fuzzSettings,
  async () => (await import('../test/torture/fuzz.ts')).fuzzVariables,
  async () => (await import('../test/torture/fuzz.ts')).fuzzHttp,
  async () => (await import('../test/torture/fuzz.ts')).fuzzJournal,
];

const USAGE = `npm run torture [-- --only NAME] [--seed N] [--tries N] [--try N] [--short] [--list] [--json]
  --only NAME   one campaign (may be given again); a prefix such as "fuzz" takes all that begin with it
  --seed N      another seed; every random choice comes from it
  --tries N     so many tries instead of the campaign's own number
  --try N       one try of the series alone, as a failure names it
  --short       the sizes that npm test runs
  --json        {"campaigns":[{name,seed,tried,survived,lost,duplicated,holds}]} on stdout
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '20261123' },
    tries: { type: 'string' },
    try: { type: 'string' },
    short: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

class UsageError extends Error {}

const count = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new UsageError(`--${name} ${text}: give a whole number from 0 on.`);
  return number;
};

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const row = (name: string, result: CampaignResult) => ({
  name,
  seed: result.seed,
  tried: result.tried,
  survived: result.survived,
  lost: result.lost,
  duplicated: result.duplicated,
  holds: holds(result),
  figures: result.figures,
});

/** What to run, or the words and exit code with which it ends at once. */
function choose(all: readonly Campaign[]): { readonly chosen: readonly Campaign[] } | { readonly ends: number } {
  const names = all.map(({ name }) => name);
  const chosen = all.filter(
    ({ name }) => values.only.length === 0 || values.only.some((each) => name === each || name.startsWith(`${each}-`)),
  );
  if (values.help) say(USAGE);
  else if (values.list) process.stdout.write(`${names.join('\n')}\n`);
  else if (chosen.length === 0) say(`No campaign is named ${values.only.join(', ')}. There are: ${names.join(', ')}`);
  else return { chosen };
  return { ends: values.help || values.list ? 0 : 1 };
}

async function main(): Promise<number> {
  const choice = choose(await Promise.all(CAMPAIGNS.map((load) => load())));
  if ('ends' in choice) return choice.ends;
  const [tries, only] = [count('tries', values.tries), count('try', values.try)];
  const rows = [];
  for (const { name, run } of choice.chosen) {
    const began = performance.now();
    say(`== ${name}`);
    const result = await run({
      seed: count('seed', values.seed) ?? 0,
      size: values.short ? 'short' : 'long',
      ...(tries === undefined ? {} : { tries }),
      ...(only === undefined ? {} : { only }),
      progress: (text) => say(`   ${text}`),
    });
    const figures = Object.entries(result.figures).map(([figure, number]) => `${figure} ${number}`);
    say(`${explain(name, result)}, ${Math.round((performance.now() - began) / 1000)} s\n   ${figures.join(', ')}`);
    rows.push(row(name, result));
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ campaigns: rows }, null, 2)}\n`);
  return rows.every((each) => each.holds) ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  say(error.message);
  return 1;
});
