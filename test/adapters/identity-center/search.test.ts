import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inflow } from '../../../src/adapters/identity-center/inflow.ts';
import { pager } from '../../../src/adapters/identity-center/page.ts';
import { type Hint, type Lookup, search } from '../../../src/adapters/identity-center/search.ts';

type Thing = { readonly id: string; readonly name: string };

/** A directory that counts its calls. */
function directory(things: readonly Thing[], pageSize: number) {
  const count = { calls: 0 };
  const ask = <T>(answer: T, calls: number): Promise<T> => {
    count.calls += calls;
    return Promise.resolve(answer);
  };
  const lookup: Lookup<Thing> = {
    byId: (id) => ask(things.find((t) => t.id === id) ?? null, 1),
    byName: (name) => ask(things.find((t) => t.name === name) ?? null, 2),
    sweep: () =>
      pager('identitystore:ListUsers', async (token) => {
        const from = Number(token ?? 0);
        const next = from + pageSize < things.length ? String(from + pageSize) : undefined;
        return ask({ items: things.slice(from, from + pageSize), next }, 1);
      }),
  };
  return { lookup, count, pages: Math.max(1, Math.ceil(things.length / pageSize)) };
}

const things = (size: number): readonly Thing[] => Array.from({ length: size }, (_, i) => ({ id: `id-${i}`, name: `name-${i}` }));
const sortedIds = (found: readonly Thing[]): readonly string[] => found.map((t) => t.id).sort();

describe('search', () => {
  const anySize = fc.integer({ min: 0, max: 300 });
  const anyWanted = fc.array(fc.integer({ min: 0, max: 320 }), { maxLength: 40 });
  const anyHint = fc.option(fc.integer({ min: 1, max: 100 }), { nil: null });

  test('finds the same whatever the page size, the hint and so the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        anySize,
        anyWanted,
        anyWanted,
        fc.integer({ min: 1, max: 100 }),
        anyHint,
        async (size, ids, names, pageSize, pages) => {
          const all = things(size);
          const wanted = { ids: ids.map((i) => `id-${i}`), names: names.map((i) => `name-${i}`) };
          const isComplete = wanted.names.every((name) => all.some((t) => t.name === name));
          const expected = isComplete ? all.filter((t) => wanted.ids.includes(t.id) || wanted.names.includes(t.name)) : all;
          const found = await search(wanted, directory(all, pageSize).lookup, (t) => t.name, { pages });
          expect(sortedIds(found)).toEqual(sortedIds(expected));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('costs at most twice the cheaper way, without knowing the size; with the size, the cheaper way', async () => {
    await fc.assert(
      fc.asyncProperty(anySize, anyWanted, anyWanted, fc.integer({ min: 1, max: 40 }), async (size, ids, names, pageSize) => {
        const all = things(size);
        const wanted = { ids: new Set(ids.map((i) => `id-${i}`)), names: new Set(names.map((i) => `name-${i}`)) };
        const { lookup, count, pages } = directory(all, pageSize);
        const lookups = wanted.ids.size + 2 * wanted.names.size;
        const hasMiss = [...wanted.names].some((name) => !all.some((t) => t.name === name));
        const best = hasMiss ? pages : Math.min(pages, lookups);
        await search(wanted, lookup, (t) => t.name, { pages: null });
        expect(count.calls).toBeLessThanOrEqual(2 * best);

        count.calls = 0;
        await search(wanted, lookup, (t) => t.name, { pages });
        expect(count.calls).toBeLessThanOrEqual(hasMiss ? pages + Math.min(pages, lookups) : best);
      }),
      { numRuns: 200 },
    );
  });

  test('finds the same with the same calls when ids come in one by one', async () => {
    await fc.assert(
      fc.asyncProperty(anySize, anyWanted, anyWanted, anyHint, async (size, ids, names, pages) => {
        const all = things(size);
        const wanted = { ids: ids.map((i) => `id-${i}`), names: names.map((i) => `name-${i}`) };
        const [whole, parts] = [directory(all, 10), directory(all, 10)];
        const expected = await search(wanted, whole.lookup, (t) => t.name, { pages });
        const more = inflow();
        const searching = search({ ids: [], names: wanted.names, more }, parts.lookup, (t) => t.name, { pages });
        for (const id of wanted.ids) {
          await Promise.resolve();
          more.add([id]);
        }
        more.end();
        expect(sortedIds(await searching)).toEqual(sortedIds(expected));
        const late = new Set(wanted.ids.filter((id) => !all.some((t) => t.id === id)));
        expect(parts.count.calls).toBeLessThanOrEqual(whole.count.calls + late.size);
      }),
      { numRuns: 200 },
    );
  });

  test('remembers the size of the directory after a whole sweep', async () => {
    const hint: Hint = { pages: null };
    const { lookup, count } = directory(things(250), 100);
    await search({ ids: [], names: ['nobody', 'name-7', 'name-8'] }, lookup, (t) => t.name, hint);
    expect(hint).toEqual({ pages: 3 });
    count.calls = 0;
    await search({ ids: ['id-249'], names: [] }, lookup, (t) => t.name, hint);
    expect(count.calls).toBe(1);
  });

  test('asks nothing when nothing is wanted', async () => {
    const { lookup, count } = directory(things(5), 100);
    expect(await search({ ids: [], names: [] }, lookup, (t) => t.name, { pages: null })).toEqual([]);
    expect(count.calls).toBe(0);
  });

  test('another spelling of a name is no hit: only the whole list can tell', async () => {
    const all = [...things(300), { id: 'x', name: 'Ana' }];
    const { lookup } = directory(all, 10);
    const loose: Lookup<Thing> = {
      ...lookup,
      byName: async (name) => all.find((t) => t.name.toLowerCase() === name.toLowerCase()) ?? null,
    };
    expect(await search({ ids: [], names: ['ana'] }, loose, (t) => t.name, { pages: null })).toHaveLength(301);
  });
});
