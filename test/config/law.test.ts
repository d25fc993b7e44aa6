import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { load } from '../../src/config/load.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import type { SourceFile } from '../../src/ports.ts';
import { BASE, configurationOf, diagnosticsOf, file, loadBeside, TODAY } from './source.ts';

const SOUND: readonly unknown[] = [
  {
    kind: 'Organization',
    version: 1,
    identityCenter: { region: 'eu-west-1', instanceArn: 'arn:aws:sso:::instance/ssoins-a', identityStoreId: 'd-1' },
    removals: 'month-end',
    duplicates: 'deny',
  },
  { kind: 'Tier', name: 'pro-plus', monthlyUsd: 36.5 },
  { kind: 'Tier', name: 'ultra', monthlyUsd: 500, credits: 30_000, rank: 50, overageUsd: 0.03 },
  {
    kind: 'Profile',
    name: 'engineering',
    account: '111122223333',
    region: 'us-east-1',
    seats: {
      pro: { group: 'kiro-e-pro', confirmed: '2026-11-22' },
      ultra: { group: 'kiro-e-ultra', create: true, removals: 'never' },
      'pro-max': { group: 'data-platform', members: 'external' },
    },
  },
  {
    kind: 'Profile',
    name: 'research',
    account: '444455556666',
    region: 'eu-nowhere-1',
    overage: { enabled: true },
    seats: { power: { group: 'kiro-r-power' }, 'pro-max': { group: 'data-platform', members: 'external' } },
  },
  {
    kind: 'Assignment',
    name: 'b',
    profile: 'engineering',
    tier: 'pro',
    users: ['bob@example.com', 'ana@example.com', 'ana@example.com', 'Bob@example.com'],
    groups: ['sre', 'designers'],
    exclude: { groups: ['contractors', 'interns'], users: ['x@example.com', 'y@example.com'] },
    until: '2027-01-31',
  },
  { kind: 'Assignment', name: 'a', profile: 'research', tier: 'power', groups: ['sre'], costCenter: 'RND', until: '2026-01-01' },
  {
    kind: 'Policy',
    protected: { users: ['cto@example.com', 'ana@example.com'] },
    limits: { removals: { percent: 10, count: 5 }, increase: { usd: 100 } },
    budgets: [
      { name: 'z', monthlyUsd: 4000 },
      { name: 'y', costCenter: 'RND', monthlyUsd: 10 },
    ],
    expect: [{ group: 'contractors', never: 'power' }, { user: 'ana@example.com', profile: 'engineering', tier: 'pro' }, { maxSeats: 10 }],
    advice: { optOut: ['cto@example.com', 'bob@example.com'] },
  },
  { kind: 'Policy', protected: { users: ['ana@example.com', 'eli@example.com'] }, limits: { removals: { percent: 5 } } },
  {
    kind: 'Exception',
    rule: 'over-budget',
    keys: ['membership/kiro-e-pro/b', 'membership/kiro-e-pro/a'],
    until: '2026-12-01',
    reason: 'r',
  },
  { kind: 'Exception', rule: 'over-budget', keys: ['membership/kiro-e-pro/b'], until: '2026-12-01', reason: 'r' },
];

