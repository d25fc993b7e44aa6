import { writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { matches } from './document.ts';
import { test } from './open.ts';
import { assignment, ORGANIZATION, POLICY, PROFILE } from './site.ts';

const LINE = /^(?<file>[^:\s]+):(?<line>\d+):(?<column>\d+) (?<rule>[a-z0-9-]+): (?<sentence>[A-Z"'`].*[.?!])( \(warning\))?$/;

/** A policy with a problem of each kind: text → what must be said about it, as `file:line:column rule`. */
const BAD: Readonly<Record<string, string>> = {
  'organization.yaml': ORGANIZATION,
  'second.yaml': ORGANIZATION,
  'profile.yaml': PROFILE,
  'unknown-field.yaml': `${assignment('a', 'pro', ['ana'])}colour: red\n`,
  'wrong-type.yaml': assignment('b', 'pro', ['ana']).replace('reason: Test', 'reason: [1, 2]'),
  'syntax.yaml': 'kind: Assignment\nname: "never closed\n',
  'no-profile.yaml': assignment('c', 'pro', ['ana']).replace('engineering', 'enginering'),
  'no-tier.yaml': assignment('d', 'powr', ['ana']),
  'twice.yaml': 'kind: Assignment\nname: e\nname: f\nprofile: engineering\ntier: pro\nusers: [ana@example.com]\n',
};

describe('validate', () => {
  test.concurrent('says that a good policy is valid and exits 0', async ({ open }) => {
    const { run, requests } = await open();
    const { code, stdout, stderr } = await run(['validate']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('valid: 1 profile, 2 assignments');
    expect(await requests()).toBe(0);
  });

  test.concurrent('takes nothing of the settings, and still tells a wrong one', async ({ open }) => {
    const { run } = await open();
    const { code, stderr } = await run(['validate'], { env: { KIROSYNC_MODE: 'enforec' } });
    expect(code).toBe(1);
    expect(stderr).toContain('KIROSYNC_MODE');
  });

  test.concurrent('reports every problem at once as file:line:column rule: sentence, and calls nobody', async ({ open }) => {
    const { run, requests } = await open({ files: BAD });
    const { code, stdout, stderr } = await run(['validate']);
    expect(code).toBe(1);
    const lines = stdout.trim().split('\n').slice(0, -1);
    expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
    const files = new Set(lines.map((line) => line.split(':')[0]));
    for (const file of Object.keys(BAD).filter((name) => name !== 'organization.yaml' && name !== 'profile.yaml' && name !== 'second.yaml'))
      expect(files).toContain(file);
    expect(files.has('second.yaml') || files.has('organization.yaml')).toBe(true);
    expect(stdout).toMatch(/no-profile\.yaml:3:10 unknown-profile: .*[Dd]id you mean.*engineering/);
    expect(stdout).toMatch(/no-tier\.yaml:4:7 unknown-tier: .*[Dd]id you mean.*power/);
    expect(stdout).toMatch(/unknown-field\.yaml:8:1 [a-z-]+: .*colour/);
    expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
    expect(await requests()).toBe(0);
  });

  test.concurrent.for([['plan'], ['drift'], ['credits'], ['explain', 'ana@example.com'], ['apply', '--yes']])(
    '%s refuses a bad policy with 1 and the same problems, before any call',
    async (args, { open }) => {
      const { run, requests } = await open({ files: BAD });
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^no-profile\.yaml:3:10 unknown-profile: /m);
      expect(stderr).toMatch(/^no-tier\.yaml:4:7 unknown-tier: /m);
      expect(await requests()).toBe(0);
    },
  );

  test.concurrent('survives hostile files: an alias bomb, no UTF-8, a huge file, a deep nest, __proto__', async ({ open }) => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghij'.split('').map((c, i) => `${c}: &${c} [${`*${'abcdefghij'[i]}, `.repeat(8)}*${'abcdefghij'[i]}]`),
    ];
    const { run, policy } = await open({
      files: {
        ...POLICY,
        'bomb.yaml': `kind: Assignment\n${bomb.join('\n')}\n`,
        'huge.yaml': `kind: Assignment\nreason: ${'x'.repeat(1_200_000)}\n`,
        'deep.yaml': `kind: Assignment\nreason: ${'['.repeat(20_000)}\n`,
        'proto.yaml': 'kind: Assignment\n__proto__: { name: a }\n',
        'nul.yaml': 'kind: Assignment\nname: "a\u0000b"\n',
      },
    });
    writeFileSync(`${policy.path}/latin.yaml`, Buffer.from([0x6b, 0x69, 0x6e, 0x64, 0x3a, 0x20, 0xe4, 0x0a]));
    const { code, stdout, stderr } = await run(['validate']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    for (const file of ['bomb', 'huge', 'deep', 'proto', 'latin', 'nul'])
      expect(stdout).toMatch(new RegExp(`^${file}\\.yaml:\\d+:\\d+ [a-z0-9-]+: `, 'm'));
    expect(stdout).not.toMatch(/^\s+at /m);
    expect(stdout.length).toBeLessThan(20_000);
  });

  test.concurrent('judges expectations that need no live data: one that fails is exit 1', async ({ open }) => {
    const expects = 'kind: Policy\nexpect:\n  - { user: ana@example.com, profile: engineering, never: pro }\n';
    const { run } = await open({ files: { ...POLICY, 'policy.yaml': expects } });
    const { code, stdout } = await run(['validate']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^policy\.yaml:3:\d+ expectation-failed: /m);
  });

  test.concurrent('--format json is its schema, for good and bad policies', async ({ open }) => {
    const good = await open();
    const bad = await open({ files: BAD });
    const [one, other] = await Promise.all([good.run(['validate', '--format', 'json']), bad.run(['validate', '--format', 'json'])]);
    expect(matches('validation', one.stdout)).toMatchObject({ format: 'kirosync.validation/v1', valid: true, diagnostics: [] });
    expect(matches('validation', other.stdout)).toMatchObject({ valid: false });
    expect([one.code, other.code]).toEqual([0, 1]);
  });

  test.concurrent('a folder that is not there, an empty one: 1 with what to do', async ({ open }) => {
    const { run } = await open({ files: {} });
    const [missing, empty] = await Promise.all([run(['validate', '--config', 'nowhere']), run(['validate'])]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('nowhere');
    expect(empty.code).toBe(1);
    expect(empty.stdout).toMatch(/Organization/);
  });
});
