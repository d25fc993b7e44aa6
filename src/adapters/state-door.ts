import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { UserError } from '../errors.ts';

/** Somebody holds the lock; `isUnknown` when only its heartbeat can tell whether it lives. */
export class HeldError extends UserError {
  readonly isUnknown: boolean;
  constructor(message: string, isUnknown: boolean) {
    super(message);
    this.isUnknown = isUnknown;
  }
}

/** The disk refuses: it is full, may only be read, belongs to somebody else. */
export class UnusableError extends UserError {}

/**
 * Only one process at a time may look at the lock and take it; else two could both find it dead, and the second would
 * remove the lock of the first. Held for milliseconds; whoever dies in here blocks others for two seconds.
 */
export async function indoors<T>(stateDir: string, work: () => Promise<T>): Promise<T> {
  const retries = { retries: 40, minTimeout: 50, maxTimeout: 200 };
  const door = await lockfile
    .lock(join(stateDir, 'door'), { realpath: false, stale: 2_000, retries, onCompromised: () => {} })
    .catch((error: unknown) => {
      throw unusable(stateDir, error);
    });
  return work().finally(() => door().catch(() => {})); // a door that is gone stands open
}

export function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED';
}

/** Says that the state directory refuses, and why. */
export function unusable(stateDir: string, error: unknown): UserError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const message = `The state directory ${stateDir} cannot be used (${why}); check that it exists, that this user may write to it and that its disk is not full.`;
  return isLocked(error) ? new UserError(message, { cause: error }) : new UnusableError(message, { cause: error });
}
