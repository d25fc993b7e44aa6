import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { assignment, directory, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { against, kirosync, type Running, start } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { type Repository, repository } from '../support/repository.ts';

/** A daemon looks again after seconds; asking it all the time would take the core that it needs. */
const EVERY = { interval: 400, timeout: 50_000 } as const;

const TOKEN = 'disk-token-0123456789abcdef0123456789';

type Site = {
  readonly stateDir: string;
  readonly policy: Repository;
  readonly emulator: TestEmulator;
  readonly env: Readonly<Record<string, string>>;
};

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const grant = (users: readonly string[]) => ({
  'base.yaml': `${ORGANIZATION}---\n${PROFILE}`,
  'grant.yaml': assignment('team', 'pro', users),
});

async function site(stateDir?: string): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-disk-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const policy = repository();
  undo.push(() => policy.dispose());
  policy.commit('first', grant(['ana']));
  const emulator = await startTestEmulator({
    seed: directory({ users: ['ana', 'bob', 'cem', 'dan'], groups: { 'kiro-eng-pro': [], 'kiro-eng-power': [] } }),
  });
  undo.push(() => emulator.close());
  const state = stateDir ?? join(folder, 'state');
  const env = {
    ...against(emulator.url),
    KIROSYNC_GIT_URL: policy.url,
    KIROSYNC_STATE_DIR: state,
    KIROSYNC_HTTP_PORT: '0',
    KIROSYNC_WRITE_TOKENS: TOKEN,
    KIROSYNC_MODE: 'enforce',
    KIROSYNC_SCHEDULE_RECONCILE: '0 0 1 1 *',
  };
  return { stateDir: state, policy, emulator, env };
}

async function serving(at: Site): Promise<{ readonly child: Running; readonly url: string }> {
  const child = start(['serve'], { env: at.env });
  undo.push(() => child.child.kill('SIGKILL'));
  const url = /http:\/\/\S+/.exec(await child.printed(/http:\/\/\S+/))?.[0] ?? '';
  return { child, url };
}

type Status = {
  readonly served: number;
  readonly lastPass: { readonly outcome: string; readonly message: string | null; readonly pass: number };
  readonly unready: readonly string[];
  readonly journal: { readonly writable: boolean; readonly problems: readonly string[] };
  readonly plan: { readonly summary: { readonly create: number } };
};

const headers = { authorization: `Bearer ${TOKEN}` };
async function status(url: string): Promise<Status> {
  return JSON.parse(await (await fetch(`${url}/api/status`, { headers })).text());
}

/** Asks for a pass and waits until it has ended. */
async function pass(url: string): Promise<Status> {
  const { ticket }: { readonly ticket: number } = JSON.parse(
    await (await fetch(`${url}/api/reconcile`, { method: 'POST', headers })).text(),
  );
  for (;;) {
    const now = await status(url);
    if (now.served >= ticket) return now;
  }
}

const seated = ({ emulator }: Site): readonly string[] =>
  ['ana', 'bob', 'cem', 'dan'].filter((name) => emulator.state().memberships.some((each) => each.MemberId.UserId === userId(name)));
const ready = async (url: string) => (await fetch(`${url}/readyz`)).status;
const journalled = (at: Site): readonly { readonly type: string; readonly pass?: number }[] =>
  readFileSync(join(at.stateDir, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

it('a journal that became a folder, then a state directory that is gone: observes, enforces nothing, says so', async () => {
  const at = await site();
  const { child, url } = await serving(at);
  expect((await pass(url)).journal.writable).toBe(true);
  expect(seated(at)).toEqual(['ana']);
  expect(await ready(url)).toBe(200);

  renameSync(join(at.stateDir, 'journal.jsonl'), join(at.stateDir, 'aside'));
  mkdirSync(join(at.stateDir, 'journal.jsonl'));
  at.policy.commit('bob', grant(['ana', 'bob']));
  const blind = await pass(url);
  expect(blind.lastPass).toMatchObject({ outcome: 'pending', message: expect.stringContaining('journal cannot be written') });
  expect(blind.plan.summary.create).toBe(1);
  expect(blind.journal).toMatchObject({ writable: false, problems: [expect.stringContaining('EISDIR')] });
  expect(await ready(url)).toBe(503);
  expect(seated(at)).toEqual(['ana']);

  rmdirSync(join(at.stateDir, 'journal.jsonl'));
  expect((await pass(url)).lastPass.outcome).toBe('applied');
  expect(await ready(url)).toBe(200);
  expect(seated(at)).toEqual(['ana', 'bob']);
  expect(journalled(at).filter(({ type }) => type === 'pass-ended').length).toBeGreaterThanOrEqual(3);

  const second = await kirosync(['serve'], { env: at.env });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('already works in');

  rmSync(at.stateDir, { recursive: true });
  at.policy.commit('cem', grant(['ana', 'bob', 'cem']));
  const lost = await pass(url);
  expect(lost.lastPass.outcome).toBe('pending');
  expect(lost.plan.summary.create).toBe(1);
  expect(lost.unready.length).toBeGreaterThan(0);
  expect(await ready(url)).toBe(503);
  expect(seated(at)).toEqual(['ana', 'bob']);

  // Its heartbeat finds the lock gone within five seconds, and nobody else has it: it is taken again.
  await expect.poll(async () => [await pass(url), seated(at)], EVERY).toEqual([expect.anything(), expect.arrayContaining(['cem'])]);
  expect((await pass(url)).unready).toEqual([]);
  expect(journalled(at).filter(({ type }) => type === 'pass-ended').length).toBeGreaterThanOrEqual(4);
  child.child.kill('SIGTERM');
  expect((await child.ended).code).toBe(0);
}, 60_000);

/** A small disk of its own; null where this user may not have one. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-tmpfs-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmdirSync(folder);
    return null;
  }
}

/** Leaves not a byte: in ever smaller pieces, until none fits. */
function fill(folder: string): void {
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeFileSync(join(folder, 'ballast'), 'x'.repeat(size), { flag: 'a' });
    } catch {
      // ENOSPC: now with less
    }
  }
}

