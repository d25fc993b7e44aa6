import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { load } from '../../src/config/load.ts';
import { sentence } from '../../src/model/diagnostic.ts';
import { readSettings } from '../../src/settings.ts';
import { type Block, blocks, pages, ROOT } from './markdown.ts';

const BASE = {
  Organization: `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "arn:aws:sso:::instance/ssoins-0123456789abcdef" }
removals: never
`,
  Profile: `kind: Profile
name: engineering
account: "111122223333"
region: us-east-1
seats:
  pro: { group: kiro-engineering-pro }
  pro-plus: { group: kiro-engineering-pro-plus }
  pro-max: { group: kiro-engineering-pro-max }
  power: { group: kiro-engineering-power }
`,
};

const yaml = (): readonly Block[] => pages().flatMap((page) => blocks(page).filter(({ language }) => language === 'yaml'));
const isPolicy = ({ text }: Block): boolean => /^kind: /m.test(text);

/** The errors of one example, completed by the kinds that every policy needs and it does not show. */
function errors(block: Block): readonly string[] {
  const missing = Object.entries(BASE).flatMap(([kind, text]) => (new RegExp(`^kind: ${kind}$`, 'm').test(block.text) ? [] : [text]));
  const text = [block.text, ...missing].join('\n---\n');
  const loaded = load([{ path: 'example.yaml', content: new TextEncoder().encode(text), id: block.page }], '2026-11-23');
  return loaded.ok ? [] : loaded.diagnostics.map((each) => `${block.page}:${block.line}: ${sentence(each)}`);
}

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** What could be in a file of this name. */
function secretOf(name: string): string {
  if (name.endsWith('app.pem'))
    return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return name.endsWith('-url') ? 'https://hooks.example.com/services/T0/B0/x\n' : `${name}-0123456789abcdef0123456789abcdef\n`;
}

describe('the YAML examples of the documentation', () => {
  it('load', () => {
    expect(yaml().filter(isPolicy).flatMap(errors)).toEqual([]);
    expect(
      yaml()
        .filter(isPolicy)
        .map(({ page }) => page),
    ).toContain('README.md');
  });

  it('would be caught with a mistake in them', () => {
    const [first] = yaml().filter(isPolicy);
    if (first === undefined) throw new Error('no example');
    expect(errors({ ...first, text: first.text.replace(/^kind: Assignment$/m, 'kind: Asignment') })).not.toEqual([]);
  });

  it('are sound settings where they are no policy', () => {
    const settings = yaml().filter((block) => !isPolicy(block) && !block.text.startsWith('- alert:'));
    expect(settings.length).toBeGreaterThan(0);
    for (const { text } of settings) {
      const folder = mkdtempSync(join(tmpdir(), 'kirosync-docs-'));
      made.push(folder);
      // The secrets of an example are files of somebody else's machine.
      const here = text.replaceAll('/run/secrets/', `${folder}/`);
      for (const [, name = ''] of text.matchAll(/\/run\/secrets\/([\w.-]+)/g))
        writeFileSync(join(folder, name), secretOf(name), { mode: 0o600 });
      writeFileSync(join(folder, 'settings.yaml'), here);
      expect(() => readSettings({ file: join(folder, 'settings.yaml'), env: {}, flags: {}, cwd: folder })).not.toThrow();
    }
  });
});

describe('the Dockerfile', () => {
  it('copies what exists and what .dockerignore lets through', () => {
    const passed = new Set([...readFileSync(join(ROOT, '.dockerignore'), 'utf8').matchAll(/^!(.+)$/gm)].map((match) => match[1]));
    const copied = [...readFileSync(join(ROOT, 'Dockerfile'), 'utf8').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      (match[1] ?? '').split(' '),
    );
    expect(copied.filter((name) => !passed.has(name))).toEqual([]);
    expect(copied).toEqual(expect.arrayContaining(['src', 'schemas', 'package-lock.json']));
  });
});
