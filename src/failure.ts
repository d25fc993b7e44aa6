import type { Io } from './commands/io.ts';
import { RemoteError, UserError } from './errors.ts';
import { EXIT, EXIT_BUG } from './exit.ts';
import { sentence } from './model/diagnostic.ts';
import { visible } from './report/escape.ts';
import { cleaner, environmentSecrets } from './secret.ts';

function userError(error: UserError, io: Io): number {
  for (const diagnostic of error.diagnostics)
    io.stderr(`${diagnostic.severity === 'warning' ? 'warning: ' : ''}${visible(sentence(diagnostic))}\n`);
  io.stderr(`${lines(error.message)}\n`);
  return EXIT.invalid;
}

function remoteError(error: RemoteError, io: Io): number {
  // Whoever answered may have repeated what it was sent.
  const clean = cleaner(environmentSecrets(io.env), true);
  for (const { message, advice } of error.failures) io.stderr(`${visible(clean(message))}\n  ${visible(clean(advice))}\n`);
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
  return bug(error, io);
}

/** Says what to do about a bug of ours, with its stack but without the secrets of the environment and of URLs. Returns 70. */
export function bug(error: unknown, io: Pick<Io, 'env' | 'stderr'>): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const clean = cleaner(environmentSecrets(io.env), true);
  io.stderr(`This is a bug in kirosync. Please report it with the command you ran and these lines:\n${lines(clean(stack))}\n`);
  return EXIT_BUG;
}

/** Several lines, none of which can act on a terminal. */
function lines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
