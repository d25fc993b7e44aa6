import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { creditsCsv } from '../../src/report/credits-csv.ts';
import { creditsJson } from '../../src/report/credits-json.ts';
import { creditsText } from '../../src/report/credits-text.ts';
import { readUsage } from '../../src/usage/read.ts';
import { scan } from '../../src/usage/record.ts';
import { type UsageFile, usagePath, usageText } from '../support/usage-tree.ts';
import { creditsOf } from '../usage/scenario.ts';
import { cutFrom } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, site } from './site.ts';

const rows: UsageFile['rows'] = [
  { date: '2026-11-01', userId: 'a0000000-0000-4000-8000-000000000001', credits: '12.25', overage: '0.5' },
  { date: '2026-11-01', userId: 'd-0123456789.b0000000-0000-4000-8000-000000000002', credits: 2, tier: 'PRO_PLUS', client: 'KIRO_CLI' },
  { date: '2026-11-02', userId: '"quoted"', credits: '1e2', tier: 'Kiro Power' },
];
const TEXTS = (['feb', 'apr', 'jul', 'sep'] as const).map((era) => usageText({ era, rows }));
const WORDS = [
  ',',
  '"',
  '""',
  '\n',
  '\r',
  '\r\n',
  'Date',
  'UserId',
  '2026-11-31',
  '-1',
  '1e400',
  'NaN',
  ',,',
  '"\n',
  ' ',
  '\\',
  "'",
  ';',
  '\ufeff',
];

/** One report of arbitrary bytes: every record counted once, no credit out of nothing, and every output can be made. */
export const usage: Target = {
  name: 'usage',
  inputs: cutFrom(TEXTS, WORDS, 8),
  // Each run starts the SQL engine.
  short: 6,
  long: 1_500,
  open: async () => {
    const { folder, put, close } = site();
    const path = usagePath({ rows });
    mkdirSync(join(folder, path, '..'), { recursive: true });
    const run = async (input: Buffer): Promise<'taken' | 'refused'> => {
      put(path, input);
      const { rows: counted, ...facts } = await readUsage([folder], '2026-11', folder);
      const records = scan(input).count;
      expectThat(counted.used + counted.superseded + counted.rejected === counted.read, `counted ${JSON.stringify(counted)}`);
      expectThat([Math.max(0, records - 1), records].includes(counted.read), `${records} records and ${counted.read} rows`);
      for (const person of facts.people) expectThat(person.used >= 0n && person.overageCredits >= 0n, 'negative credits');
      const made = creditsOf('', null, { ...facts, rows: counted });
      JSON.parse(creditsJson(made));
      creditsText(made, { color: false });
      creditsCsv(made);
      expectThat(readdirSync(folder).join() === 'AWSLogs', 'something was written');
      return counted.used > 0 ? 'taken' : 'refused';
    };
    return { run, close: async () => close() };
  },
};
