import { describe, expect, test } from 'vitest';
import { load } from '../../src/config/load.ts';
import type { SourceFile } from '../../src/ports.ts';
import { BASE, configurationOf, diagnosticsOf, file, loadBeside, TODAY, told } from './source.ts';

const base = file('base.yaml', BASE);
const ASSIGNMENT = 'kind: Assignment\nname: x\nprofile: engineering\ntier: pro\n';

describe('YAML', () => {
  test('duplicate keys are told at the second one, wherever they are', () => {
    const yaml = `${ASSIGNMENT}users: [a]\nname: y\nexclude:\n  users: [b]\n  users: [c]\n`;
    expect(told(loadBeside(yaml))).toEqual(['a.yaml:6:1 duplicate-key', 'a.yaml:9:3 duplicate-key']);
  });

  test('keys that mean something to JavaScript are refused', () => {
    const yaml = `${ASSIGNMENT}users: [a]\n__proto__: { polluted: true }\nconstructor: x\nexclude: { prototype: 1 }\n`;
    expect(told(loadBeside(yaml))).toEqual(['a.yaml:6:1 forbidden-key', 'a.yaml:7:1 forbidden-key', 'a.yaml:8:12 forbidden-key']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('an anchor serves its document', () => {
    const yaml = `${ASSIGNMENT}users: &team\n  - ana\n  - bob\nexclude:\n  users: *team\nallowEmpty: true\n`;
    const [assignment] = configurationOf(loadBeside(yaml)).assignments;
    expect(assignment?.exclude.users.map(({ name }) => name)).toEqual(['ana', 'bob']);
  });

  test('an anchor does not reach the next document', () => {
    const yaml = `${ASSIGNMENT}users: &team [ana]\n---\n${ASSIGNMENT.replace('name: x', 'name: y')}users: *team\n`;
    expect(told(loadBeside(yaml))).toContain('a.yaml:11:8 unknown-anchor');
  });

  test('a billion laughs ends at once, with its place', () => {
    const names = 'abcdefghij'.split('');
    const lines = names.map(
      (name, i) =>
        `${name}: &${name} [${
          i === 0
            ? 'lol'
            : Array(10)
                .fill(`*${names[i - 1]}`)
                .join(', ')
        }]`,
    );
    const found = diagnosticsOf(loadBeside(`kind: Tier\n${lines.join('\n')}\n`)).find(({ rule }) => rule === 'too-many-aliases');
    expect(found).toMatchObject({ file: 'a.yaml', line: 6 });
  });

  test('an anchor that holds itself is no trap', () => {
    expect(told(loadBeside('kind: Tier\nname: &a [*a]\n'))).toContain('a.yaml:2:11 unknown-anchor');
  });

  test('nesting beyond any document is told, not crashed on', () => {
    expect(told(loadBeside(`kind: Tier\nname: ${'['.repeat(60)}${']'.repeat(60)}\n`))).toContain('a.yaml:2:47 too-deep');
    expect(diagnosticsOf(loadBeside('['.repeat(50_000))).map(({ rule }) => rule)).toContain('too-deep');
  });

  test('ten thousand keys take no quadratic time', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `k${i}: 1`).join('\n');
    expect(diagnosticsOf(loadBeside(`kind: Tier\nname: pro\n${keys}\n`))).toHaveLength(10_000);
  });

  test('YAML 1.1 words are text, merge keys are no feature', () => {
    expect(told(loadBeside('kind: Tier\nname: yes\nrank: 50\ncredits: 1\nmonthlyUsd: 20\n'))).toEqual([]);
    expect(told(loadBeside('kind: Tier\nname: pro\n<<: { rank: 11 }\n'))).toEqual(['a.yaml:3:1 unknown-field']);
  });

  test('every broken line of a document is told', () => {
    expect(told(loadBeside('kind: Tier\nname: "pro\n'))).toEqual(['a.yaml:3:1 bad-yaml']);
    expect(told(loadBeside('kind: !secret Tier\nname: !x pro\n'))).toEqual(['a.yaml:1:7 bad-yaml', 'a.yaml:2:7 bad-yaml']);
  });

  test('lines are counted right after a document end marker', () => {
    expect(told(loadBeside('kind: Tier\nname: pro\n...\n---\nkind: Teir\n'))).toEqual(['a.yaml:5:7 unknown-kind']);
  });

  test('comments alone, empty documents and a trailing separator are nothing', () => {
    expect(told(loadBeside('# nothing\n---\n---\n# still nothing\n---\n'))).toEqual([]);
  });
});

describe('files', () => {
  const rulesOf = (...files: readonly SourceFile[]): readonly string[] => told(load([base, ...files], TODAY));

  test('only .yaml and .yml outside hidden folders are read', () => {
    const bad = 'kind: Nonsense\n';
    const hidden = ['.github/workflows/ci.yml', '.hidden.yaml', 'a/.b/c.yaml', 'README.md', 'notes.yaml.txt', 'CODEOWNERS'];
    expect(rulesOf(...hidden.map((path) => file(path, bad)))).toEqual([]);
    expect(rulesOf(file('deep/er/a.yml', bad))).toEqual(['deep/er/a.yml:1:7 unknown-kind']);
    expect(rulesOf(file('a.YAML', bad))).toEqual(['a.YAML:1:1 not-read (warning)']);
  });

  test('links and submodules are named, not followed', () => {
    const links: readonly SourceFile[] = [
      { path: 'people.yaml', skipped: 'symlink' },
      { path: 'teams', skipped: 'symlink' },
      { path: 'logo.png', skipped: 'symlink' },
      { path: '.git-link', skipped: 'symlink' },
      { path: 'vendor', skipped: 'submodule' },
    ];
    expect(rulesOf(...links)).toEqual([
      'people.yaml:1:1 symlink (warning)',
      'teams:1:1 symlink (warning)',
      'vendor:1:1 submodule (warning)',
    ]);
  });

  test('a file that the source found too large is an error', () => {
    expect(rulesOf({ path: 'big.yaml', skipped: 'too-large' })).toEqual(['big.yaml:1:1 too-large']);
  });

  test('a document over 1 MiB is told; its neighbours are read at their own lines', () => {
    const comment = `# ${'x'.repeat(1024 * 1024)}\n`;
    expect(rulesOf(file('a.yaml', `kind: Tier\nname: pro\n---\n${comment}---\nkind: Teir\n`))).toEqual([
      'a.yaml:3:1 too-large',
      'a.yaml:6:7 unknown-kind',
    ]);
  });

  test('a document of just 1 MiB is read', () => {
    const text = 'kind: Tier\nname: pro\n# ';
    expect(rulesOf(file('a.yaml', text.padEnd(1024 * 1024, 'x')))).toEqual([]);
    expect(rulesOf(file('a.yaml', text.padEnd(1024 * 1024 + 1, 'x')))).toEqual(['a.yaml:1:1 too-large']);
  });

  test('text that is not UTF-8 is told at its first bad byte', () => {
    expect(rulesOf(file('a.yaml', Uint8Array.from(Buffer.from('kind: Tier\nname: caf\xe9\n', 'latin1'))))).toEqual([
      'a.yaml:2:10 not-utf-8',
    ]);
    expect(rulesOf(file('a.yaml', Uint8Array.from([0xff, 0xfe, 0x6b, 0x00])))).toEqual(['a.yaml:1:1 not-utf-8']);
  });

  test('a byte order mark is no problem', () => {
    for (const joined of ['---\n\ufeffkind: Tier\nname: pro\nrnk: 3\n', '\ufeff---\nkind: Tier\nname: pro\nrnk: 3\n'])
      expect(rulesOf(file('a.yaml', `kind: Tier\nname: power\n${joined}`))).toEqual(['a.yaml:6:1 unknown-field']);
    expect(rulesOf(file('a.yaml', '\ufeffkind: Tier\nname: pro\nrnk: 3\n'))).toEqual(['a.yaml:3:1 unknown-field']);
  });

  test('more than 20,000 files are refused whole', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => file(`${String(i).padStart(5, '0')}.txt`, ''));
    expect(load(many.slice(1).concat(base), TODAY).ok).toBe(true);
    expect(told(load([...many, base], TODAY))).toEqual(['base.yaml:1:1 too-many-files']);
  });

  test('no file at all has no Organization, and no place to blame', () => {
    expect(load([], TODAY)).toEqual({
      ok: false,
      diagnostics: [
        {
          severity: 'error',
          rule: 'exactly-one-organization',
          message: 'No document has kind Organization; add one with identityCenter and removals.',
        },
      ],
    });
  });

  // 100,000 good ones cost more than a unit test may: they are in the long form of the campaign fuzz-policy.
  test('a hundred thousand documents are each told at their own line, in bounded time', { timeout: 60_000 }, () => {
    const text = '{}\n---\nx\n---\n'.repeat(5_000);
    const many = Array.from({ length: 10 }, (_, i) => file(`${i}.yaml`, text));
    const began = process.cpuUsage();
    const found = diagnosticsOf(load([base, ...many], TODAY));
    const { user, system } = process.cpuUsage(began);
    expect(found).toHaveLength(100_000);
    expect(found.at(-1)).toMatchObject({ file: '9.yaml', line: 19_999, rule: 'not-a-mapping' });
    expect((user + system) / 1e6).toBeLessThan(20); // CPU, since other tests run beside this one
  });

  test('content known under an id is not read again', () => {
    const cache = new Map();
    load([base], TODAY, cache);
    expect(load([{ path: 'base.yaml', content: new Uint8Array(), id: 'id' in base ? base.id : '' }], TODAY, cache).ok).toBe(true);
  });
});
