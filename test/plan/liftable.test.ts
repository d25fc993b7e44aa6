import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LIFTABLE } from '../../src/model/guard.ts';

/** Every list of guard names in a schema. */
function enums(value: unknown): readonly (readonly unknown[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'enum' in value && Array.isArray(value.enum) && value.enum.includes('too-many-removals') ? [value.enum] : [];
  return [...own, ...Object.values(value).flatMap(enums)];
}

test.each(['exception', 'settings'])('the %s schema knows exactly the guards that an Exception can lift', (name) => {
  const schema: unknown = JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
  const found = enums(schema);
  expect(found.length).toBeGreaterThan(0);
  for (const names of found) expect([...names].sort()).toEqual([...LIFTABLE].sort());
});
