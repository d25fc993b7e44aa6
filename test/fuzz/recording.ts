import { readdirSync } from 'node:fs';
import { credits } from '../../src/commands/credits.ts';
import { plan } from '../../src/commands/plan.ts';
import { readPlan } from '../../src/report/plan-read.ts';
import { jsonFrom } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, LIVE, site } from './site.ts';

/** A recording of arbitrary bytes given to `--live`: it is refused, or every report of it can be made. */
export const recordingFile: Target = {
  name: 'recording',
  inputs: jsonFrom([LIVE], ['"users"', '"memberships"', '"instant"', 'null', '[]']),
  short: 60,
  long: 20_000,
  open: async () => {
    const { io, deps, put, command, close, folder } = site();
    const run = async (input: Buffer): Promise<'taken' | 'refused'> => {
      const live = put('live.json', input);
      const { code, out } = await command(() => plan({ live, format: 'json' }, io, deps));
      expectThat([0, 1, 2, 4].includes(code), `exit ${code}`);
      const read = code === 1 ? null : readPlan(out);
      expectThat(read === null || read.ok, `the plan does not read back: ${JSON.stringify(read)}`);
      for (const format of ['text', 'markdown'] as const)
        expectThat((await command(() => plan({ live, format }, io, deps))).code === code, 'another exit for another format');
      const seats = await command(() => credits({ live }, io, deps));
      expectThat((seats.code === 1) === (code === 1), `credits ends in ${seats.code}, plan in ${code}`);
      expectThat(readdirSync(folder).join() === 'live.json', 'something was written');
      return code === 1 ? 'refused' : 'taken';
    };
    return { run, close: async () => close() };
  },
};
