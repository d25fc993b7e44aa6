import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { kirosync, MAIN, start } from '../support/cli.ts';
import { type Site, test } from './open.ts';
import { assignment, DIRECTORY, keysOf, POLICY, planOf, userId } from './site.ts';

/** util-linux's program that runs a command on a terminal of its own. */
const TERMINAL = 'script';
const hasScript = spawnSync(TERMINAL, ['-qec', 'true', '/dev/null'], { stdio: 'ignore' }).status === 0;
if (!hasScript) console.warn('SKIPPED: apply on a terminal, because util-linux `script` is not here.');

async function keysNow(site: Site): Promise<readonly string[]> {
  return keysOf(planOf((await site.run(['plan', '--format', 'json'])).stdout));
}

describe('apply', () => {
  test.concurrent('--yes applies, 0; then the plan has no changes, 0; apply again does nothing, 0', async ({ open }) => {
    const site = await open();
    const { code, stdout } = await site.run(['apply', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('Applied: 3 applied, 0 failed, 0 skipped of 3 planned; 3 effects.');
    expect((await site.writes()).map(({ operation }) => operation).sort()).toEqual([
      'CreateGroupMembership',
      'CreateGroupMembership',
      'DeleteGroupMembership',
    ]);
    const [plan, again] = [await site.run(['plan']), await site.run(['apply', '--yes'])];
    expect([plan.code, again.code]).toEqual([0, 0]);
    expect(await site.writes()).toHaveLength(3);
  });

  test.concurrent('without a terminal and without --yes: 1, and no call at all', async ({ open }) => {
    const site = await open();
    const { code, stdout, stderr } = await site.run(['apply'], { input: 'y\n' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('--yes');
    expect(await site.requests()).toBe(0);
  });

  test.skipIf(!hasScript).concurrent('on a terminal it asks: declined is 2 and writes nothing, accepted is 0', async ({ open }) => {
    const site = await open();
    const answered = async (answer: string) => {
      const child = spawn(TERMINAL, ['-qec', `${process.execPath} ${MAIN} apply`, '/dev/null'], {
        cwd: site.policy.path,
        env: { PATH: process.env['PATH'], HOME: site.policy.path, TERM: 'xterm', ...site.env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let seen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (!seen.includes('[y/N]') && `${seen}${text}`.includes('[y/N]')) child.stdin.write(`${answer}\n`);
        seen += text;
      });
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { code, seen };
    };
    const declined = await answered('n');
    expect(declined.code, declined.seen).toBe(2);
    expect(await site.writes()).toEqual([]);
    const accepted = await answered('y');
    expect(accepted.code, accepted.seen).toBe(0);
    expect(await site.writes()).toHaveLength(3);
  });

  test.concurrent('--plan FILE applies exactly the reviewed changes; other fresh ones wait', async ({ open }) => {
    const site = await open();
    await site.run(['plan', '--out', 'plan.json']);
    site.policy.write({ 'teams/c.yaml': assignment('late', 'pro', ['dan']) });
    const { code } = await site.run(['apply', '--yes', '--plan', 'plan.json']);
    expect(code).toBe(0);
    expect(await site.writes()).toHaveLength(3);
    expect(await keysNow(site)).toEqual(['+membership/kiro-eng-pro/dan@example.com']);
  });

  test.concurrent('--plan FILE is stale after somebody changed a planned key: 4, nothing written; a change elsewhere is fine', async ({
    open,
  }) => {
    const site = await open();
    await site.run(['plan', '--out', 'plan.json']);
    await site.emulator.control('outsider', { action: 'add-member', group: 'other-team', user: 'bob@example.com' });
    await site.emulator.control('outsider', { action: 'add-member', group: 'kiro-eng-pro', user: 'bob@example.com' });
    const stale = await site.run(['apply', '--yes', '--plan', 'plan.json']);
    expect(stale.code).toBe(4);
    expect(stale.stdout).toContain('stale-plan');
    expect(stale.stdout).toContain('membership/kiro-eng-pro/bob@example.com');
    expect(await site.writes()).toEqual([]);
    await site.emulator.control('outsider', { action: 'remove-member', group: 'kiro-eng-pro', user: 'bob@example.com' });
    expect((await site.run(['apply', '--yes', '--plan', 'plan.json'])).code).toBe(0);
  });

  test.concurrent('--plan FILE is stale when a planned membership was made anew under another id', async ({ open }) => {
    const site = await open();
    await site.run(['plan', '--out', 'plan.json']);
    await site.emulator.control('outsider', { action: 'remove-member', group: 'kiro-eng-pro', user: 'eve@example.com' });
    await site.emulator.control('outsider', { action: 'add-member', group: 'kiro-eng-pro', user: 'eve@example.com' });
    const stale = await site.run(['apply', '--yes', '--plan', 'plan.json']);
    expect({ code: stale.code, writes: await site.writes() }).toEqual({ code: 4, writes: [] });
  });

  test.concurrent('a plan file that is none: 1 and no call; --plan with --plan-hash: 1', async ({ open }) => {
    const site = await open();
    site.policy.write({ 'bad.json': '{"format": "kirosync.plan/v1"}', 'text.json': 'hello' });
    for (const args of [
      ['--plan', 'bad.json'],
      ['--plan', 'text.json'],
      ['--plan', 'nowhere.json'],
      ['--plan', 'bad.json', '--plan-hash', 'abc'],
    ]) {
      const { code, stderr } = await site.run(['apply', '--yes', ...args]);
      expect(code, args.join(' ')).toBe(1);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(await site.requests()).toBe(0);
  });

  test.concurrent('--plan-hash requires the whole fresh plan: another hash is 4, its own is 0', async ({ open }) => {
    const site = await open();
    const { hash } = planOf((await site.run(['plan', '--format', 'json'])).stdout);
    const other = await site.run(['apply', '--yes', '--plan-hash', 'a'.repeat(64)]);
    expect({ code: other.code, writes: await site.writes() }).toEqual({ code: 4, writes: [] });
    expect(other.stdout).toContain('stale-plan');
    const own = await site.run(['apply', '--yes', '--plan-hash', hash]);
    expect({ code: own.code, writes: (await site.writes()).length }).toEqual({ code: 0, writes: 3 });
  });

  test.concurrent('--force lifts the named guard only; a guard nobody lifts and an unknown one are 1', async ({ open }) => {
    const crew = Array.from({ length: 20 }, (_, i) => `crew${String(i).padStart(2, '0')}`);
    const site = await open({
      files: {
        ...POLICY,
        'teams/a.yaml': assignment('team', 'pro', crew.slice(0, 8)),
        'teams/b.yaml': assignment('power-team', 'power', crew.slice(0, 1)),
      },
      directory: { ...DIRECTORY, groups: { 'kiro-eng-pro': crew, 'kiro-eng-power': crew.slice(0, 1) } },
    });
    const one = await site.run(['apply', '--yes', '--force', 'too-many-removals']);
    expect({ code: one.code, writes: await site.writes() }).toEqual({ code: 4, writes: [] });
    const rules = ['foreign-group', 'empty-configuration', 'nonsense'];
    const wrong = await site.run(['apply', '--yes', ...rules.flatMap((rule) => ['--force', rule])]);
    expect(wrong.code).toBe(1);
    for (const rule of rules) expect(wrong.stderr).toContain(`--force cannot lift "${rule}"`);
    const both = await site.run(['apply', '--yes', '--force', 'too-many-removals', '--force', 'empties-group']);
    expect(both.code, both.stdout).toBe(0);
    expect((await site.writes()).filter(({ operation }) => operation === 'DeleteGroupMembership')).toHaveLength(13); // twelve who leave, and the old seat of one who moved
  });

  test.concurrent('a write that AWS refuses: 3, counts add up, what does not depend on it is applied; the next run converges', async ({
    open,
  }) => {
    const site = await open();
    await site.emulator.control('faults', { kind: 'reject', operation: 'CreateGroupMembership', principal: userId('bob') });
    const { code, stdout, stderr } = await site.run(['apply', '--yes']);
    expect(code).toBe(3);
    expect(stdout).toContain('Incomplete: 2 applied, 1 failed, 0 skipped of 3 planned');
    expect(stderr).toContain('membership/kiro-eng-pro/bob@example.com');
    expect(stderr).not.toMatch(/^\s+at /m);
    await site.emulator.control('faults', { clear: true });
    expect((await site.run(['apply', '--yes'])).code).toBe(0);
    expect(await keysNow(site)).toEqual([]);
  });

  test.concurrent('throttles, conflicts and lost answers never fail the run', async ({ open }) => {
    const site = await open();
    await site.emulator.control('faults', { kind: 'throttle', times: 4 });
    await site.emulator.control('faults', { kind: 'conflict', operation: 'CreateGroupMembership', times: 2 });
    await site.emulator.control('faults', { kind: 'drop-after-write', operation: 'DeleteGroupMembership', times: 1 });
    const { code, stdout } = await site.run(['apply', '--yes']);
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('3 applied, 0 failed');
    expect(await keysNow(site)).toEqual([]);
  });

  test.concurrent('Ctrl-C in the middle: calls in flight finish, 3, and the next apply converges', async ({ open }) => {
    const crew = Array.from({ length: 40 }, (_, i) => `crew${String(i).padStart(2, '0')}`);
    const site = await open({
      files: { ...POLICY, 'teams/a.yaml': assignment('team', 'pro', ['ana', 'bob', ...crew]) },
      directory: { ...DIRECTORY, users: ['bob', 'cleo', ...crew] },
    });
    await site.emulator.control('faults', { kind: 'latency', operation: 'CreateGroupMembership', ms: 150 });
    const running = start(['apply', '--yes', '--force', 'monthly-increase', '--force', 'over-budget'], {
      cwd: site.policy.path,
      env: site.env,
    });
    while ((await site.writes()).length < 3) if (running.child.exitCode !== null) break;
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code, stdout + stderr).toBe(3);
    const [, applied, failed, skipped] = (/(\d+) applied, (\d+) failed, (\d+) skipped of 43 planned/.exec(stdout) ?? []).map(Number);
    expect((applied ?? 0) + (failed ?? 0) + (skipped ?? 0)).toBe(43);
    expect(skipped).toBeGreaterThan(0);
    expect(failed).toBe(0);
    expect(await site.writes()).toHaveLength(applied ?? -1);
    expect(stderr).not.toMatch(/^\s+at /m);
    await site.emulator.control('faults', { clear: true });
    await site.emulator.control('limits', { perSecond: null });
    const next = await site.run(['apply', '--yes', '--force', 'monthly-increase'], { env: { KIROSYNC_QUOTA_SHARE: '1' } });
    expect(next.code, next.stdout + next.stderr).toBe(0);
    expect(await keysNow(site)).toEqual([]);
  });

  test.concurrent('reads KIROSYNC_* and --settings as every command does: a tighter limit refuses', async ({ open }) => {
    const site = await open();
    site.policy.write({ '.settings.yaml': 'limits:\n  removals: { count: 0 }\n' });
    const tight = await site.run(['apply', '--yes', '--settings', join(site.policy.path, '.settings.yaml')]);
    expect(tight.code, tight.stdout + tight.stderr).toBe(4);
    expect(tight.stdout).toContain('too-many-removals');
    const foreign = await kirosync(['apply', '--yes'], { cwd: site.policy.path, env: { ...site.env, KIROSYNC_SEAT_GROUPS: 'other-*' } });
    expect(foreign.code).toBe(4);
    expect(foreign.stdout).toContain('foreign-group');
    const wrong = await kirosync(['apply', '--yes'], { cwd: site.policy.path, env: { ...site.env, KIROSYNC_NO_SUCH: '1' } });
    expect(wrong.code).toBe(1);
    expect(await site.writes()).toEqual([]);
  });
});
