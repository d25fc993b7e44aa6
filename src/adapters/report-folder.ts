import { join } from 'node:path';
import { RemoteError } from '../errors.ts';
import type { ReportSink } from '../ports.ts';
import { reasonOf, replaceFile } from './journal-disk.ts';

/** Whoever serves the reports may be of another account: the group reads them, and the umask may say that it does not. */
const SHARED = { file: 0o640, folder: 0o750 };

/** Reports in a local folder, which is made where it is missing. Each file is replaced in one rename; nothing is ever removed. */
export function reportFolder(folder: string): ReportSink {
  return {
    to: folder,
    kind: 'directory',
    async write(files, signal) {
      for (const { path, text } of files) {
        signal.throwIfAborted();
        try {
          await until(signal, replaceFile(join(folder, path), Buffer.from(text), SHARED));
        } catch (error) {
          if (signal.aborted) throw error;
          throw refused(join(folder, path), error);
        }
      }
    },
  };
}

/** The work's result, or the signal's reason once it aborts: a disk of the network may never answer. */
function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const ADVICE = new Map([
  ['ENOSPC', 'Free space on its disk, or name another folder in reports.to.'],
  ['EDQUOT', 'Free space on its disk, or name another folder in reports.to.'],
  ['ENOTDIR', 'Name a folder in reports.to: a file is in the way.'],
  ['EEXIST', 'Name a folder in reports.to: a file is in the way.'],
]);

function refused(path: string, error: unknown): RemoteError {
  const reason = reasonOf(error);
  const message = `The credits report ${path} cannot be written (${reason}).`;
  const advice = ADVICE.get(reason) ?? 'Check that the folder of reports.to exists and that this user may write to it.';
  const kind = reason === 'EACCES' || reason === 'EPERM' || reason === 'EROFS' ? 'denied' : 'wrong';
  return new RemoteError([{ kind, operation: 'write a report', message, advice, requestId: null }], { cause: error });
}
