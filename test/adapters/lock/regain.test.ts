import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { lockState, type StateLock } from '../../../src/adapters/state-lock.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

type Held = { readonly dir: string; readonly lock: StateLock; readonly lost: Promise<string>; readonly regained: Promise<void> };

/** A lock whose heartbeat is fast, and what becomes of it. */
async function held(): Promise<Held> {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-lock-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  let tellLost = (_: string) => {};
  let tellRegained = () => {};
  const lost = new Promise<string>((resolve) => {
    tellLost = resolve;
  });
  const regained = new Promise<void>((resolve) => {
    tellRegained = resolve;
  });
  const lock = await lockState(dir, { onLost: (reason) => tellLost(reason), onRegained: () => tellRegained(), staleMs: 2_000 });
  undo.push(() => lock.release());
  return { dir, lock, lost, regained };
}

it('is in doubt at once when the directory is gone, is lost, and is held again when nobody else has it', async () => {
  const { dir, lock, lost, regained } = await held();
  expect(lock.doubt()).toBeNull();
  rmSync(dir, { recursive: true });
  expect(lock.doubt()).toContain('cannot be read (ENOENT)');
  expect(await lost).toContain(dir);
  await regained;
  expect(lock.doubt()).toBeNull();
  expect(JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8'))).toMatchObject({ pid: process.pid });
});

it('is in doubt at once when another process writes its name, before any heartbeat', async () => {
  const { dir, lock } = await held();
  const other = { id: 'another', pid: 1, host: 'elsewhere', startedAt: '2026-11-01T00:00:00.000Z', born: null };
  writeFileSync(join(dir, 'owner.json'), JSON.stringify(other));
  expect(lock.doubt()).toBe('The process 1 on host elsewhere has taken over the state directory.');
  writeFileSync(join(dir, 'owner.json'), '{}');
  expect(lock.doubt()).toContain('is not ours');
  writeFileSync(join(dir, 'owner.json'), '');
  expect(lock.doubt()).toContain('not JSON');
});

it('leaves no lock behind when its owner cannot be written down', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-lock-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'owner.json.new'));
  await expect(lockState(dir, { onLost: () => {} })).rejects.toThrow('The state directory');
  rmSync(join(dir, 'owner.json.new'), { recursive: true });
  await (await lockState(dir, { onLost: () => {} })).release();
});
