import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { load } from '../../src/config/load.ts';
import { metrics } from '../../src/daemon/metrics.ts';

import { drift } from '../../src/drift/drift.ts';
import { UserError } from '../../src/errors.ts';
import { failure } from '../../src/failure.ts';
import { importLive } from '../../src/import/import.ts';
import { createLog } from '../../src/log.ts';
import { covers } from '../../src/model/glob.ts';

import { membershipKey } from '../../src/model/key.ts';
import { plan } from '../../src/plan/plan.ts';
import type { SourceFile } from '../../src/ports.ts';
import { creditsCsv } from '../../src/report/credits-csv.ts';
import { creditsJson } from '../../src/report/credits-json.ts';
import { creditsText } from '../../src/report/credits-text.ts';
import { driftJson } from '../../src/report/drift-json.ts';
import { driftMarkdown } from '../../src/report/drift-markdown.ts';
import { driftText } from '../../src/report/drift-text.ts';
import { exceptionYaml } from '../../src/report/exception.ts';
import { explain } from '../../src/report/explain.ts';
import { explainText } from '../../src/report/explain-text.ts';
import { planJson } from '../../src/report/plan-json.ts';
import { planMarkdown } from '../../src/report/plan-markdown.ts';
import { planText } from '../../src/report/plan-text.ts';
import { validationJson, validationText } from '../../src/report/validation.ts';
import { validationGithub } from '../../src/report/validation-github.ts';
import { validationSarif } from '../../src/report/validation-sarif.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { credits } from '../../src/usage/credits.ts';
import { routes } from '../../src/web/routes.ts';
import { file, BASE as SOUND, TODAY, told } from '../config/source.ts';
import { testDaemon } from '../support/daemon.ts';
import { BASE, configuration, live, NOW, OPERATOR, sourceFile, type World } from '../support/world.ts';

/** What must never reach a terminal, a page or a log as it is. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const NASTY = {
  'a line break': 'x\nPlan: 0 to create, 0 to update, 0 to delete',
  'a carriage return': 'x\rIn sync',
  'a line separator': 'x\u2028y\u2029z\u0085w',
  'a terminal escape': '\u001b[2J\u001b[1;31mowned\u001b]0;title\u0007',
  'a C1 escape': 'x\u009b2Jy\u009d0;t\u009c',
  'a backspace and a null': 'x\b\b\u0000y',
  'a right-to-left override': 'gpj\u202eexe\u2066\u061c',
  'invisible letters': 'ad\u200bmi\u00adn\ufeff\u180e\u{e0041}\u{e0001}',
  'a script': '<script>alert(1)</script><img src=x onerror=alert(1)>',
  'an attribute': '" onmouseover="alert(1)\' onclick=\'x',
  'a table border': 'x | y |\\| z',
  'a code fence': '```x``` `y`',
  'a mention and an issue': '@everyone @org/team #1 GH-1',
  'an image and a link': '![x](https://attacker.example.com/p.png) [y](javascript:alert(1)) https://attacker.example.com',
  'a heading and a rule': '# x --- * y',
  'an entity': '&lt;b&gt; &#64;all <!-- -->',
  'a formula': "=cmd|' /C calc'!A0",
  'a formula with plus': '+1+1',
  'a formula with minus': '-1+1',
  'a formula with at': '@SUM(1)',
  'a formula after a tab': '\t=1',
  'a full-width formula': '\uff1dcmd',
  'quotes and commas': '"",,";"x',
  'a YAML comment and document': "x # y\n--- '\nkind: Tier",
  'a percent and a slash': '%2e%2e/../%00',
  'a prototype key': '__proto__',
  'a constructor': 'constructor',
  'a long name': 'n'.repeat(250),
  'a decomposed letter': 'jose\u0301',
  'many marks': `e${'\u0301'.repeat(60)}`,
} as const;

/** The parts of every output: `lines` is how many lines an ordinary name in the same places gives. */
type Output = { readonly kind: 'text' | 'markdown' | 'json' | 'csv' | 'yaml' | 'log'; readonly text: string };

const NAMES = Object.entries(NASTY);
const doc = (value: object) => `---\n${JSON.stringify(value)}\n`;

