import { RemoteError } from '../errors.ts';
import type { DirectoryWriter } from '../ports.ts';
import { type Clean, cleanError } from '../secret.ts';

/**
 * Work whose failure says no secret: whoever answers may repeat what it was sent, and from here a message goes into the
 * journal, the status and reports.
 */
export async function cleaned<T>(clean: Clean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RemoteError) {
      const failures = error.failures.map((each) => ({ ...each, message: clean(each.message), advice: clean(each.advice) }));
      throw new RemoteError(failures, { cause: error.cause });
    }
    throw cleanError(clean, error);
  }
}

/** A writer whose failures say no secret. */
export function cleanWriter(clean: Clean, writer: DirectoryWriter): DirectoryWriter {
  return {
    createGroup: (group, signal) => cleaned(clean, () => writer.createGroup(group, signal)),
    createMembership: (member, signal) => cleaned(clean, () => writer.createMembership(member, signal)),
    deleteMembership: (membership, signal) => cleaned(clean, () => writer.deleteMembership(membership, signal)),
    assignApplication: (assignment, signal) => cleaned(clean, () => writer.assignApplication(assignment, signal)),
  };
}
