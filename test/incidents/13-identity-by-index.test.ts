/**
 * Incident: entries were identified by their place in a list, so that one edit near its start made the tool replace every
 * entry after it (cloudposse/terraform-aws-sso#29: all 34 assignments).
 * Property: a person and a group are who they are; order, file layout, quoting and letter case of what was written mean nothing.
 * The pure law over many repositories is in test/plan/law.test.ts.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { apply } from '../../src/commands/apply.ts';
import { plan } from '../../src/commands/plan.ts';
import { assignment, directory, keysOf, ORGANIZATION, PROFILE, planOf } from '../cli/site.ts';
import { crew, type Files, type Incident, incident, keyOf } from './world.ts';

const PEOPLE = crew(34);
const HALF = PEOPLE.slice(0, 17);
const POWER = PEOPLE.slice(17);
const FILES: Files = {
  'organization.yaml': ORGANIZATION,
  'profile.yaml': PROFILE,
  'a.yaml': assignment('a', 'pro', HALF),
  'b.yaml': assignment('b', 'power', POWER),
};

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The same words in another order: documents, keys and list entries shuffled, e-mail addresses in another case, other files. */
function shuffled(files: Files, chance: () => number): Files {
  const mix = <T>(list: readonly T[]): readonly T[] =>
    [...list].map((each) => [chance(), each] as const).sort(([a], [b]) => a - b).map(([, each]) => each); // biome-ignore format: one idea
  const turned = (value: Json): Json => {
    if (Array.isArray(value)) return mix(value.map(turned));
    if (typeof value === 'string') return value.includes('@') && chance() > 0.5 ? value.toUpperCase() : value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(mix(Object.entries(value)).map(([name, each]) => [name, turned(each)]));
  };
  const documents = Object.values(files).flatMap((text) => parseAllDocuments(text).map((each) => each.toJS() as Json)); // parse boundary: our own text
  const texts = mix(documents).map((each) => stringify(turned(each)));
  const cut = Math.floor(chance() * texts.length);
  return {
    [`z/${Math.floor(chance() * 100)}.yaml`]: texts.slice(0, cut).join('---\n'),
    '0.yml': texts.slice(cut).join('---\n'),
  };
}

const planned = async (world: Incident, files: Files) => {
  const { code, stdout, stderr } = await world.run(files, (io, deps) => plan({ format: 'json' }, io, deps));
  expect(code, stderr).not.toBe(1);
  const made = planOf(stdout);
  return { code, hash: made.hash, keys: keysOf(made) };
};
const seedOf = (pro: readonly string[], power: readonly string[]) => ({
  users: PEOPLE,
  groups: { 'kiro-eng-pro': pro, 'kiro-eng-power': power },
});

describe('identity', () => {
  test('a repository in any order and case has the same plan, to the hash; on what agrees with it, an empty one', async () => {
    const world = await incident(seedOf(HALF.slice(3), POWER));
    const before = await planned(world, FILES);
    expect(before.keys).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), async (stream) => {
        const other = shuffled(FILES, () => stream.next().value ?? 0);
        expect(await planned(world, other)).toEqual(before);
        await world.emulator.control('reset', { seed: directory(seedOf(HALF, POWER)) });
        expect(await planned(world, other)).toMatchObject({ code: 0, keys: [] });
        await world.emulator.control('reset', { seed: directory(seedOf(HALF.slice(3), POWER)) });
      }),
      { numRuns: 4, seed: 13 },
    );
  });

  test('one entry taken out at the top of a list of 17 is one write', async () => {
    const world = await incident(seedOf(HALF, POWER));
    const files = { ...FILES, 'a.yaml': assignment('a', 'pro', HALF.slice(1)) };
    const { code } = await world.run(files, (io, deps) => apply({ yes: true }, io, deps));
    expect(code).toBe(0);
    expect((await world.writes()).map(keyOf)).toEqual(['-membership/kiro-eng-pro/p00@example.com']);
  });
});
