import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Held } from './daemon-idle-child.ts';
import type { Scenario } from './scenario.ts';

const CHILD = fileURLToPath(new URL('daemon-idle-child.ts', import.meta.url));
const MIB = 1024 * 1024;

export const daemonIdle: Scenario = {
  name: 'daemon-idle',
  unit: 'MiB',
  what: 'memory after many passes with nothing to do, against that after the first of them',
  target: 1.05,
  run: async (bench) => {
    const [people, passes, early] = bench.full ? [10_000, 1000, 100] : [2000, 150, 50];
    const args = ['--expose-gc', '--import', 'tsx', CHILD, ...[people, passes, early].map(String), bench.folder, String(bench.seed)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: MIB });
    const { first, last } = JSON.parse(stdout) as { first: Held; last: Held }; // what the child prints
    const cpu = (last.cpu - first.cpu) / (passes - early);
    return {
      value: last.rss / MIB,
      bound: first.rss / MIB,
      conditions: { [`handles ${first.handles} → ${last.handles}, no growth`]: last.handles <= first.handles },
      notes: [
        `${people} people, ${passes} passes against ${early}; ${cpu.toFixed(3)} s of processor time a pass`,
        `heap ${(first.heap / MIB).toFixed(1)} → ${(last.heap / MIB).toFixed(1)} MiB (what grows are the journal's entries, whose number is bounded)`,
      ],
    };
  },
};