const disk = smallDisk();
afterAll(() => {
  if (disk === null) return;
  execFileSync('umount', ['-l', disk]);
  rmdirSync(disk);
});

it.skipIf(disk === null)(
  'a full disk, and one that may only be read: observes, enforces nothing, and goes on when there is room',
  async () => {
    if (disk === null) return;
    const at = await site(join(disk, 'state'));
    const { child, url } = await serving(at);
    await pass(url);
    expect(seated(at)).toEqual(['ana']);

    fill(disk);
    // The journal's own last page may still take a line or two.
    for (let i = 0; i < 20 && (await status(url)).journal.writable; i += 1) await pass(url);
    at.policy.commit('bob', grant(['ana', 'bob']));
    const full = await pass(url);
    expect(full.journal).toMatchObject({ writable: false });
    expect(full.journal.problems.join()).toContain('ENOSPC');
    expect(['pending', 'unreachable']).toContain(full.lastPass.outcome);
    expect(await ready(url)).toBe(503);
    expect(seated(at)).toEqual(['ana']);

    rmSync(join(disk, 'ballast'));
    expect((await pass(url)).lastPass.outcome).toBe('applied');
    expect(await ready(url)).toBe(200);
    expect(seated(at)).toEqual(['ana', 'bob']);
    expect(() => journalled(at)).not.toThrow();

    execFileSync('mount', ['-o', 'remount,ro', disk]);
    at.policy.commit('cem', grant(['ana', 'bob', 'cem']));
    const fixed = await pass(url);
    expect(['pending', 'unreachable']).toContain(fixed.lastPass.outcome);
    expect(fixed.journal.problems.join()).toContain('EROFS');
    expect(seated(at)).toEqual(['ana', 'bob']);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect((await pass(url)).lastPass.outcome).toBe('applied');
    expect(seated(at)).toEqual(['ana', 'bob', 'cem']);

    child.child.kill('SIGHUP');
    const before = (await status(url)).lastPass.pass;
    for (let now = before; now === before; ) now = (await status(url)).lastPass.pass;
    expect(journalled(at).findLast(({ type }) => type === 'pass-ended')).toMatchObject({ askedBy: ['signal: SIGHUP'] });
    child.child.kill('SIGTERM');
    expect((await child.ended).code).toBe(0);
  },
  60_000,
);

it.skipIf(disk === null)(
  'a disk that may only be read, then is full, at the start: observes, enforces nothing, says so, and recovers by itself',
  async () => {
    if (disk === null) return;
    const at = await site(join(disk, 'second'));
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    undo.push(() => execFileSync('mount', ['-o', 'remount,rw', disk]));
    const first = await serving(at);
    const bare = await pass(first.url);
    expect(bare.lastPass.outcome).toBe('unreachable');
    expect(bare.journal).toMatchObject({ writable: false, problems: [expect.stringContaining('EROFS')] });
    expect(await ready(first.url)).toBe(503);

    // Nobody asks: it takes the lock as soon as it can, and begins a pass.
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    await expect.poll(() => seated(at), EVERY).toContain('ana');
    await expect.poll(() => ready(first.url), EVERY).toBe(200);
    first.child.child.kill('SIGTERM');
    expect((await first.child.ended).code).toBe(0);

    fill(disk);
    at.policy.commit('bob', grant(['ana', 'bob']));
    const second = await serving(at);
    const full = await pass(second.url);
    expect(['pending', 'unreachable']).toContain(full.lastPass.outcome);
    expect(full.journal).toMatchObject({ writable: false, problems: [expect.stringContaining('ENOSPC')] });
    const suspended = await kirosync(['suspend', '--url', second.url, '--reason', 'audit', '--until', '2999-01-01'], {
      env: { ...at.env, KIROSYNC_TOKEN: TOKEN },
    });
    expect(suspended.code).toBe(5);
    expect(suspended.stderr).toContain('ENOSPC');
    expect(seated(at)).toEqual(['ana']);
    await fetch(`${second.url}/api/resume`, { method: 'POST', headers });
    second.child.child.kill('SIGTERM');
    expect((await second.child.ended).code).toBe(0);

    rmSync(join(disk, 'ballast'));
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const third = await serving(at);
    // The copy of the repository that is there is read, though nothing new can be fetched into it.
    const old = await pass(third.url);
    expect(old.lastPass.message).toContain('is still observed, and nothing is applied');
    expect(old.plan.summary.create).toBe(0);
    expect(old.journal.problems.join()).toContain('EROFS');
    expect(await ready(third.url)).toBe(503);
    expect(seated(at)).toEqual(['ana']);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    await expect.poll(() => seated(at), EVERY).toContain('bob');
    third.child.child.kill('SIGTERM');
    expect((await third.child.ended).code).toBe(0);
  },
  60_000,
);

it('a state directory that can never be: observes what it can, and says so', async () => {
  const at = await site('/dev/null/state');
  const { child, url } = await serving(at);
  expect(await pass(url)).toMatchObject({
    lastPass: { outcome: 'unreachable' },
    journal: { writable: false, problems: [expect.stringContaining('/dev/null/state cannot be used (ENOTDIR)')] },
  });
  expect(await ready(url)).toBe(503);
  const other = await kirosync(['serve'], { env: { ...at.env, KIROSYNC_GIT_URL: 'ext::id' } });
  expect(other.code).toBe(1);
  child.child.kill('SIGTERM');
  expect((await child.ended).code).toBe(0);
});
