import { RemoteError, type RemoteFailure } from '../../errors.ts';
import { distinct } from './failure.ts';

/** Collects the failures of reads that do not need each other, so that a person mends all of them in one go. */
export type Trial = {
  /** The value; null when the remote failed, which is remembered. Anything but a RemoteError is thrown on. */
  readonly attempt: <T>(read: () => Promise<T>) => Promise<T | null>;
  /** Asks only whether it is permitted: a refusal is remembered, any other answer is not. */
  readonly probe: (read: () => Promise<unknown>) => Promise<void>;
  readonly blame: (failures: readonly RemoteFailure[]) => void;
  /** @throws RemoteError with every failure so far, when there is one. */
  readonly conclude: () => void;
};

export function trial(): Trial {
  const failures: RemoteFailure[] = [];
  return {
    async attempt(read) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
        failures.push(...error.failures);
        return null;
      }
    },
    async probe(read) {
      try {
        await read();
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
        failures.push(...error.failures.filter((failure) => failure.kind === 'denied'));
      }
    },
    blame: (more) => void failures.push(...more),
    conclude() {
      if (failures.length > 0) throw new RemoteError(distinct(failures));
    },
  };
}