/** The value with the entries of every list and the keys of every mapping in another order. */
function shuffled(value: unknown, random: () => number): unknown {
  const order = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  if (Array.isArray(value)) return order(value.map((item) => shuffled(item, random)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(order(Object.entries(value)).map(([key, item]) => [key, shuffled(item, random)]));
}

/** The documents in another order, spread over files of random number, in a random order. */
function scattered(documents: readonly unknown[], random: () => number): readonly SourceFile[] {
  const files = new Map<string, string[]>();
  for (const document of shuffledList(documents, random)) {
    const name = `team-${Math.floor(random() * 4)}/${Math.floor(random() * 3)}.yaml`;
    files.set(name, [...(files.get(name) ?? []), stringify(shuffled(document, random))]);
  }
  return [...files].map(([name, texts]) => file(name, texts.join('---\n')));
}

function shuffledList(items: readonly unknown[], random: () => number): readonly unknown[] {
  const result = shuffled([...items], random);
  return Array.isArray(result) ? result : [];
}

/** Everything but places: those do change with the placement. */
function meaning(configuration: Configuration): unknown {
  const warnings = configuration.warnings.map((w) => `${w.rule}: ${w.message}`).sort();
  const plain = { ...configuration, tiers: [...configuration.tiers], warnings };
  return JSON.parse(JSON.stringify(plain, (key, value: unknown) => (key === 'place' ? undefined : value)));
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('order and placement', () => {
  const reference = meaning(configurationOf(load([file('all.yaml', SOUND.map((d) => stringify(d)).join('---\n'))], TODAY)));

  test('of files, documents, entries and fields change nothing but places', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(meaning(configurationOf(load(scattered(SOUND, randomOf(seed)), TODAY)))).toEqual(reference);
      }),
      { numRuns: 30 },
    );
  });

  test('change nothing about which problems there are', () => {
    const faulty = [
      ...SOUND,
      { kind: 'Assignment', name: 'b', profile: 'researhc', tier: 'pr', users: [] },
      { kind: 'Profile', name: 'Research', account: '111122223333', region: 'us-east-1', seats: { pro: { group: 'kiro-e-pro' } } },
      { kind: 'Tier', name: 'mega', rank: 50, monthlyUsd: 1, credits: 1 },
      { kind: 'Policy', budgets: [{ name: 'z', monthlyUsd: 1 }], expect: [{ user: 'a', teir: 'pro' }] },
    ];
    const rules = (files: readonly SourceFile[]): readonly string[] =>
      diagnosticsOf(load(files, TODAY))
        .map((d) => d.rule)
        .sort();
    const expected = rules([file('all.yaml', faulty.map((d) => stringify(d)).join('---\n'))]);
    expect(expected).toContain('unknown-profile');
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(rules(scattered(faulty, randomOf(seed)))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('a cache of contents changes nothing', () => {
    const cache = new Map();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const files = scattered(SOUND, randomOf(seed));
        expect(load(files, TODAY, cache)).toEqual(load(files, TODAY));
      }),
      { numRuns: 20 },
    );
  });
});

const WORDS = [
  'kind: Assignment\n', 'kind: Policy\n', 'kind: Tier\n', 'kind: ', 'name: x\n', 'tier: ', 'profile: engineering\n', 'users:\n', '  - ', '- ',
  '---\n', '...\n', '\n', '  ', '&a ', '*a', '*b ', '{', '}', '[', ']', ',', ': ', '? ', '| \n', '> \n', '"', "'", '!!binary ', '!x ', '%YAML 1.1\n',
  '<<: *a\n', '__proto__: 1\n', 'constructor: {}\n', '#', '\t', '\r\n', '\u0000', '\u202e', '\ufeff', 'é', '🙂', '~', '.nan', '0x1f', '2026-02-30',
]; // biome-ignore format: a vocabulary reads best as a block

function expectPlacesInside(text: string): void {
  const lines = text.split('\n');
  for (const { file: name, line, column, rule, message } of diagnosticsOf(loadBeside(text))) {
    expect(rule).toMatch(/^[a-z0-9-]+$/);
    expect(message).toMatch(/^[^\n\r]+[.?]$/);
    if (name !== 'a.yaml') continue;
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[(line ?? 1) - 1]?.length ?? 0) + 1);
  }
}

describe('whatever a file holds', () => {
  test('text made of YAML words never throws, and every problem has a place inside the file', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }), (words) => expectPlacesInside(words.join(''))),
      { numRuns: 200, examples: [[['[', ']', '...\n', '<<: *a\n', '? ', 'profile: engineering\n']]] },
    );
  });

  test('bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => load([file('base.yaml', BASE), file('a.yaml', bytes)], TODAY)).not.toThrow();
      }),
      { numRuns: 80 },
    );
  });

  test('a document of any JSON value has its problems inside the file', () => {
    const field = fc.constantFrom(
      'kind',
      'name',
      'users',
      'groups',
      'exclude',
      'seats',
      'expect',
      'budgets',
      'limits',
      'until',
      'toString',
    );
    const kind = fc.constantFrom('Organization', 'Policy', 'Tier', 'Profile', 'Assignment', 'Exception');
    fc.assert(
      fc.property(kind, fc.dictionary(field, fc.jsonValue({ maxDepth: 3 })), (name, rest) => {
        expectPlacesInside(stringify({ ...rest, kind: name }));
      }),
      { numRuns: 80 },
    );
  });
});

test('a bad file hides no problem of another', () => {
  const problem = file('z.yaml', 'kind: Assignment\nname: z\nprofile: none\ntier: pro\nusers: [a]\n');
  const bad = ['[', 'a: *x', '- - -', 'kind: Tier', '\u0000', '{{{', 'kind: Profile\nseats: 3', 'kind: Policy\n__proto__: 1'];
  for (const text of bad) {
    const rules = diagnosticsOf(load([file('base.yaml', BASE), file('a.yaml', text), problem], TODAY));
    expect(
      rules.map((d) => `${d.file} ${d.rule}`),
      text,
    ).toContain('z.yaml unknown-profile');
  }
});
