import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { interleaved, type Scenario, seconds } from './scenario.ts';
import { usageData } from './usage-data.ts';
import { report } from './usage-report.ts';

/** Files that changed less than two seconds ago are not remembered. */
const SETTLED_MS = 2_100;

export const creditsRerun: Scenario = {
  name: 'credits-rerun',
  unit: 's',
  what: 'the same report again with nothing new, against the first time',
  target: 0.25,
  run: async (bench) => {
    const { root, rows } = usageData(bench);
    const cache = join(bench.folder, 'cache');
    await wait(SETTLED_MS);
    const first = async (): Promise<number> => {
      await rm(cache, { recursive: true, force: true });
      return await seconds(() => report(root, rows, cache));
    };
    const again = async (): Promise<number> => {
      await report(root, rows, cache);
      return await seconds(() => report(root, rows, cache));
    };
    const took = await interleaved(bench.runs, { first, again });
    return { value: took.again, bound: took.first };
  },
};
