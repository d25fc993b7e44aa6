import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Scenario } from './scenario.ts';
import { usageData } from './usage-data.ts';

const CHILD = fileURLToPath(new URL('peak-memory.ts', import.meta.url));

export const creditsMemory: Scenario = {
  name: 'credits-memory',
  unit: 'MiB',
  what: 'most memory of a process that makes the report, against 1 GiB',
  target: 1,
  run: async (bench) => {
    const { root, rows } = usageData(bench);
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', CHILD, root, String(rows)]);
    return { value: Number(stdout), bound: 1024 };
  },
};