/** A policy whose every free text holds the name, and one unresolved user, group and protected user of that name. */
function policyOf(name: string): string {
  const exclude = { groups: [`none ${name}`], users: [`nobody ${name}`] };
  return (
    doc({
      kind: 'Assignment',
      name,
      profile: 'eng',
      tier: 'pro',
      users: [`in ${name}`],
      groups: [`src ${name}`],
      owner: name,
      costCenter: name,
      reason: name,
    }) +
    doc({ kind: 'Assignment', name: `b ${name}`, profile: 'lab', tier: 'pro', users: [`in ${name}`], exclude }) +
    doc({
      kind: 'Policy',
      protected: { users: [`cto ${name}`] },
      budgets: [{ name, costCenter: name, monthlyUsd: 1 }],
      expect: [{ user: `in ${name}`, never: 'pro' }],
    }) +
    doc({ kind: 'Exception', rule: 'over-budget', keys: [membershipKey('kiro-eng-pro', name)], until: '2026-01-01', reason: name })
  );
}

function worldOf(name: string): World {
  const users = [`in ${name}`, `old ${name}`, name].map((userName) => ({
    userName,
    id: `id-${userName.length}-${userName.slice(0, 3)}`,
    givenName: name,
    familyName: name,
  }));
  return {
    users,
    groups: {
      'kiro-eng-pro': [`old ${name}`],
      'kiro-eng-pro-plus': [name],
      'kiro-eng-power': [],
      'kiro-lab-pro': [],
      'data-platform': [`old ${name}`],
      [`src ${name}`]: [`in ${name}`],
      [`kiro-left ${name}`]: [`old ${name}`],
    },
    attached: { eng: ['kiro-eng-pro', 'kiro-eng-pro-plus', 'kiro-eng-power', `kiro-left ${name}`], lab: ['kiro-lab-pro', 'data-platform'] },
  };
}

/** Everything the product can print of that policy and directory, from the text of the repository to the bytes. */
function outputs(name: string): Readonly<Record<string, Output>> {
  const policy = policyOf(name);
  const made = configuration(BASE, policy);
  const state = live(worldOf(name));
  const resolution = resolve(made, state, NOW, OPERATOR);
  const planned = plan({
    configuration: made,
    live: state,
    now: NOW,
    operator: { ...OPERATOR, seatGroups: ['**'] },
    revision: `main ${name}`,
  });
  const found = drift({ configuration: made, live: state, resolution, plan: planned, record: null, revision: `main ${name}` });
  const report = credits({ configuration: made, facts: null, live: state, resolution, month: '2026-11', now: NOW });
  const broken = load(
    [
      sourceFile(
        `${name.replaceAll(/[./]/g, '_')}.yaml`,
        `${BASE}---\nkind: Tier\nname: ${JSON.stringify(name)}\n${JSON.stringify(name)}: 1\n`,
      ),
      sourceFile('b.yaml', policy),
    ],
    TODAY,
  );
  const validation = {
    diagnostics: broken.ok ? [] : broken.diagnostics,
    expectations: made.expectations.map((expectation) => ({ expectation, result: 'fails' as const })),
    counts: null,
  };
  const why = explain({ configuration: made, resolution, live: state, plan: planned, user: `in ${name}` });
  const imported = importLive({
    live: state,
    region: 'eu-west-1',
    today: TODAY,
    choices: [{ profile: 'us-east-1', tier: 'pro', group: 'kiro-eng-pro' }],
    tiers: new Map(),
    seatGroups: ['kiro-*'],
  });
  const stderr: string[] = [];
  // Only these two are looked at by `failure`.
  const io = { stderr: (text: string) => stderr.push(text), signal: new AbortController().signal } as unknown as Parameters<
    typeof failure
  >[1];
  failure(new UserError('The configuration has errors.', { diagnostics: validation.diagnostics }), io);
  const log: string[] = [];
  createLog({ level: 'info', names: true }, [], { write: (line: string) => void log.push(line) }).warn(
    { key: name, [name]: name },
    `of ${name}`,
  );
  return {
    plan: { kind: 'text', text: planText(planned, { color: false }) },
    'plan --format markdown': { kind: 'markdown', text: planMarkdown(planned) },
    'plan --format json': { kind: 'json', text: planJson(planned) },
    'plan --write-exception': { kind: 'yaml', text: exceptionYaml(planned) ?? '' },
    drift: { kind: 'text', text: driftText(found, { color: false }) },
    'drift --format markdown': { kind: 'markdown', text: driftMarkdown(found) },
    'drift --format json': { kind: 'json', text: driftJson(found) },
    credits: { kind: 'text', text: creditsText(report, { color: false }) },
    'credits --format json': { kind: 'json', text: creditsJson(report) },
    'credits --format csv': { kind: 'csv', text: creditsCsv(report) },
    explain: { kind: 'text', text: explainText(why, { color: false }) },
    validate: { kind: 'text', text: validationText(validation) },
    'validate --format json': { kind: 'json', text: validationJson(validation) },
    'validate --format sarif': { kind: 'text', text: validationSarif(validation, { prefix: '' }) },
    'validate --format github': { kind: 'text', text: validationGithub(validation, { prefix: '' }) },
    'errors of a command': { kind: 'text', text: stderr.join('') },
    ...Object.fromEntries(
      (imported.ok ? imported.files : []).map(({ path, content }) => [`import: ${path}`, { kind: 'yaml' as const, text: content }]),
    ),
    log: { kind: 'log', text: log.join('') },
  };
}

