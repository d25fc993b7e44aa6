import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { isDay } from '../../src/model/day.ts';

const KINDS = ['organization', 'policy', 'tier', 'profile', 'assignment', 'exception'];
const read = (name: string) => JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));

/** Every schema of a field below a schema, with its path. */
function fields(schema: unknown, path: string): readonly (readonly [string, Record<string, unknown>])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'oneOf' || key === 'not') return [];
    const here =
      key === 'properties'
        ? Object.entries<Record<string, unknown>>(value).map(([name, field]) => [`${path}.${name}`, field] as const)
        : [];
    return [...here, ...fields(value, `${path}/${key}`)];
  });
}

test('the types of raw documents are current', () => {
  const script = fileURLToPath(new URL('../../scripts/schema-types.mjs', import.meta.url));
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});

describe.each(KINDS)('%s.schema.json', (name) => {
  test('is a closed 2020-12 schema with a title', () => {
    const schema = read(name);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `kirosync/${name}.schema.json`,
      additionalProperties: false,
    });
    expect(schema.title).toMatch(/Document$/);
  });

  test('describes every field for editors', () => {
    for (const [path, field] of fields(read(name), name)) expect(field['description'] ?? field['$ref'], path).toBeTypeOf('string');
  });

  test('has examples that it accepts itself', () => {
    const ajv = new Ajv2020({ strict: true, formats: { date: isDay } });
    ajv.addSchema(read(name), name);
    const walk = (schema: unknown, pointer: string): number => {
      if (typeof schema !== 'object' || schema === null) return 0;
      const { examples = [] } = schema as { examples?: unknown[] };
      for (const example of examples)
        expect(ajv.validate({ $ref: `${name}#${pointer}` }, example), `${pointer} ${JSON.stringify(example)}`).toBe(true);
      return Object.entries(schema).reduce(
        (sum, [key, value]) => sum + (key === 'examples' ? 0 : walk(value, `${pointer}/${key}`)),
        examples.length,
      );
    };
    const known = walk(read(name), '');
    expect(known).toBeGreaterThanOrEqual(name === 'policy' ? 4 : 1);
  });
});

test('the union for editors accepts a document of each kind and nothing else', () => {
  const ajv = new Ajv2020({ strict: true, formats: { date: isDay } });
  for (const name of KINDS) ajv.addSchema(read(name));
  const validate = ajv.compile(read('kirosync'));
  expect(validate({ kind: 'Tier', name: 'pro' })).toBe(true);
  expect(validate({ kind: 'Policy' })).toBe(true);
  expect(validate({ kind: 'Other' })).toBe(false);
});

test.each(readdirSync(new URL('../../schemas/', import.meta.url)).filter((name) => name.endsWith('.json')))(
  '%s is strict and valid',
  (file) => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { date: isDay, instant: () => true } });
    for (const name of KINDS) if (file === 'kirosync.schema.json') ajv.addSchema(read(name));
    expect(() => ajv.compile(read(file.replace('.schema.json', '')))).not.toThrow();
  },
);
