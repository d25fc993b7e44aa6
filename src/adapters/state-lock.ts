import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { UserError } from '../errors.ts';

/** Whoever holds the lock, as `owner.json` beside it says. `born` is when the kernel started the process; null where unknown. */
type Owner = { readonly id: string; readonly pid: number; readonly host: string; readonly startedAt: string; readonly born: string | null };

export type StateLock = {
  /** Why the directory may not be ours now, a full sentence: somebody else's name is in it, or none. Null while it is ours. */
  readonly doubt: () => string | null;
  release(): Promise<void>;
};

export type LockOptions = {
  /** Called when the lock was lost while held (the process slept past its heartbeat, or the directory went away): stop writing. */
  readonly onLost: (reason: string) => void;
  /** Called when a lost lock could be taken again, because nobody else has it. */
  readonly onRegained?: () => void;
  /** A lock whose heartbeat is older is dead, whatever else is known. At least 2,000 ms. */
  readonly staleMs?: number;
};

/** Locks this very process holds: after a restart in a container, an owner with our pid is not us. */
const mine = new Set<string>();

/**
 * Takes the lock of a state directory (made if missing). A lock left by a dead process of this host, or without a
 * heartbeat, is taken over at once.
 * @throws UserError naming pid and host when another live process holds it, or when the directory cannot be written.
 */
export async function lockState(stateDir: string, options: LockOptions): Promise<StateLock> {
  const stale = options.staleMs ?? 15_000;
  let isReleased = false;
  let retry: NodeJS.Timeout | undefined;
  const lost = (reason: string): void => {
    if (isReleased) return;
    options.onLost(reason);
    clearTimeout(retry);
    retry = setTimeout(again, stale / 3).unref();
  };
  const again = async (): Promise<void> => {
    const taken = await acquire(stateDir, stale, lost).catch(() => null);
    if (isReleased) await taken?.release();
    else if (taken === null) retry = setTimeout(again, stale / 3).unref();
    else {
      held = taken;
      options.onRegained?.();
    }
  };
  let held = await acquire(stateDir, stale, lost);
  return {
    doubt: () => held.doubt(),
    release: async () => {
      isReleased = true;
      clearTimeout(retry);
      await held.release();
    },
  };
}

async function acquire(stateDir: string, stale: number, onLost: LockOptions['onLost']): Promise<StateLock> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unusable(stateDir, error);
  });
  const door = await enter(stateDir);
  try {
    await removeDead(stateDir);
    const release = await take(stateDir, stale, onLost);
    return await own(stateDir, release).catch(async (error: unknown) => {
      await release().catch(() => {}); // a lock without an owner would only be in the way
      throw unusable(stateDir, error);
    });
  } finally {
    await door().catch(() => {}); // a door that is gone stands open
  }
}

/**
 * Only one process at a time may look at the lock and take it; else two could both find it dead, and the second would
 * remove the lock of the first. Held for milliseconds; whoever dies in here blocks others for two seconds.
 */
async function enter(stateDir: string): Promise<() => Promise<void>> {
  const retries = { retries: 40, minTimeout: 50, maxTimeout: 200 };
  return lockfile
    .lock(join(stateDir, 'door'), { realpath: false, stale: 2_000, retries, onCompromised: () => {} })
    .catch((error: unknown) => {
      throw unusable(stateDir, error);
    });
}

async function removeDead(stateDir: string): Promise<void> {
  const owner = await readOwner(stateDir);
  if (owner === null || !isDead(owner)) return;
  await rmdir(join(stateDir, 'daemon.lock')).catch(() => {}); // already gone is what is wanted
}

async function take(stateDir: string, stale: number, onLost: LockOptions['onLost']): Promise<() => Promise<void>> {
  const onCompromised = (error: Error): void => onLost(`The lock of ${stateDir} was lost (${error.message}); another process may hold it.`);
  try {
    return await lockfile.lock(join(stateDir, 'daemon'), { realpath: false, stale, update: stale / 3, onCompromised });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw unusable(stateDir, error);
    const owner = await readOwner(stateDir);
    const who = owner === null ? 'Another process' : `The process ${owner.pid} on host ${owner.host} (since ${owner.startedAt})`;
    throw new UserError(`${who} already works in ${stateDir}. Stop it first, or give this one another stateDir (KIROSYNC_STATE_DIR).`);
  }
}

async function own(stateDir: string, release: () => Promise<void>): Promise<StateLock> {
  const owner: Owner = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    startedAt: new Date().toISOString(),
    born: bornOf(process.pid),
  };
  const path = join(stateDir, 'owner.json');
  await writeFile(`${path}.new`, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  mine.add(owner.id);
  return {
    doubt: () => doubt(path, owner.id),
    release: async () => {
      if (!mine.delete(owner.id)) return;
      if ((await readOwner(stateDir))?.id === owner.id) await rm(path, { force: true });
      await release().catch(() => {}); // lost before: nothing left to release
    },
  };
}

/** Read anew each time: a heartbeat comes too late for whoever is about to write. */
function doubt(path: string, id: string): string | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isOwner(value))
      return value.id === id ? null : `The process ${value.pid} on host ${value.host} has taken over the state directory.`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'not JSON';
    return `The owner file ${path} of the state directory cannot be read (${code}).`;
  }
  return `The owner file ${path} of the state directory is not ours.`;
}

async function readOwner(stateDir: string): Promise<Owner | null> {
  try {
    const value: unknown = JSON.parse(await readFile(join(stateDir, 'owner.json'), 'utf8'));
    return isOwner(value) ? value : null;
  } catch {
    return null;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const texts = ['id', 'host', 'startedAt'].every((name) => typeof fields.get(name) === 'string');
  return texts && Number.isInteger(fields.get('pid')) && Number(fields.get('pid')) > 0;
}

/** True when the owner surely lives no more: its pid on this host is free, or belongs to a process born at another time. */
function isDead(owner: Owner): boolean {
  if (owner.host !== hostname() || mine.has(owner.id)) return false;
  if (owner.pid === process.pid) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
  if (isZombie(owner.pid)) return true;
  const born = bornOf(owner.pid);
  return born !== null && owner.born !== null && born !== owner.born;
}

/** True for a process that has ended and whose parent has not noticed (proc(5), field 3 of stat). */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Start time of a process in ticks since boot (proc(5), field 22 of stat), with the boot it belongs to; null off Linux. */
function bornOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
  } catch {
    return null;
  }
}

function unusable(stateDir: string, error: unknown): UserError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new UserError(
    `The state directory ${stateDir} cannot be used (${why}); check that it exists, that this user may write to it and that its disk is not full.`,
    { cause: error },
  );
}
