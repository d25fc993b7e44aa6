import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * Whoever holds the lock of a state directory, as `owner.json` beside it says. `born` is when the kernel started the
 * process; `space` is where its pid means something. Both are null where unknown.
 */
export type Owner = {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
  readonly born: string | null;
  readonly space: string | null;
};

/** Locks this very process holds: after a restart in a container, an owner with our pid is not us. */
const mine = new Set<string>();

export function ownerFile(stateDir: string): string {
  return join(stateDir, 'owner.json');
}

/** This process as a new owner. */
export function ourselves(): Owner {
  const owner = { id: randomUUID(), pid: process.pid, host: hostname(), startedAt: new Date().toISOString() };
  mine.add(owner.id);
  return { ...owner, born: bornOf(process.pid), space: space() };
}

/** False when it was not one of ours, or no more. */
export function disown(id: string): boolean {
  return mine.delete(id);
}

/** Writes the owner down in one rename. @throws the system's error; a half written file does not stay. */
export async function writeOwner(stateDir: string, owner: Owner): Promise<void> {
  const path = ownerFile(stateDir);
  try {
    await writeFile(`${path}.new`, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  } catch (error) {
    await rm(`${path}.new`, { force: true }).catch(() => {});
    throw error;
  }
}

/** Null when there is none, or none that can be read. */
export async function readOwner(stateDir: string): Promise<Owner | null> {
  try {
    return asOwner(JSON.parse(await readFile(ownerFile(stateDir), 'utf8')));
  } catch {
    return null;
  }
}

/** Why the directory may not be ours now, a full sentence; null while our name is in it. Read anew each time. */
export function doubtOf(stateDir: string, id: string): string | null {
  const path = ownerFile(stateDir);
  try {
    const found = asOwner(JSON.parse(readFileSync(path, 'utf8')));
    if (found === null) return `The owner file ${path} of the state directory is not ours.`;
    return found.id === id ? null : `The process ${found.pid} on host ${found.host} has taken over the state directory.`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'not JSON';
    return `The owner file ${path} of the state directory cannot be read (${code}).`;
  }
}

function asOwner(value: unknown): Owner | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const text = (name: string): string | null => {
    const found = fields.get(name);
    return typeof found === 'string' ? found : null;
  };
  const [id, host, startedAt, pid] = [text('id'), text('host'), text('startedAt'), Number(fields.get('pid'))];
  if (id === null || host === null || startedAt === null || !Number.isInteger(fields.get('pid')) || pid <= 0) return null;
  return { id, host, startedAt, pid, born: text('born'), space: text('space') };
}

/**
 * Whether the owner lives: `dead` when its pid is free or belongs to a process born at another time, `unknown` when its
 * pid says nothing here: of another container under the same host name (every daemon of a container is pid 1), of
 * another boot. An owner on another host is `alive` until its heartbeat is old.
 */
export function lifeOf(owner: Owner): 'alive' | 'dead' | 'unknown' {
  if (owner.host !== hostname() || mine.has(owner.id)) return 'alive';
  if (owner.pid === process.pid || owner.space === null || owner.space !== space()) return 'unknown';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH' ? 'dead' : 'alive';
  }
  if (isZombie(owner.pid)) return 'dead';
  const born = bornOf(owner.pid);
  return born !== null && owner.born !== null && born !== owner.born ? 'dead' : 'alive';
}

/** The boot and pid namespace of this process (pid_namespaces(7)); null where `/proc` does not tell, or speaks of other pids. */
function space(): string | null {
  if (process.platform !== 'linux') return process.platform;
  try {
    if (readlinkSync('/proc/self') !== String(process.pid)) return null;
    return `${bootId()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
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
    return `${bootId()} ${ticks}`;
  } catch {
    return null;
  }
}
