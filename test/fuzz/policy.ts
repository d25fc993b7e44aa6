import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { load } from '../../src/config/load.ts';
import { plan } from '../../src/plan/plan.ts';
import { planJson } from '../../src/report/plan-json.ts';
import { planMarkdown } from '../../src/report/plan-markdown.ts';
import { readPlan } from '../../src/report/plan-read.ts';
import { planText } from '../../src/report/plan-text.ts';
import { BASE, NOW, OPERATOR, sourceFile } from '../support/world.ts';
import { cutFrom, editedFrom } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, LIVE, POLICY } from './site.ts';

const MORE = `kind: Tier
name: ultra
monthlyUsd: 500
credits: 30000
rank: 50
overageUsd: 0.03
---
kind: Policy
expect: [{ group: sre, never: power }, { user: ana, profile: eng, tier: pro }, { maxSeats: 10 }]
advice: { optOut: [cy] }
---
kind: Exception
rule: over-budget
keys: [membership/kiro-eng-pro/bo]
until: 2026-12-01
reason: agreed
`;

const shipped = new URL('../../config-example/', import.meta.url);
const EXAMPLES = readdirSync(shipped, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => readFileSync(new URL(path, shipped), 'utf8'));

const TEXTS = [BASE, POLICY, MORE];
const DOCUMENTS: readonly unknown[] = TEXTS.flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()));
const WORDS = [
  '---\n',
  '...\n',
  '&a ',
  '*a',
  '<<: *a\n',
  '? ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '|\n',
  '>-\n',
  '!!binary ',
  '%YAML 1.1\n',
  '\t',
  'users: ',
  'kind: Tier\n',
  'profile: eng\n',
];

/** YAML of the policy repository: its structure edited, or its text cut up. */
const inputs = fc.oneof(
  { weight: 2, arbitrary: editedFrom([[...DOCUMENTS]], 3).map((edited) => Buffer.from(yaml(edited))) },
  { weight: 1, arbitrary: cutFrom([...TEXTS, `${BASE}---\n${POLICY}`, ...EXAMPLES], WORDS) },
);

function yaml(edited: unknown): string {
  const text = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false }) ?? '';
  return Array.isArray(edited) ? edited.map(text).join('---\n') : text(edited);
}

/** What loads can be planned and told, and its plan reads back; what does not says where and why, on one line each. */
async function run(input: Buffer): Promise<'taken' | 'refused'> {
  const text = input.toString('utf8');
  const beside = /kind: Organization/.test(text) ? [] : [sourceFile('base.yaml', BASE)];
  const loaded = load([...beside, { path: 'a.yaml', content: new Uint8Array(input), id: 'a' }], '2026-11-10');
  const told = loaded.ok ? loaded.configuration.warnings : loaded.diagnostics;
  for (const { message, rule } of told)
    expectThat(/^[^\p{Cc}\p{Cf}]+$/u.test(message) && /^[a-z0-9-]+$/.test(rule), `a message that acts: ${JSON.stringify(message)}`);
  if (!loaded.ok) {
    expectThat(told.length > 0, 'refused without a word');
    return 'refused';
  }
  const made = plan({ configuration: loaded.configuration, live: LIVE, now: NOW, operator: OPERATOR, revision: null });
  planText(made, { color: false });
  planMarkdown(made);
  const read = readPlan(planJson(made));
  expectThat(read.ok, `the plan does not read back: ${JSON.stringify(read)}`);
  return 'taken';
}

export const policy: Target = { name: 'policy', inputs, short: 80, long: 20_000, open: async () => ({ run, close: async () => {} }) };
