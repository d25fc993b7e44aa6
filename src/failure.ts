import type { Io } from './commands/io.ts';
import { RemoteError, UserError } from './errors.ts';
import { EXIT, EXIT_BUG } from './exit.ts';
import { sentence } from './model/diagnostic.ts';
import { visible } from './report/escape.ts';

function userError(error: UserError, io: Io): number {
  for (const diagnostic of error.diagnostics)
    io.stderr(`${diagnostic.severity === 'warning' ? 'warning: ' : ''}${visible(sentence(diagnostic))}\n`);
  io.stderr(`${error.message}\n`);
  return EXIT.invalid;
}

function remoteError(error: RemoteError, io: Io): number {
  for (const { message, advice } of error.failures) io.stderr(`${visible(message)}\n  ${visible(advice)}\n`);
  return EXIT.unreachable;
}

/** Turns whatever a command threw into words on stderr and an exit code. Only a bug shows a stack. */
export function failure(error: unknown, io: Io): number {
  if (error instanceof UserError) return userError(error, io);
  if (error instanceof RemoteError) return remoteError(error, io);
  if (io.signal.aborted) {
    io.stderr('Stopped before anything was written.\n');
    return EXIT.unreachable;
  }
  io.stderr(
    `This is a bug in kirosync. Please report it with the command you ran and these lines:\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT_BUG;
}
