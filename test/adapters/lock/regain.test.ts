import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
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

it('writes its name again when only the owner file went away', async () => {
  const { dir, lock, regained } = await held();
  const before = readFileSync(join(dir, 'owner.json'), 'utf8');
  rmSync(join(dir, 'owner.json'));
  expect(lock.doubt()).toContain('cannot be read (ENOENT)');
  await regained;
  expect(lock.doubt()).toBeNull();
  expect(readFileSync(join(dir, 'owner.json'), 'utf8')).toBe(before);
});

it('never writes its name again over that of another, and never takes back from one whose heart beats, whatever its pid says', async () => {
  const { dir, lock, lost, regained } = await held();
  const path = join(dir, 'daemon.lock');
  rmdirSync(path);
  mkdirSync(path);
  const other = { id: 'another', pid: process.pid, host: hostname(), startedAt: '2026-11-01T00:00:00.000Z', born: null };
  writeFileSync(join(dir, 'owner.json'), JSON.stringify(other));
  const heart = setInterval(() => utimesSync(path, new Date(), new Date()), 50);
  undo.push(() => clearInterval(heart));
  await lost;
  const end = Date.now() + 3_000;
  while (Date.now() < end) {
    expect(lock.doubt()).toContain('has taken over');
    await new Promise((done) => setImmediate(done));
  }
  clearInterval(heart);
  await regained; // the other died
  expect(lock.doubt()).toBeNull();
});

it('starts without a directory that cannot be used where that is asked for, says why, and takes it as soon as it can', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-lock-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'state'), '');
  const told: string[] = [];
  let tell = () => {};
  const regained = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const lock = await lockState(join(dir, 'state'), {
    onLost: () => {},
    onRegained: () => tell(),
    onUnusable: (reason) => told.push(reason),
    staleMs: 2_000,
  });
  undo.push(() => lock.release());
  expect(told).toEqual([expect.stringContaining('cannot be used (EEXIST)')]);
  expect(lock.doubt()).toBe(told[0]);
  rmSync(join(dir, 'state'));
  await regained;
  expect(lock.doubt()).toBeNull();
});

it('is refused by another owner although it may start without the directory', async () => {
  const { dir } = await held();
  const unusable = () => expect.unreachable();
  await expect(lockState(dir, { onLost: () => {}, onUnusable: unusable })).rejects.toThrow('already works in');
});
