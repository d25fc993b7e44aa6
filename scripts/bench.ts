// How fast kirosync is, each figure beside a bound or a rival measured in the same run, on generated data from a seed.
// A script, not a test: figures of a busy machine say little. docs/performance.md tells how to read them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, Measured, Scenario } from './bench/scenario.ts';

/** Each loads alone, so that one scenario does not wait for another's dependencies. */
const SCENARIOS: readonly (() => Promise<Scenario>)[] = [
  async () => (await import('./bench/refresh.ts')).refreshCalls,
  async () => (await import('./bench/refresh.ts')).refreshTime,
  async () => (await import('./bench/refresh.ts')).warmRefresh,
  async () => (await import('./bench/apply.ts')).applyTime,
  async () => (await import('./bench/apply.ts')).sharedQuota,
  async () => (await import('./bench/scripted-rival.ts')).scriptedRival,
  async () => (await import('./bench/scripted-rival.ts')).describingRival,
  async () => (await import('./bench/plan-compute.ts')).planCompute,
  async () => (await import('./bench/plan-compute.ts')).planGrowth,
  async () => (await import('./bench/plan-compute.ts')).planMemory,
  async () => (await import('./bench/config-load.ts')).configLoad,
  async () => (await import('./bench/config-load.ts')).configReload,
  async () => (await import('./bench/outputs.ts')).outputsText,
  async () => (await import('./bench/outputs.ts')).outputsJson,
  async () => (await import('./bench/cold-start.ts')).coldValidate,
  async () => (await import('./bench/cold-start.ts')).coldHelp,
  async () => (await import('./bench/daemon-idle.ts')).daemonIdle,
  async () => (await import('./bench/credits.ts')).credits,
  async () => (await import('./bench/credits-rerun.ts')).creditsRerun,
  async () => (await import('./bench/credits-memory.ts')).creditsMemory,
];

const USAGE = `npm run bench [-- --only NAME] [--full] [--runs N] [--seed N] [--list] [--json]
  --only NAME   one scenario (may be given again); where none has that name, all whose names begin with it
  --full        the sizes of docs/performance.md instead of short ones
  --runs N      so many interleaved runs, of which the median counts (5)
  --seed N      other data for plans, outputs and credits; the others' is the same for every seed
  --json        {"scenarios":[{name,value,bound,ratio,target,holds}]} on stdout instead of the table
Exit codes: 0 every target is met, 1 a wrong flag, 2 a target is missed, 3 a scenario gave no figure.
`;

class UsageError extends Error {}

function options() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: [] },
        full: { type: 'boolean', default: false },
        runs: { type: 'string', default: '5' },
        seed: { type: 'string', default: '20261123' },
        list: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}`);
  }
}

function count(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < least)
    throw new UsageError(`--${name} ${text}: give a whole number from ${least} on.`);
  return number;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

type Line = { readonly scenario: Scenario; readonly measured: Measured; readonly ratio: number; readonly holds: boolean };

async function measure(scenario: Scenario, bench: Bench): Promise<Line> {
  const began = performance.now();
  say(`== ${scenario.name}: ${scenario.what}`);
  const measured = await scenario.run(bench);
  const ratio = measured.value / measured.bound;
  for (const note of measured.notes ?? []) say(`   ${note}`);
  const conditions = Object.entries(measured.conditions ?? {});
  for (const [what, holds] of conditions) say(`   ${holds ? 'holds' : 'MISSED'}: ${what}`);
  say(`   ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return { scenario, measured, ratio, holds: ratio <= scenario.target && conditions.every(([, holds]) => holds) };
}

/** Three digits that count. */
const figure = (value: number, unit: string): string => `${Number(value.toPrecision(3))} ${unit}`;

function table(lines: readonly Line[]): string {
  const rows = [
    ['scenario', 'value', 'bound', 'ratio', 'target', ''],
    ...lines.map(({ scenario: { name, unit, target }, measured: { value, bound }, ratio, holds }) => [
      name,
      figure(value, unit),
      figure(bound, unit),
      `${ratio.toFixed(2)} ×`,
      `${target} ×`,
      holds ? 'holds' : 'missed',
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
}

function json(lines: readonly Line[]): string {
  const scenarios = lines.map(({ scenario: { name, target }, measured: { value, bound }, ratio, holds }) => ({
    name,
    value,
    bound,
    ratio,
    target,
    holds,
  }));
  return `${JSON.stringify({ scenarios }, null, 2)}\n`;
}

async function main(): Promise<number> {
  const given = options();
  if (given.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const bench = { full: given.full, runs: count('runs', given.runs, 1), seed: count('seed', given.seed, 0) };
  const all = await Promise.all(SCENARIOS.map((load) => load()));
  const names = all.map(({ name }) => name);
  if (given.list) {
    process.stdout.write(`${names.join('\n')}\n`);
    return 0;
  }
  const named = (only: string): readonly string[] => (names.includes(only) ? [only] : names.filter((name) => name.startsWith(only)));
  const unknown = given.only.filter((only) => named(only).length === 0);
  if (unknown.length > 0) throw new UsageError(`No scenario is named ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  const chosen = all.filter(({ name }) => given.only.length === 0 || given.only.some((only) => named(only).includes(name)));
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-bench-'));
  const lines: Line[] = [];
  let failed = 0;
  try {
    for (const scenario of chosen)
      try {
        lines.push(await measure(scenario, { ...bench, folder, progress: (text) => say(`   ${text}`) }));
      } catch (error) {
        failed += 1;
        say(`   FAILED: ${error instanceof Error ? error.message : String(error)}`);
      }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(given.json ? json(lines) : table(lines));
  if (failed > 0) say(`${failed} of ${chosen.length} scenarios gave no figure: see FAILED above.`);
  if (failed > 0) return 3;
  return lines.every(({ holds }) => holds) ? 0 : 2;
}

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  say(error.message);
  return 1;
});
