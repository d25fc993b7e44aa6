import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleaved, type Scenario, seconds } from './scenario.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../config-example', import.meta.url));
const run = promisify(execFile);

const start = (name: string, args: readonly string[], target: number): Scenario => ({
  name,
  unit: 's',
  what: `\`kirosync ${args.map((arg) => (arg === EXAMPLE ? 'config-example' : arg)).join(' ')}\`, against \`node -e 0\``,
  target,
  run: async (bench) => {
    if (!existsSync(MAIN)) throw new Error('There is no dist/main.js: run `npm run build` first.');
    const took = await interleaved(Math.max(bench.runs, 9), {
      ours: () => seconds(() => run(process.execPath, [MAIN, ...args])),
      node: () => seconds(() => run(process.execPath, ['-e', '0'])),
    });
    return { value: took.ours, bound: took.node };
  },
});

export const coldValidate = start('cold-start-validate', ['validate', '--config', EXAMPLE], 5);
export const coldHelp = start('cold-start-help', ['--help'], 3);
