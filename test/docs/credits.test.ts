import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CREDITS_FORMATS } from '../../src/commands/credits-format.ts';
import { CREDITS_COLUMNS } from '../../src/report/credits-csv.ts';
import { page, ROOT, table } from './markdown.ts';

const credits = page('docs/credits.md');

/** What stands in back-ticks in the first cells of a table. */
const firsts = (head: string): readonly string[] =>
  table(credits, head).flatMap(([cell]) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));

/** An `enum` of the published schema, found by one of its words. */
function listed(word: string): readonly string[] {
  const lists: string[][] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const found: unknown = Reflect.get(value, 'enum');
    if (Array.isArray(found) && found.includes(word)) lists.push(found);
    for (const each of Object.values(value)) walk(each);
  };
  walk(JSON.parse(readFileSync(join(ROOT, 'schemas/credits.schema.json'), 'utf8')));
  return lists[0] ?? [];
}

describe('docs/credits.md', () => {
  it('names the CSV columns in their order', () => {
    expect(firsts('column')).toEqual([...CREDITS_COLUMNS]);
  });

  it('names the formats', () => {
    expect([...firsts('`--format`')].sort()).toEqual([...CREDITS_FORMATS].sort());
  });

  it('names every state and every mismatch of the schema', () => {
    expect([...firsts('state')].sort()).toEqual([...listed('unconfirmed')].sort());
    expect([...firsts('mismatch')].sort()).toEqual([...listed('overage-off')].sort());
  });
});
