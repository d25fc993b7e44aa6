import { rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { makeFolder } from './make-folder.ts';
import { HeldError, indoors, isLocked, UnusableError, unusable } from './state-door.ts';
import { disown, doubtOf, lifeOf, type Owner, ourselves, ownerFile, readOwner, writeOwner } from './state-owner.ts';

export type StateLock = {
  /** Why the directory may not be ours now, a full sentence: somebody else's name is in it, or none. Null while it is ours. */
  readonly doubt: () => string | null;
  release(): Promise<void>;
};

export type LockOptions = {
  /** Called when the lock was lost while held (the process slept past its heartbeat, or the directory went away): stop writing. */
  readonly onLost: (reason: string) => void;
  /** Called when a lock that was lost, or never held, could be taken because nobody else has it. */
  readonly onRegained?: () => void;
  /** Called once while it is not known whether the owner lives. */
  readonly onWait?: (text: string) => void;
  /** With it, a directory that cannot be used at the start is no error: it is told here, and tried again until it can be. */
  readonly onUnusable?: (reason: string) => void;
  /** A lock whose heartbeat is older is dead, whatever else is known. At least 2,000 ms. */
  readonly staleMs?: number;
  /** Ends the wait for a heartbeat. */
  readonly signal?: AbortSignal;
};

/** `dead`: a heartbeat that stood still for as long as a live one never does. `judges`: whether an owner may be found dead by its pid. */
type Attempt = { readonly stateDir: string; readonly stale: number; readonly judges: boolean; readonly dead: number | null };
type Events = { readonly lost: (reason: string) => void; readonly healed: () => void };

/**
 * Takes the lock of a state directory (made if missing). A lock left by a process of this host that surely lives no more
 * is taken over at once; one whose owner's pid says nothing here, when its heartbeat stands still for `staleMs`.
 * @throws UserError naming pid and host when another live process holds it (or may, when told to stop while waiting), or
 * when the directory cannot be written.
 */
export async function lockState(stateDir: string, options: LockOptions): Promise<StateLock> {
  const stale = options.staleMs ?? 15_000;
  let isReleased = false;
  let retry: NodeJS.Timeout | undefined;
  let held: StateLock | null = null;
  let why = '';
  const later = (): void => {
    clearTimeout(retry);
    retry = setTimeout(again, stale / 3).unref();
  };
  const events: Events = {
    lost: (reason) => {
      if (isReleased) return;
      options.onLost(reason);
      later();
    },
    healed: () => options.onRegained?.(),
  };
  // Whoever took it meanwhile is never judged by its pid: we have proof that our own heartbeat failed, not that theirs did.
  const again = async (): Promise<void> => {
    const taken = await acquire({ stateDir, stale, judges: false, dead: null }, events).catch((error: unknown) => {
      why = error instanceof Error ? error.message : String(error);
      return null;
    });
    if (isReleased) await taken?.release();
    else if (taken === null) later();
    else {
      held = taken;
      options.onRegained?.();
    }
  };
  try {
    held = await patiently(stateDir, stale, events, options);
  } catch (error) {
    if (options.onUnusable === undefined || !(error instanceof UnusableError)) throw error;
    why = error.message;
    options.onUnusable(why);
    later();
  }
  return {
    doubt: () => (held === null ? why : held.doubt()),
    release: async () => {
      isReleased = true;
      clearTimeout(retry);
      await held?.release();
    },
  };
}

/** As `acquire`, but of an owner that may live or not it waits for a heartbeat. */
async function patiently(stateDir: string, stale: number, events: Events, options: LockOptions): Promise<StateLock> {
  const attempt = { stateDir, stale, judges: true };
  let first: number | null = null;
  for (let waited = 0; ; waited += stale / 30) {
    try {
      return await acquire({ ...attempt, dead: waited > stale ? first : null }, events);
    } catch (error) {
      if (!(error instanceof HeldError && error.isUnknown)) throw error;
      const beat = await heartbeat(stateDir);
      if (first !== null && beat !== null && beat !== first) throw error;
      if (waited === 0) {
        options.onWait?.(`${error.message} Or it was killed: waiting up to ${Math.ceil(stale / 1000)} s for its heartbeat, to find out.`);
      }
      first ??= beat;
      await sleep(stale / 30, undefined, { signal: options.signal }).catch(() => {
        throw error; // told to stop: all that is known is that somebody has it
      });
    }
  }
}

async function acquire(attempt: Attempt, events: Events): Promise<StateLock> {
  const { stateDir } = attempt;
  await makeFolder(stateDir).catch((error: unknown) => {
    throw unusable(stateDir, error);
  });
  return indoors(stateDir, async () => {
    await removeDead(attempt);
    const end = new AbortController();
    const release = await take(attempt, (reason) => {
      end.abort();
      events.lost(reason);
    });
    const owner = ourselves();
    try {
      await writeOwner(stateDir, owner);
    } catch (error) {
      disown(owner.id);
      await release().catch(() => {}); // a lock without an owner would only be in the way
      throw unusable(stateDir, error);
    }
    end.signal.addEventListener('abort', healing(attempt, owner, end.signal, events.healed), { once: true });
    return {
      doubt: () => doubtOf(stateDir, owner.id),
      release: async () => {
        end.abort();
        if (!disown(owner.id)) return;
        if ((await readOwner(stateDir))?.id === owner.id) await rm(ownerFile(stateDir), { force: true });
        await release().catch(() => {}); // lost before: nothing left to release
      },
    };
  });
}

const lockOf = (stateDir: string) => join(stateDir, 'daemon.lock');

/** When the lock's owner last said that it lives, in milliseconds; null without a lock. */
async function heartbeat(stateDir: string): Promise<number | null> {
  return stat(lockOf(stateDir)).then(
    (found) => found.mtimeMs,
    () => null,
  );
}

async function removeDead({ stateDir, judges, dead }: Attempt): Promise<void> {
  if (!judges) return;
  const owner = await readOwner(stateDir);
  const isDead = owner !== null && lifeOf(owner) === 'dead';
  const stoodStill = dead !== null && (await heartbeat(stateDir)) === dead;
  if (isDead || stoodStill) await rmdir(lockOf(stateDir)).catch(() => {}); // already gone is what is wanted
}

async function take({ stateDir, stale }: Attempt, onLost: LockOptions['onLost']): Promise<() => Promise<void>> {
  const onCompromised = (error: Error): void => onLost(`The lock of ${stateDir} was lost (${error.message}); another process may hold it.`);
  try {
    return await lockfile.lock(join(stateDir, 'daemon'), { realpath: false, stale, update: stale / 3, onCompromised });
  } catch (error) {
    if (!isLocked(error)) throw unusable(stateDir, error);
    const owner = await readOwner(stateDir);
    const who = owner === null ? 'Another process' : `The process ${owner.pid} on host ${owner.host} (since ${owner.startedAt})`;
    const message = `${who} already works in ${stateDir}. Stop it first, or give this one another stateDir (KIROSYNC_STATE_DIR).`;
    throw new HeldError(message, owner !== null && lifeOf(owner) === 'unknown');
  }
}

/**
 * Writes an owner file that went away again, once a heartbeat has shown that the lock itself is still ours: between two
 * looks there was one, and it would have found a lock that is not. Gives what ends it.
 */
function healing({ stateDir, stale }: Attempt, owner: Owner, ended: AbortSignal, healed: () => void): () => void {
  let wasMissing = false;
  const look = async (): Promise<void> => {
    const isMissing = (await readOwner(stateDir)) === null;
    if (!isMissing || !wasMissing) {
      wasMissing = isMissing;
      return;
    }
    const isWritten = await indoors(stateDir, async () => {
      if (ended.aborted || (await readOwner(stateDir)) !== null || (await heartbeat(stateDir)) === null) return false;
      await writeOwner(stateDir, owner);
      return true;
    });
    if (isWritten) healed();
  };
  const timer = setInterval(() => void look().catch(() => {}), stale / 2).unref(); // a disk that refuses is asked again
  return () => clearInterval(timer);
}
