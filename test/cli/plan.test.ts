import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { kirosync } from '../support/cli.ts';
import { repository } from '../support/repository.ts';
import { matches } from './document.ts';
import { test } from './open.ts';
import { assignment, DIRECTORY, directory, KEYS, keysOf, POLICY, planOf } from './site.ts';

const crew = Array.from({ length: 20 }, (_, i) => `crew${String(i).padStart(2, '0')}`);

describe('plan', () => {
  test.concurrent('changes pending: 2, the text names each change, nothing is written', async ({ open }) => {
    const { run, writes } = await open();
    const { code, stdout, stderr } = await run(['plan']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    for (const key of KEYS) expect(stdout).toMatch(new RegExp(key.replace(/^(.)membership\/(.*)\/(.*)$/, ' [$1]  $2 +$3')));
    expect(stdout).toMatch(/2 to create, 0 to update, 1 to delete/);
    expect(await writes()).toEqual([]);
  });

  test.concurrent('a usage folder of the settings that is not there costs words, not the plan; --write-exception makes its folder', async ({
    open,
  }) => {
    const { run, policy } = await open();
    const { code, stdout, stderr } = await run(['plan', '--write-exception', 'exceptions/new/wave.yaml'], {
      env: { KIROSYNC_USAGE: '/nowhere/reports' },
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/2 to create, 0 to update, 1 to delete/);
    expect(stderr).toContain('the plan goes without them');
    const out = await run(['plan', '--out', 'new/folder/plan.json']);
    expect(out.code).toBe(2);
    matches('plan', readFileSync(join(policy.path, 'new/folder/plan.json'), 'utf8'));
  });

  test.concurrent('--format json is its schema and names the changes; in sync is 0', async ({ open }) => {
    const { run } = await open();
    const pending = await run(['plan', '--format', 'json']);
    matches('plan', pending.stdout);
    expect(keysOf(planOf(pending.stdout))).toEqual(KEYS);
    const synced = await open({ directory: { groups: { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': ['cleo'] } } });
    const same = await synced.run(['plan', '--format', 'json']);
    matches('plan', same.stdout);
    expect({ code: same.code, keys: keysOf(planOf(same.stdout)) }).toEqual({ code: 0, keys: [] });
  });

  test.concurrent('--format markdown has the changes too, and --out writes the JSON whatever the format', async ({ open }) => {
    const { run, policy } = await open();
    const { code, stdout } = await run(['plan', '--format', 'markdown', '--out', 'plan.json']);
    expect(code).toBe(2);
    expect(stdout).toContain('bob@example.com');
    const written = readFileSync(join(policy.path, 'plan.json'), 'utf8');
    matches('plan', written);
    expect(keysOf(planOf(written))).toEqual(KEYS);
  });

  test.concurrent('a recording gives the same plan without AWS, and carries its instant', async ({ open }) => {
    const { run, policy } = await open();
    const first = await run(['plan', '--format', 'json', '--record', 'live.json']);
    const again = await kirosync(['plan', '--format', 'json', '--live', 'live.json'], { cwd: policy.path });
    expect(first.code).toBe(2);
    expect(again).toEqual({ code: 2, stdout: first.stdout, stderr: '' });
  });

  test.concurrent('a --live file that lacks a part is refused with 4 and incomplete-read; one that is no recording with 1', async ({
    open,
  }) => {
    const { run, policy } = await open();
    await run(['plan', '--record', 'live.json']);
    const recorded = JSON.parse(readFileSync(join(policy.path, 'live.json'), 'utf8')) as { membersRead: unknown[] };
    policy.write({ 'less.json': JSON.stringify({ ...recorded, membersRead: [] }), 'none.json': '{"hello": 1}', 'text.json': 'hello' });
    const offline = (file: string) => kirosync(['plan', '--format', 'json', '--live', file], { cwd: policy.path });
    const [less, none, text, missing] = await Promise.all([
      offline('less.json'),
      offline('none.json'),
      offline('text.json'),
      offline('nowhere.json'),
    ]);
    expect(less.code).toBe(4);
    expect(planOf(less.stdout).violations.map(({ rule }) => rule)).toContain('incomplete-read');
    for (const [ended, file] of [
      [none, 'none.json'],
      [text, 'text.json'],
      [missing, 'nowhere.json'],
    ] as const) {
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(file);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
    }
  });

  test.concurrent('--today previews another UTC day; a word that is no date is 1', async ({ open }) => {
    const dated = assignment('later', 'pro', ['dan']).replace('reason: Test', 'from: 2099-03-31\nreason: Test');
    const { run } = await open({ files: { ...POLICY, 'later.yaml': dated } });
    const keys = async (...args: string[]) => keysOf(planOf((await run(['plan', '--format', 'json', ...args])).stdout));
    const [before, then, wrong] = await Promise.all([
      keys('--today', '2099-03-30'),
      keys('--today', '2099-03-31'),
      run(['plan', '--today', 'tomorrow']),
    ]);
    expect(before).toEqual(KEYS);
    expect(then).toContain('+membership/kiro-eng-pro/dan@example.com');
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('tomorrow');
  });

  test.concurrent('--revision reads the policy of a Git revision; the plan names it', async ({ open, onTestFinished }) => {
    const { env } = await open();
    const git = repository();
    onTestFinished(git.dispose);
    const first = git.commit('Only Ana', { ...POLICY, 'teams/a.yaml': assignment('team', 'pro', ['ana']) });
    const second = git.commit('Bob too', POLICY);
    const planned = async (...args: string[]) =>
      planOf((await kirosync(['plan', '--format', 'json', ...args], { cwd: git.folder, env })).stdout);
    const [now, then] = await Promise.all([planned(), planned('--revision', 'HEAD~1')]);
    expect(now.revision).toContain(second);
    expect(then.revision).toContain(first);
    expect(keysOf(now)).toEqual(KEYS);
    expect(keysOf(then)).toEqual(KEYS.filter((key) => !key.includes('bob')));
    const notes = (each: typeof now) => each.warnings.filter(({ rule }) => rule === 'billing-note').length;
    // One on the seats that would be given, one on those that would end.
    expect([notes(now), notes(then)], 'only going back to an earlier revision is a revert').toEqual([0, 2]);
    const unknown = await kirosync(['plan', '--revision', 'no-such-branch'], { cwd: git.folder, env });
    expect([1, 5]).toContain(unknown.code);
    expect(unknown.stderr).toContain('no-such-branch');
    expect(unknown.stderr).not.toMatch(/^\s+at /m);
  });

  test.concurrent('a plan that a guard refuses is printed whole, 4, and nothing is written by apply', async ({ open }) => {
    const leave = {
      files: { ...POLICY, 'teams/a.yaml': assignment('team', 'pro', crew.slice(0, 8)) },
      directory: { ...DIRECTORY, groups: { 'kiro-eng-pro': crew, 'kiro-eng-power': [] } },
    };
    const { run, writes, policy } = await open(leave);
    const json = await run(['plan', '--format', 'json', '--write-exception', '.draft.yaml']);
    matches('plan', json.stdout);
    const plan = planOf(json.stdout);
    expect(json.code).toBe(4);
    expect(plan.summary['delete']).toBe(12);
    expect(plan.violations.map(({ rule }) => rule).sort()).toEqual(['empties-group', 'too-many-removals']);
    expect(plan.violations.every(({ keys }) => keys.length > 0)).toBe(true);
    const refused = await run(['apply', '--yes']);
    expect(refused.code).toBe(4);
    for (const name of crew.slice(8)) expect(refused.stdout).toContain(`${name}@example.com`);
    expect(refused.stdout).toContain('too-many-removals');
    expect(await writes()).toEqual([]);
    // The written Exceptions, once they lie in the policy, lift the refusal, and for these keys only.
    policy.write({ 'exceptions.yaml': readFileSync(join(policy.path, '.draft.yaml'), 'utf8') });
    const lifted = await run(['plan', '--format', 'json']);
    expect({ code: lifted.code, violations: planOf(lifted.stdout).violations }).toEqual({ code: 2, violations: [] });
    policy.write({ 'teams/a.yaml': assignment('team', 'pro', crew.slice(0, 2)) });
    expect((await run(['plan'])).code).toBe(4);
  });

  test.concurrent('--write-exception writes nothing when nothing refuses', async ({ open }) => {
    const { run, policy } = await open();
    const { code, stderr } = await run(['plan', '--write-exception', 'exceptions.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('exceptions.yaml was not written');
    expect(() => readFileSync(join(policy.path, 'exceptions.yaml'))).toThrow(/ENOENT/);
  });

  test.concurrent('placement and order of files, and how lists are read, change no byte of the plan', async ({ open }) => {
    const { run, emulator } = await open();
    const other = await open({ files: { 'all.yml': Object.values(POLICY).reverse().join('---\n') } });
    await other.emulator.control('state', { ...directory(DIRECTORY), users: [...directory(DIRECTORY).users].reverse() });
    const [one, two] = await Promise.all([run(['plan', '--format', 'json']), other.run(['plan', '--format', 'json'])]);
    expect(planOf(two.stdout).hash).toBe(planOf(one.stdout).hash);
    // A short page with a token is not the end of a list.
    for (const operation of ['ListUsers', 'ListGroups', 'ListGroupMemberships'])
      await emulator.control('faults', { kind: 'short-page', operation, times: 2 });
    const short = await run(['plan', '--format', 'json']);
    expect(planOf(short.stdout).hash).toBe(planOf(one.stdout).hash);
  });
});