/** All strings in a JSON value, keys too. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? value.flatMap(strings) : Object.entries(value).flatMap(([key, one]) => [key, ...strings(one)]);
}

/** RFC 4180, without its line breaks in cells: no cell of ours has one. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows = text.trimEnd().split('\n');
  return rows.map((row) =>
    [...row.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    ),
  );
}

const newlines = (text: string) => text.split('\n').length;
const hiddenIn = (text: string, layout = /\n/g) => text.replaceAll(layout, '').match(HIDDEN) ?? [];

function expectHarmless(what: string, { kind, text }: Output, name: string, ordinary: string): void {
  expect(text, what).not.toBe('');
  if (kind !== 'log') expect(hiddenIn(text), `${what} hands on hidden characters`).toEqual([]);
  if (kind !== 'yaml') expect(newlines(text), `${what} has other lines than with an ordinary name`).toBe(newlines(ordinary));
  if (kind === 'markdown') {
    const open = text.replaceAll(/`[^`\n]*`/g, '').replaceAll(/<\/?(?:code|details|summary|b)>|<details open>|<!-- -->/g, '');
    expect(open, what).not.toMatch(/<|\]\(|!\[|(?:^|[^\w&;#])@\w|(?<![&\w])#\d|https?:\/\//m);
    for (const row of text.split('\n').filter((line) => line.startsWith('| ')))
      expect(row.replaceAll(/`[^`]*`/g, ''), what).not.toContain('\\|');
  }
  if (kind === 'json')
    expect(
      strings(JSON.parse(text)).some((one) => one.includes(name.slice(0, 60))),
      `${what} keeps the name`,
    ).toBe(true);
  if (kind === 'csv') {
    const rows = parseCsv(text);
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => rows[0]?.length));
    for (const cell of rows.slice(1).flat()) expect(cell).not.toMatch(/^[=+@\t\r\uff0b\uff0d\uff1d\uff20]|^-\D/);
  }
}

const ordinary = outputs('n');

describe.each(NAMES)('%s in every name and reason', (_, name) => {
  test('is harmless in every output', () => {
    const found = outputs(name);
    expect(Object.keys(found)).toEqual(Object.keys(ordinary));
    for (const [what, output] of Object.entries(found)) expectHarmless(what, output, name, ordinary[what]?.text ?? '');
  });
});

describe('what was printed can be read back', () => {
  test.each(NAMES)('%s in keys of Exceptions and in imported names', (_, name) => {
    const made = configuration(BASE, policyOf(name));
    const state = live(worldOf(name));
    const planned = plan({ configuration: made, live: state, now: NOW, operator: OPERATOR, revision: null });
    const exceptions = exceptionYaml(planned) ?? '';
    const again = configuration(BASE, policyOf(name), exceptions);
    const keys = planned.violations.filter(({ rule }) => rule === 'over-budget').flatMap((violation) => violation.keys);
    expect(keys.length).toBeGreaterThan(0);
    expect(again.exceptions.filter(({ until }) => until > '2026-11-01').flatMap((exception) => exception.keys)).toEqual(
      expect.arrayContaining([...keys]),
    );

    const choices = [{ profile: 'us-east-1', tier: 'pro', group: 'kiro-eng-pro' }];
    const imported = importLive({ live: state, region: 'eu-west-1', today: TODAY, choices, tiers: new Map(), seatGroups: ['kiro-*'] });
    if (!imported.ok) throw new Error(imported.problems.join());
    const written = configuration(...imported.files.map(({ content }) => content));
    expect(written.assignments.flatMap(({ users }) => users.map((user) => user.name))).toEqual([`old ${name}`]);
  });
});

test.each(NAMES)('%s on the pages and in the metrics', async (_, name) => {
  const run = testDaemon(policyOf(name), worldOf(name), { mode: 'observe' });
  try {
    await run.pass();
    const counted = metrics();
    const app = routes(run.daemon, counted);
    for (const path of ['/', '/plan', '/drift', '/people', '/history']) {
      const text = await (await app.request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1' } })).text();
      expect(hiddenIn(text, /[\n\t]/g), path).toEqual([]);
      const names = text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '').replace('<script src="/assets/live.js" defer></script>', '');
      expect(names, path).not.toMatch(/<script|<img|onerror=alert\(1\)>|"[^<>]*onmouseover="/i);
    }
    for (const event of run.events) counted.hear(event);
    expect(await counted.text(run.daemon)).not.toContain(name.length > 11 ? name : `in ${name}`);
    for (const entry of run.journal.list) expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
  } finally {
    await run.stop();
  }
});

describe('text that is made to cost', () => {
  const MIB = 1024 * 1024;
  const rules = (text: string) => [
    ...new Set(told(load([file('base.yaml', SOUND), file('a.yaml', text)], TODAY)).map((one) => one.split(' ')[1])),
  ];
  const timed = (work: () => unknown) => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };

  test.each([
    ['[', '['.repeat(MIB)],
    ['{', '{'.repeat(MIB)],
    ['{a: ', '{a: '.repeat(MIB / 4)],
    ['- ', '- '.repeat(MIB / 2)],
    ['? ', '? '.repeat(MIB / 2)],
    ['indented mappings', Array.from({ length: 1400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['indented lists', Array.from({ length: 1400 }, (_, i) => `${' '.repeat(i)}-`).join('\n')],
    ['a mapping of mappings behind a sound document', `kind: Tier\nname: pro\n---\n${'{'.repeat(20_000)}`],
  ])('a megabyte of %j is refused before anything recurses', (_, text) => {
    expect(timed(() => expect(rules(text)).toEqual(['too-deep']))).toBeLessThan(2000);
  });

  test('nesting that documents have is read', () => {
    expect(rules(`kind: Tier\nname: ${'['.repeat(39)}${']'.repeat(39)}\n`)).not.toContain('too-deep');
  });

  test('five thousand documents are all told, none of them twice', () => {
    expect(told(load([file('base.yaml', SOUND), file('a.yaml', '---\nkind: Teir\n'.repeat(5000))], TODAY))).toHaveLength(5000);
  });

  test('thousands of wrong names beside thousands of right ones take no product of both', () => {
    const profile = (i: number) =>
      doc({ kind: 'Profile', name: `q${i}${'y'.repeat(200)}`, account: String(i).padStart(12, '0'), region: 'us-east-1', seats: {} });
    const wrong = (i: number) => doc({ kind: 'Assignment', name: `a${i}`, profile: `p${i}${'x'.repeat(200)}`, tier: 'pro', users: ['a'] });
    const text = Array.from({ length: 300 }, (_, i) => profile(i) + wrong(i)).join('');
    expect(timed(() => expect(rules(text)).toEqual(['unknown-profile']))).toBeLessThan(10_000);
  });

  test('a message lists a dozen names, however many there are', () => {
    const tiers = Array.from({ length: 1000 }, (_, i) =>
      doc({ kind: 'Tier', name: `t${i}${'y'.repeat(100)}`, monthlyUsd: 1, credits: 1, rank: 1000 + i }),
    );
    const loaded = load(
      [
        file('base.yaml', SOUND),
        file('a.yaml', tiers.join('') + doc({ kind: 'Assignment', name: 'a', profile: 'engineering', tier: 'x', users: ['a'] })),
      ],
      TODAY,
    );
    const messages = loaded.ok ? [] : loaded.diagnostics.map(({ message }) => message);
    expect(messages.some((message) => message.endsWith('and 992 more.'))).toBe(true);
    expect(Math.max(...messages.map((message) => message.length))).toBeLessThan(3000);
  });

  test('a pattern with many stars is no slower for the wrong name', () => {
    const allowed = covers(['*-*-*-*-*-*-*-x', '**-**-**-**-**-x', '{a,b}*{c,d}*{e,f}*x']);
    expect(timed(() => expect(allowed('-'.repeat(1024))).toBe(false))).toBeLessThan(1000);
  });
});

describe('patterns of the operator', () => {
  test.each([
    ['kiro-*', 'kiro-eng-pro', true],
    ['kiro-*', 'kiro-', true],
    ['kiro-*', 'Kiro-eng', false],
    ['kiro-*', '\u212airo-eng', false],
    ['kiro-*', 'xkiro-eng', false],
    ['kiro-*', 'kiro-a/b', false],
    ['kiro-*', 'kiro-a\nb', true],
    ['kiro-?', 'kiro-a', true],
    ['kiro-?', 'kiro-ab', false],
    ['kiro-[a-c]*', 'kiro-box', true],
    ['kiro-[!a-c]*', 'kiro-box', false],
    ['kiro-{eng,lab}-*', 'kiro-lab-pro', true],
    ['kiro-{eng,lab}-*', 'kiro-ops-pro', false],
    ['!kiro-secret', 'kiro-open', false],
    ['kiro.*', 'kiroX', false],
    ['kiro-\\*', 'kiro-x', false],
    ['**', 'any/name', true],
  ])('%s and %j: %s', (pattern, name, allowed) => {
    expect(covers([pattern])(name)).toBe(allowed);
  });

  test('no pattern allows nothing', () => expect(covers([])('kiro-x')).toBe(false));
});

describe('names that only look alike', () => {
  const rulesOf = (...files: readonly SourceFile[]) => told(load(files, TODAY));
  const hold = (written: string, there: string) => {
    const policy = doc({ kind: 'Assignment', name: 'a', profile: 'eng', tier: 'pro', users: [written, 'keep@example.com'] });
    const state = live({
      groups: {
        'kiro-eng-pro': [there, 'keep@example.com'],
        'kiro-eng-pro-plus': [],
        'kiro-eng-power': [],
        'kiro-lab-pro': [],
        'data-platform': [],
      },
    });
    return plan({ configuration: configuration(BASE, policy), live: state, now: NOW, operator: OPERATOR, revision: null });
  };

  test.each([
    ['composed and decomposed', 'jose\u0301@example.com', 'josé@example.com'],
    ['a zero-width space', 'jo\u200bse@example.com', 'jose@example.com'],
    ['a space behind', 'jose@example.com ', 'jose@example.com'],
    ['full-width letters', '\uff4aose@example.com', 'jose@example.com'],
  ])('%s: the seat is held, not lost', (_, written, there) => {
    const made = hold(written, there);
    expect(made.stages.flatMap((stage) => stage.changes)).toEqual([]);
    expect(made.held.map(({ action }) => action)).toEqual(['delete']);
    expect(made.unresolved.map(({ name }) => name)).toEqual([written]);
  });

  test('names of two profiles that only letter case tells apart are refused', () => {
    const twin = SOUND.split('---\n')[1]?.replace('name: engineering', 'name: Engineering').replace('us-east-1', 'eu-central-1') ?? '';
    expect(rulesOf(file('base.yaml', SOUND), file('a.yaml', twin)).join()).toContain('names-differ-only-in-case');
  });
});
