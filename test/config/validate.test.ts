import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Io } from '../../src/commands/io.ts';
import { type ValidateOptions, validate } from '../../src/commands/validate.ts';
import { UserError } from '../../src/errors.ts';
import type { SourceFile } from '../../src/ports.ts';
import { BASE, file, TODAY } from './source.ts';

const VALID = [
  file('base.yaml', BASE),
  file(
    'team.yaml',
    `kind: Assignment
name: platform
profile: engineering
tier: pro
users: [ana@example.com, bob@example.com]
until: 2026-11-30
---
kind: Policy
expect:
  - { user: ana@example.com, profile: engineering, tier: pro }
  - { profile: engineering, tier: pro, maxSeats: 1 }
  - { group: contractors, never: power }
  - { group: contractors, never: pro }
`,
  ),
];

const INVALID = [
  file('base.yaml', BASE.replace('removals: never', 'removals: nevr')),
  file('team.yaml', 'kind: Assignment\nname: "x\u202ey"\nprofile: enginering\ntier: pro\nuesrs: [ana@example.com]\nuntil: 2026-11-01\n'),
  file('broken.yaml', 'kind: [Assignment\n'),
];

async function run(files: readonly SourceFile[], options: ValidateOptions = {}): Promise<{ readonly code: number; readonly out: string }> {
  const out: string[] = [];
  const io: Io = {
    stdout: (text) => out.push(text),
    stderr: (text) => expect.unreachable(text),
    isTty: false,
    color: false,
    env: {},
    cwd: '/',
    signal: new AbortController().signal,
    now: () => new Date(`${TODAY}T23:59:59Z`),
    ask: () => Promise.resolve(false),
  };
  const source = { fetch: () => Promise.resolve({ revision: null, files }) };
  return { code: await validate(options, io, { source }), out: out.join('') };
}

const schema = JSON.parse(readFileSync(new URL('../../schemas/validation.schema.json', import.meta.url), 'utf8'));
const isValidation = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

describe.each([
  { name: 'failed-expectation', files: VALID, code: 1 },
  { name: 'invalid', files: INVALID, code: 1 },
  { name: 'empty', files: [], code: 1 },
  { name: 'valid', files: [file('base.yaml', BASE)], code: 0 },
])('$name', ({ name, files, code }) => {
  test('as text', async () => {
    const result = await run(files);
    await expect(result.out).toMatchFileSnapshot(`golden/${name}.txt`);
    expect(result.code).toBe(code);
  });

  test('as JSON, by its schema', async () => {
    const result = await run(files, { format: 'json' });
    await expect(result.out).toMatchFileSnapshot(`golden/${name}.json`);
    expect(result.code).toBe(code);
    const document = JSON.parse(result.out);
    expect(isValidation(document), JSON.stringify(isValidation.errors)).toBe(true);
    expect(document.valid).toBe(code === 0);
  });
});

test('--today governs the dates', async () => {
  expect((await run(VALID, { today: '2026-12-01' })).out).toContain('expired-assignment');
  await expect(run(VALID, { today: '2026-13-01' })).rejects.toThrow(UserError);
});

test('a warning alone is valid', async () => {
  const region = file('base.yaml', BASE.replace('us-east-1', 'us-east-9'));
  expect(await run([region])).toMatchObject({ code: 0, out: expect.stringMatching(/unknown-region: .* \(warning\)\nvalid: .*1 warning/) });
});
