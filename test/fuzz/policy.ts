import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { plan as showPlan } from '../../src/commands/plan.ts';
import { validate } from '../../src/commands/validate.ts';
import { load } from '../../src/config/load.ts';
import { plan } from '../../src/plan/plan.ts';
import type { SourceFile } from '../../src/ports.ts';
import { planJson } from '../../src/report/plan-json.ts';
import { planMarkdown } from '../../src/report/plan-markdown.ts';
import { readPlan } from '../../src/report/plan-read.ts';
import { planText } from '../../src/report/plan-text.ts';
import { BASE, NOW, OPERATOR, sourceFile } from '../support/world.ts';
import { cutFrom, editedFrom } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, LIVE, POLICY, type Site, site } from './site.ts';

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

/** Paths as a Git tree may have them: what acts on a terminal, looks like another, leads out, is long, or differs only in case. */
const PATHS = [
  'a.yaml', 'A.yaml', 'a.YAML', 'a.yml', 'teams/a.yaml', 'Teams/a.yaml', 'teams/á.yaml', 'teams/a\u0301.yaml', 'a\n.yaml', 'a\r\nb.yaml', '\n::error::x.yaml', '\u001b[2J\u001b]0;x\u0007.yaml', '\u0000.yaml', '\u0085\u2028.yaml',
  '\u202elmay.yaml', 'a\u200b.yaml', '\ufeffa.yaml', '\ud800.yaml', '../a.yaml', 'teams/../a.yaml', '..yaml', '..\\a.yaml', '/etc/a.yaml', 'C:\\a.yaml', 'CON.yaml', '-rf.yaml', '--out=x.yaml', '.hidden/a.yaml', '.git/a.yaml', 'a.yaml/b.yaml',
  '__proto__.yaml', '__proto__/constructor.yaml', '=1+1.yaml', '<b>.yaml', '[x](y).yaml', '|.yaml', '`.yaml', '%2e%2e.yaml', ' .yaml', '.yaml', 'a.yaml ', 'a:1:1.yaml', `${'x'.repeat(5_000)}.yaml`, `${'d/'.repeat(2_000)}a.yaml`,
]; // biome-ignore format: a vocabulary reads best as a block

/** A text that is in the file at a path. Several are written as one input, the JSON of their pairs. */
type Pair = readonly [path: string, text: string];

const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PATHS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map((text) => `${text}.yaml`) },
);
const content = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(POLICY, ...MORE.split('---\n'), 'kind: Teir\n', 'kind: Assignment\nname: platform\n') },
  { weight: 1, arbitrary: editedFrom([[...DOCUMENTS]], 2).map(yaml) },
);
const repository: fc.Arbitrary<Buffer> = fc
  .uniqueArray(fc.tuple(path, content), { minLength: 2, maxLength: 5, selector: ([name]) => name })
  .map((pairs) => Buffer.from(JSON.stringify(pairs)));

/** YAML of the policy repository: its structure edited, its text cut up, or several files under paths that hurt. */
const inputs = fc.oneof(
  { weight: 2, arbitrary: editedFrom([[...DOCUMENTS]], 3).map((edited) => Buffer.from(yaml(edited))) },
  { weight: 1, arbitrary: cutFrom([...TEXTS, `${BASE}---\n${POLICY}`, ...EXAMPLES], WORDS) },
  { weight: 1, arbitrary: repository },
);

function yaml(edited: unknown): string {
  const text = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false }) ?? '';
  return Array.isArray(edited) ? edited.map(text).join('---\n') : text(edited);
}

function isPair(value: unknown): value is Pair {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string');
}

/** Bytes up to which an input is also told in every form and read in another order. */
const MOST_TOLD = 1_000_000;

/** The input as files: its pairs, or else one file of its bytes. */
function filesOf(input: Buffer): readonly SourceFile[] {
  const alone: SourceFile = { path: 'a.yaml', content: new Uint8Array(input), id: 'a' };
  if (!input.subarray(0, 3).equals(Buffer.from('[["'))) return [alone];
  try {
    const value: unknown = JSON.parse(input.toString('utf8'));
    return Array.isArray(value) && value.every(isPair) ? value.map(([name, text]) => sourceFile(name, text)) : [alone];
  } catch {
    return [alone];
  }
}

/**
 * What loads can be planned and told, and its plan reads back; what does not says where and why, on one line each. The
 * order of the files is nothing, and what is printed acts on no terminal and adds no line.
 */
async function check(input: Buffer, { io, deps, command }: Site): Promise<'taken' | 'refused'> {
  const given = filesOf(input);
  const files = given.some((file) => 'content' in file && /kind: Organization/.test(Buffer.from(file.content).toString('utf8')))
    ? given
    : [sourceFile('base.yaml', BASE), ...given];
  const loaded = load(files, '2026-11-10');
  const told = loaded.ok ? loaded.configuration.warnings : loaded.diagnostics;
  for (const { message, rule, file } of told) {
    // A path stands in a message as it is, and is made visible where it is printed: `command` looks at that.
    const words = files.reduce((text, each) => text.replaceAll(each.path, 'PATH'), message);
    expectThat(/^[^\p{Cc}\p{Cf}]+$/u.test(words) && /^[a-z0-9-]+$/.test(rule), `a message that acts: ${JSON.stringify(message)}`);
    expectThat(file === undefined || files.some((each) => each.path === file), `a problem of no file: ${JSON.stringify(file)}`);
  }
  if (given.length > 1 && input.length < MOST_TOLD) {
    const turned = JSON.stringify(load([...files].reverse(), '2026-11-10'));
    expectThat(turned === JSON.stringify(loaded), 'another order of the files says something else');
    const source = { fetch: async () => ({ revision: null, files }) };
    const { code, out } = await command(() => validate({}, io, { source }));
    expectThat([0, 1].includes(code) && (loaded.ok || code === 1), `validate ends in ${code}`);
    expectThat(out.split('\n').length <= told.length + 10, `${told.length} problems in ${out.split('\n').length} lines`);
    expectThat((await command(() => validate({ format: 'json' }, io, { source }))).code === code, 'another exit for another format');
    await command(() => showPlan({}, io, { ...deps, source }));
  }
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

const ten = (text: (file: number) => string): Buffer =>
  Buffer.from(JSON.stringify(Array.from({ length: 10 }, (_, i) => [`${i}.yaml`, text(i)])));

/** 100,000 good documents of one line over ten files: nothing is wrong with them but their number. */
const many = (): Buffer =>
  ten((i) =>
    Array.from(
      { length: 10_000 },
      (_, n) => `{ kind: Assignment, name: a${i}-${n}, profile: eng, tier: pro, users: [u${i}-${n}] }\n---\n`,
    ).join(''),
  );

export const policy: Target = {
  name: 'policy',
  inputs,
  short: 80,
  long: 20_000,
  heavy: [{ name: '100,000 documents', input: many }],
  open: async () => {
    const place = site();
    return { run: (input) => check(input, place), close: async () => place.close() };
  },
};
