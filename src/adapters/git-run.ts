import { spawn } from 'node:child_process';
import type { GitEnv } from './git.ts';

export type RunOptions = {
  readonly folder: string;
  readonly env: GitEnv;
  readonly signal: AbortSignal;
  readonly input?: string | Uint8Array;
  /** Told of each piece of stdout; false ends the program, since enough is known. Without it stdout is collected. */
  readonly take?: (chunk: Buffer) => boolean;
};

/** How a program ended. `code` is null when it was ended because `take` had enough. */
export type Run = { readonly code: number | null; readonly stdout: Buffer; readonly stderr: string };

/** What a program may say on stderr before the rest is dropped. */
const MOST_WORDS = 64 * 1024;

/**
 * Runs a program to its end, without a shell and with exactly this environment. Any exit code is an answer.
 * @throws Error when it cannot be started; the signal's reason when aborted.
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<Run> {
  const { folder, env, signal, input, take } = options;
  signal.throwIfAborted();
  const child = spawn(program, args, { cwd: folder, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], signal });
  const chunks: Buffer[] = [];
  let stderr = '';
  let enough = false;
  child.stdout.on('data', (chunk: Buffer) => {
    if (enough) return;
    if (take === undefined) chunks.push(chunk);
    else if (!take(chunk)) {
      enough = true;
      child.kill('SIGKILL');
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < MOST_WORDS) stderr += chunk.toString('utf8');
  });
  child.stdin.on('error', () => {}); // a program that ends early closes its input; its exit code and output tell why
  child.stdin.end(input ?? '');
  const code = await new Promise<number | null>((done, failed) => {
    child.on('error', (error) => failed(signal.aborted ? signal.reason : error));
    child.on('close', (ended) => done(ended));
  });
  signal.throwIfAborted();
  return { code: enough ? null : (code ?? -1), stdout: Buffer.concat(chunks), stderr };
}
