import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type EmulatorOptions, emulator } from '../../src/commands/emulator.ts';
import type { Io } from '../../src/commands/io.ts';
import { demoSeed } from '../../src/emulator/seed-demo.ts';
import { startTestEmulator } from '../support/emulator.ts';

const dir = mkdtempSync(join(tmpdir(), 'emulator-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (options: EmulatorOptions) => {
  const abort = new AbortController();
  let ready: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => {
    ready = resolve;
  });
  const said: string[] = [];
  const io: Io = {
    stdout: (text) => ready(text),
    stderr: (text) => void said.push(text),
    isTty: false,
    color: false,
    env: {},
    cwd: dir,
    signal: abort.signal,
    now: () => new Date(),
    ask: async () => false,
  };
  return { url, said, code: emulator(options, io), stop: () => abort.abort() };
};

const users = async (url: string): Promise<unknown> => {
  const state: unknown = await (await fetch(`${url.trim()}/_emulator/state`)).json();
  return typeof state === 'object' && state !== null && 'users' in state ? state.users : null;
};

describe('emulator', () => {
  it('prints just its URL when it is ready, says how to use it, and ends with 0', async () => {
    const { url, said, code, stop } = run({});
    const printed = await url;
    expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(await users(printed)).toHaveLength(266);
    expect(said.join('')).toContain(`AWS_ENDPOINT_URL=${printed.trim()}`);
    stop();
    expect(await code).toBe(0);
    await expect(fetch(printed.trim())).rejects.toThrow();
  });

  it('serves a state file, relative to where it was started', async () => {
    writeFileSync(join(dir, 'seed.json'), JSON.stringify({ ...demoSeed(new Date()), users: [], memberships: [] }));
    const { url, code, stop } = run({ seed: 'seed.json' });
    expect(await users(await url)).toEqual([]);
    stop();
    await code;
  });

  it('tells the user what is wrong with a seed or a port', async () => {
    await expect(run({ seed: 'absent.json' }).code).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('absent.json'),
    });
    await expect(run({ port: '70000' }).code).rejects.toMatchObject({ name: 'UserError' });
    const taken = await startTestEmulator();
    await expect(run({ port: new URL(taken.url).port }).code).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('is in use'),
    });
    await taken.close();
  });
});
