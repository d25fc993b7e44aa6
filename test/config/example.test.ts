import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { evaluate } from '../../src/config/expect.ts';
import { load } from '../../src/config/load.ts';
import { configurationOf, file, TODAY } from './source.ts';

const root = new URL('../../config-example/', import.meta.url);
const paths = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.pathname.length))
  .map((path) => path.replace(/^\//, ''))
  .sort();
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const policies = paths.filter((path) => path.endsWith('.yaml'));
const files = paths.map((path) => file(path, read(path)));

describe('config-example', () => {
  test.each(['2026-01-01', TODAY, '2026-11-30', '2027-02-28', '2040-06-15'])('has no diagnostic on %s', (today) => {
    expect(configurationOf(load(files, today)).warnings).toEqual([]);
  });

  test('says the same on every day', () => {
    const { warnings: _, ...early } = configurationOf(load(files, '2026-01-01'));
    expect(configurationOf(load(files, '2040-06-15'))).toMatchObject(early);
  });

  test('shows what there is: two profiles, four tiers, an external seat, a time box, excludes, budgets, expectations', () => {
    const { profiles, assignments, budgets, protectedUsers, organization } = configurationOf(load(files, TODAY));
    const seats = profiles.flatMap((profile) => profile.seats);
    expect(profiles.map(({ name, region }) => `${name} ${region}`)).toEqual(['engineering us-east-1', 'research eu-central-1']);
    expect([...new Set(seats.map(({ tier }) => tier))].sort()).toEqual(['power', 'pro', 'pro-max', 'pro-plus']);
    expect(seats.filter(({ members }) => members === 'external').map(({ group }) => group)).toEqual(['data-platform']);
    expect(seats.filter(({ create }) => create).map(({ group }) => group)).toEqual(['kiro-engineering-power']);
    expect(seats.filter(({ removals }) => removals === 'immediate').map(({ group }) => group)).toEqual(['kiro-engineering-pro']);
    expect(organization.removals).toBe('never');
    expect(assignments.some(({ until }) => until !== null)).toBe(true);
    expect(assignments.some(({ exclude }) => exclude.users.length > 0 && exclude.groups.length > 0)).toBe(true);
    expect(budgets.length).toBeGreaterThan(1);
    expect(protectedUsers.map(({ name }) => name)).toEqual(['cto@example.com']);
  });

  test('none of its expectations fails by the files alone, and one holds', () => {
    const results = evaluate(configurationOf(load(files, TODAY)), TODAY).map(({ result }) => result);
    expect(results).toContain('holds');
    expect(results).not.toContain('fails');
  });

  test.each(policies)('%s names the schema of its kind for editors', (path) => {
    const text = read(path);
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    const { properties } = JSON.parse(readFileSync(new URL(schema, new URL(path, root)), 'utf8'));
    for (const document of parseAllDocuments(text)) expect(document.get('kind')).toBe(properties.kind.const);
  });

  test.each(policies)('%s has block lists, one entry a line, sorted', (path) => {
    expect(read(path)).not.toMatch(/: \[/);
    const blocks = read(path).match(/(?:^ *- \S+@\S+\n)+/gm) ?? [];
    for (const block of blocks) expect(block.split('\n')).toEqual(['', ...block.trimEnd().split('\n').sort()].slice(1).concat(''));
  });
});
