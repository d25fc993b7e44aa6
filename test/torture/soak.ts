import { startEmulator } from '../../src/emulator/server.ts';
import { against } from '../support/cli.ts';
import type { Campaign, Failure } from './campaign.ts';
import { type Control, type Eyes, type Figures, soakRun } from './soak-run.ts';

const TRIES = { short: 1, long: 1000 } as const;

/** The environment of the SDK for as long as the campaign runs. */
const withEnvironment = async <T>(env: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> => {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
};

const controlOf =
  (url: string): Control =>
  async (path, body) => {
    const response = await fetch(`${url}/_emulator/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };

/** The most of what is a most, the sum of everything else. */
const add = (total: Figures, more: Readonly<Figures>): void => {
  for (const [name, number] of Object.entries(more))
    total[name] = name.startsWith('most ') ? Math.max(total[name] ?? 0, number) : (total[name] ?? 0) + number;
};

/**
 * Random organisations, commits, faults and other administrators against the daemon's own pass, on the real adapter over
 * HTTP, judged by the emulator's seats. What is random comes from the seed; in which order requests under way together
 * arrive is the machine's, so that a failure mostly, but not always, happens again.
 */
export const faultSoak: Campaign = {
  name: 'fault-soak',
  async run({ seed, size, tries = TRIES[size], only, progress }) {
    const eyes: Eyes = { now: () => new Date(), watch: () => {}, see: () => {} };
    const emulator = await startEmulator({
      seed: 'empty',
      now: () => eyes.now(),
      watch: (sight) => eyes.watch(sight),
      onExchange: (exchange) => eyes.see(exchange),
    });
    const figures: Figures = {};
    const failures: Failure[] = [];
    const sum = { tried: 0, lost: 0, duplicated: 0 };
    try {
      await withEnvironment(against(emulator.url), async () => {
        for (let i = only ?? 0; i < (only === undefined ? tries : only + 1); i++) {
          const run = await soakRun(seed + i * 7919, { eyes, control: controlOf(emulator.url) });
          sum.tried += 1;
          sum.lost += run.lost.length;
          sum.duplicated += run.duplicated.length;
          add(figures, run.figures);
          const wrong = [...run.lost, ...run.duplicated, ...run.broken];
          if (wrong.length > 0) failures.push({ try: i, seed, text: wrong.slice(0, 5).join('\n    ') });
          if (wrong.length > 0) progress(`try ${i}: ${wrong[0]}`);
          if ((i + 1) % 50 === 0) progress(`${i + 1} of ${tries} runs, ${failures.length} failed, ${sum.lost} lost`);
        }
      });
    } finally {
      await emulator.close();
    }
    const sorted = Object.fromEntries(Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)));
    return { seed, ...sum, survived: sum.tried - failures.length, failures, figures: sorted };
  },
};
