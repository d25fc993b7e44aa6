import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { test } from './open.ts';

const COMMANDS = [
  'validate',
  'plan',
  'apply',
  'drift',
  'credits',
  'explain',
  'import',
  'iam-policy',
  'emulator',
  'serve',
  'suspend',
  'resume',
  'reconcile',
  'demo',
];

describe('the command line', () => {
  test.concurrent.for<readonly [readonly string[], string]>([
    [['plann'], '(Did you mean plan?)'],
    [['aply', '--yes'], '(Did you mean apply?)'],
    [['apply', '--yess'], '(Did you mean --yes?)'],
    [['plan', '--formt', 'json'], '(Did you mean --format?)'],
    [['apply', '--yes', '--plan-hsh', 'a'], '(Did you mean --plan-hash?)'],
  ])('%j is 1 with a suggestion, no call and nothing written', async ([args, suggestion], { open }) => {
    const { run, requests } = await open();
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(suggestion);
    expect(await requests()).toBe(0);
  });

  test.concurrent.for<readonly [readonly string[], RegExp]>([
    [['plan', '--format', 'yaml'], /text, json, markdown/],
    [['validate', 'extra'], /argument/],
    [['explain'], /user/],
    [['iam-policy'], /--mode/],
    [['iam-policy', '--mode', 'write'], /plan, apply/],
    [['import'], /--out/],
    [['emulator', '--port', 'http'], /port/],
    [['emulator', '--seed', 'nowhere.json'], /nowhere\.json/],
    [['credits', '--month', '2026-13'], /YYYY-MM/],
    [['credits', '--usage', 'gs://bucket/x'], /gs:\/\/bucket\/x .*s3:\/\/bucket\/prefix/],
    [['plan', '--settings', 'nowhere.yaml'], /nowhere\.yaml/],
  ])('%j is 1 and says what it takes', async ([args, says], { open }) => {
    const { run, requests } = await open();
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await requests()).toBe(0);
  });

  test.concurrent('--help and --version are 0 on stdout; no command at all is 1 with the help', async ({ open }) => {
    const { run } = await open();
    const [help, version, none, ofPlan] = await Promise.all([run(['--help']), run(['--version']), run([]), run(['plan', '--help'])]);
    expect([help.code, version.code, none.code, ofPlan.code]).toEqual([0, 0, 1, 0]);
    for (const command of COMMANDS) expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(help.stdout).toMatch(/Exit codes: 0 .* 1 .* 2 .* 3 .* 4 .* 5 .* 70/s);
    const { version: declared } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(version.stdout.trim()).toBe(declared);
    for (const flag of ['--config', '--format', '--out', '--record', '--live', '--revision', '--today', '--write-exception'])
      expect(ofPlan.stdout).toContain(flag);
  });

  test.concurrent('settings that are wrong are all reported, with 1 and no call', async ({ open }) => {
    const { run, requests, policy } = await open();
    policy.write({ '.settings.yaml': 'quota: { share: 7 }\nno_such: 1\nmode: sometimes\n' });
    const { code, stderr } = await run(['plan', '--settings', '.settings.yaml']);
    expect(code).toBe(1);
    for (const word of ['share', 'no_such', 'mode']) expect(stderr).toContain(word);
    expect(stderr).toMatch(/\.settings\.yaml:1:\d+ [a-z0-9-]+: /);
    expect(await requests()).toBe(0);
  });

  test.concurrent('stdout has no colour when it is no terminal, whatever NO_COLOR says', async ({ open }) => {
    const { run } = await open();
    for (const env of [{ NO_COLOR: '1' }, { FORCE_COLOR: '0' }]) expect((await run(['plan'], { env })).stdout).not.toContain('\u001b[');
  });
});
