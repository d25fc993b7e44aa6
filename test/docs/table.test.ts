import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../../src/data/tiers.ts';
import { EXIT, EXIT_BUG } from '../../src/exit.ts';
import { commandNames, overview } from './command-line.ts';
import { page, ROOT, table } from './markdown.ts';

const readme = page('README.md');
const manifest: { dependencies: object; devDependencies: object } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What stands in back-ticks in a cell. */
const coded = (cell: string | undefined): readonly string[] => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

describe('the tables of the README', () => {
  it('name the commands of the CLI', async () => {
    expect(table(readme, 'command').flatMap(([cell]) => coded(cell))).toHaveLength((await commandNames()).length);
    expect(table(readme, 'command').flatMap(([cell]) => coded(cell))).toEqual(expect.arrayContaining([...(await commandNames())]));
  });

  it('name the exit codes of the program, and so does its help', async () => {
    const codes = [...new Set([...Object.values(EXIT), EXIT_BUG])].sort((a, b) => a - b);
    expect(table(readme, 'exit code').map(([cell]) => Number(cell))).toEqual(codes);
    const told = /Exit codes: (?<codes>.*)/.exec(await overview())?.groups?.['codes'] ?? '';
    expect(told.split(' · ').map((each) => Number.parseInt(each, 10))).toEqual(codes);
  });
});

describe('docs/dependencies.md', () => {
  const text = page('docs/dependencies.md').text;
  const [runtime = '', development = ''] = text.split('## For development');
  const rows = (part: string) => [...part.matchAll(/^\| (?<names>[@a-z][^|]*?) \|/gm)].flatMap((match) => (match[1] ?? '').split(', '));

  it('has a line for each package of package.json, and for no other', () => {
    const without = (names: readonly string[]) => names.filter((name) => name !== 'package').sort();
    expect(without(rows(runtime))).toEqual(Object.keys(manifest.dependencies).sort());
    expect(without(rows(development))).toEqual(Object.keys(manifest.devDependencies).sort());
  });
});

describe('docs/kiro-facts.md', () => {
  it('has the prices of the built-in tiers', () => {
    const rows = table(page('docs/kiro-facts.md'), 'tier').map((row) => row.map((cell) => cell.replace(/ \(.*/, '').replace(',', '')));
    expect(rows).toEqual(
      TIERS.map(({ label, monthlyUsd, credits, overageUsd }) => [
        label.replace('Kiro ', ''),
        `${monthlyUsd}`,
        `${credits}`,
        `${overageUsd}`,
      ]),
    );
  });
});

describe('docs/architecture.md', () => {
  it('speaks of folders and files that exist', () => {
    const named = [...page('docs/architecture.md').text.matchAll(/`(?<name>[a-z-]+(?:\/[a-z-]+)*(?:\/|\.ts))`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.filter((name) => name !== 'src/' && !existsSync(join(ROOT, 'src', name)))).toEqual([]);
    expect(named.length).toBeGreaterThan(25);
  });
});
