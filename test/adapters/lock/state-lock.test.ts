import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { lockState } from '../../../src/adapters/state-lock.ts';
import { UserError } from '../../../src/errors.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-lock-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const options = { onLost: () => {} };
const script = fileURLToPath(new URL('./holder.ts', import.meta.url));

/** A child that asks for the lock, and its first line. */
async function holder(dir: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  undo.push(() => child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('no stdout');
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

it('refuses a second live process with pid and host, and lets it in after a proper stop', async () => {
  const dir = folder();
  const first = await holder(dir);
  expect(first.said).toBe('held');
  await expect(lockState(dir, options)).rejects.toBeInstanceOf(UserError);
  await expect(lockState(dir, options)).rejects.toThrow(`The process ${first.child.pid} on host ${hostname()}`);
  first.child.stdin?.end();
  await once(first.child, 'exit');
  expect(existsSync(join(dir, 'owner.json'))).toBe(false);
  await (await lockState(dir, options)).release();
});

it('takes over at once from a process that was killed', async () => {
  const dir = folder();
  const { child } = await holder(dir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const before = Date.now();
  const lock = await lockState(dir, options);
  expect(Date.now() - before).toBeLessThan(1_500);
  expect(JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

it('lets exactly one of several in when the lock of a killed process is found', async () => {
  const dir = folder();
  const { child } = await holder(dir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const racers = await Promise.all([holder(dir), holder(dir), holder(dir)]);
  expect(racers.filter((each) => each.said === 'held')).toHaveLength(1);
  expect(racers.filter((each) => each.said.startsWith('refused: The process'))).toHaveLength(2);
});

it('refuses a second lock of the same process', async () => {
  const dir = folder();
  const lock = await lockState(dir, options);
  await expect(lockState(dir, options)).rejects.toThrow(`The process ${process.pid}`);
  await lock.release();
  await (await lockState(dir, options)).release();
});

/** A lock left behind by another process. */
function leftBehind(dir: string, owner: Readonly<Record<string, unknown>>, ageMs: number): void {
  mkdirSync(join(dir, 'daemon.lock'));
  const time = new Date(Date.now() - ageMs);
  utimesSync(join(dir, 'daemon.lock'), time, time);
  writeFileSync(
    join(dir, 'owner.json'),
    JSON.stringify({ id: 'x', pid: 1, host: hostname(), startedAt: '2026-11-01T00:00:00Z', born: null, ...owner }),
  );
}

it('takes over from another host only when its heartbeat is old', async () => {
  const dir = folder();
  leftBehind(dir, { host: 'elsewhere.example.com' }, 1_000);
  await expect(lockState(dir, options)).rejects.toThrow('process 1 on host elsewhere.example.com (since 2026-11-01T00:00:00Z)');
  rmSync(join(dir, 'daemon.lock'), { recursive: true });
  leftBehind(dir, { host: 'elsewhere.example.com' }, 60_000);
  await (await lockState(dir, options)).release();
});

it.each([
  ['our pid', { pid: process.pid }],
  ['a pid of another container', { pid: 4_194_000, space: 'another-boot pid:[1]' }],
  ['a pid that is another process here, of another boot', { pid: process.ppid, born: 'another-boot 1' }],
])('takes over from %s under our host name once its heartbeat stood still, and says that it waits', async (_, owner) => {
  const dir = folder();
  leftBehind(dir, owner, 0);
  const told: string[] = [];
  const lock = await lockState(dir, { ...options, staleMs: 2_000, onWait: (text) => told.push(text) });
  expect(told).toEqual([expect.stringContaining('waiting up to 2 s for its heartbeat')]);
  expect(lock.doubt()).toBeNull();
  await lock.release();
});

it('takes over from a dead owner whose last heartbeat is of tomorrow', async () => {
  const dir = folder();
  leftBehind(dir, { pid: process.pid }, -86_400_000);
  await (await lockState(dir, { ...options, staleMs: 2_000 })).release();
});

it('refuses, with our pid under our host name, one whose heartbeat moves; and stops to wait when told', async () => {
  const dir = folder();
  leftBehind(dir, { pid: process.pid }, 0);
  const heart = setInterval(() => utimesSync(join(dir, 'daemon.lock'), new Date(), new Date()), 100);
  undo.push(() => clearInterval(heart));
  await expect(lockState(dir, { ...options, staleMs: 2_000 })).rejects.toThrow(`The process ${process.pid}`);
  const stop = new AbortController();
  await expect(lockState(dir, { ...options, onWait: () => stop.abort(), signal: stop.signal })).rejects.toThrow('already works in');
});

/** Whether this user may make a pid namespace, as a container has one. */
const mayUnshare = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
it.skipIf(!mayUnshare)(
  'refuses a second daemon that is pid 1 too, as in two containers on one volume',
  async () => {
    const dir = folder();
    const inside = ['--pid', '--fork', '--mount-proc', '--kill-child', process.execPath, '--import', 'tsx', script, dir];
    const first = spawn('unshare', inside, { stdio: ['pipe', 'pipe', 'inherit'] });
    undo.push(() => first.kill('SIGKILL'));
    expect(String((await once(first.stdout, 'data'))[0])).toContain('held');
    const second = spawn('unshare', inside, { stdio: ['pipe', 'pipe', 'inherit'] });
    undo.push(() => second.kill('SIGKILL'));
    expect(String((await once(second.stdout, 'data'))[0])).toContain(`refused: The process 1 on host ${hostname()}`);
  },
  30_000,
);

it.skipIf(!existsSync('/proc/self/stat'))('takes over at once when the pid now belongs to another process', async () => {
  const dir = folder();
  const lock = await lockState(dir, options);
  const { space } = JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8'));
  await lock.release();
  leftBehind(dir, { pid: process.ppid, born: 'this-boot 1', space }, 0);
  await (await lockState(dir, { ...options, onWait: () => expect.unreachable() })).release();
});

it('refuses a directory that cannot be made', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'file'), '');
  await expect(lockState(join(dir, 'file', 'state'), options)).rejects.toThrow('cannot be used (ENOTDIR)');
});

it.runIf(process.platform === 'linux')('takes over at once from a process that was killed and whose parent never noticed', async () => {
  const dir = folder();
  // A shell does not collect its background job before it waits for it, so the killed job stays a zombie.
  const shell = spawn('sh', ['-c', '"$0" --import tsx "$1" "$2" < /dev/zero & echo $!; exec sleep 60', process.execPath, script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  undo.push(() => shell.kill('SIGKILL'));
  let said = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!said.includes('held')) await once(shell.stdout, 'data');
  const pid = Number.parseInt(said, 10);
  process.kill(pid, 'SIGKILL');
  while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await new Promise((done) => setImmediate(done));
  const lock = await lockState(dir, options);
  await lock.release();
});
