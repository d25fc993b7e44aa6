import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { against, kirosync, start } from '../support/cli.ts';
import { DIRECTORY, directory, folder, KEYS, keysOf, POLICY, planOf } from './site.ts';

const EXAMPLE = new URL('../../config-example', import.meta.url).pathname;

async function emulator(...args: readonly string[]) {
  const running = start(['emulator', '--port', '0', ...args]);
  onTestFinished(() => void running.child.kill('SIGKILL'));
  const url = (await running.printed(/^http:\/\/127\.0\.0\.1:\d+\n/)).trim();
  return { running, url };
}

describe('emulator', () => {
  test('prints its URL when it is ready, serves a seed file to the other commands, and ends with 0 on SIGTERM', async () => {
    const policy = folder({ ...POLICY, '.seed.json': JSON.stringify(directory(DIRECTORY)) });
    onTestFinished(policy.dispose);
    const { running, url } = await emulator('--seed', join(policy.path, '.seed.json'));
    const planned = await kirosync(['plan', '--format', 'json'], { cwd: policy.path, env: against(url) });
    expect(keysOf(planOf(planned.stdout))).toEqual(KEYS);
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${url}\n` });
  });

  test('on the demo seed config-example gives plan 2, apply 0, plan 0; NO_COLOR and pipes carry no colour', async () => {
    const { running, url } = await emulator('--seed', 'demo');
    const env = { ...against(url), NO_COLOR: '1' };
    const run = (...args: readonly string[]) => kirosync([...args, '--config', EXAMPLE], { env });
    const first = await run('plan');
    expect(first.code, first.stdout + first.stderr).toBe(2);
    expect(first.stderr).toBe('');
    expect(first.stdout).not.toContain('\u001b[');
    const applied = await run('apply', '--yes');
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    const last = await run('plan');
    expect(last.code, last.stdout).toBe(0);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
  });

  test('a port in use and a bad seed file: 1 with what to do', async () => {
    const { url } = await emulator('--seed', 'empty');
    const policy = folder();
    onTestFinished(policy.dispose);
    writeFileSync(join(policy.path, 'seed.json'), '{"users": 1}');
    const [port, seed] = await Promise.all([
      kirosync(['emulator', '--port', new URL(url).port]),
      kirosync(['emulator', '--seed', 'seed.json'], { cwd: policy.path }),
    ]);
    expect([port.code, seed.code]).toEqual([1, 1]);
    expect(port.stderr).toContain('is in use');
    expect(seed.stderr).toContain('seed.json');
  });
});
