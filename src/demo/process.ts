import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** How this very program was started, so that a child runs the same code. */
const SELF = [...process.execArgv, process.argv[1] ?? ''];

export type Child = { readonly exited: Promise<number>; readonly isRunning: () => boolean; readonly stop: () => Promise<void> };

/** Runs `kirosync ARGS` to its end, with its output on ours; what it says of itself (stderr) goes there too unless told elsewhere. */
export async function runChild(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onText: (text: string) => void,
  onWords: (text: string) => void = onText,
): Promise<number> {
  const child = spawn(process.execPath, [...SELF, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.setEncoding('utf8').on('data', onText);
  child.stderr.setEncoding('utf8').on('data', onWords);
  return ended(child);
}

/** Starts `kirosync ARGS` and leaves it running; stdout and stderr go to a file. */
export function startChild(args: readonly string[], env: NodeJS.ProcessEnv, log: string): Child {
  // The channel is how the child notices that we are gone, even when we were killed.
  const child = spawn(process.execPath, [...SELF, ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const file = createWriteStream(log);
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  const exited = ended(child);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const stop = async () => {
    if (isRunning()) child.kill('SIGTERM');
    await exited;
    file.end();
  };
  return { exited, isRunning, stop };
}

async function ended(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'close');
  return typeof code === 'number' ? code : 1;
}
