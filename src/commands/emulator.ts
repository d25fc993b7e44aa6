import { resolve } from 'node:path';
import type { Seed } from '../emulator/emulator.ts';
import { readSeedFile } from '../emulator/seed-file.ts';
import { type RunningEmulator, startEmulator } from '../emulator/server.ts';
import { UserError } from '../errors.ts';
import type { Io } from './io.ts';

export type EmulatorOptions = {
  readonly port?: string | number | undefined;
  /** `demo`, `empty` or the path of a state file. Default demo. */
  readonly seed?: string | undefined;
  readonly anyPrincipal?: boolean | undefined;
};

/**
 * Serves a local Identity Center until the signal aborts, then 0. Its URL is the one line on stdout, written when it is ready.
 * @throws UserError for a port or a seed that cannot be used.
 */
export async function emulator(options: EmulatorOptions, io: Io): Promise<number> {
  const seed = seedOf(options.seed ?? 'demo', io.cwd);
  const running = await start(portOf(options.port), seed, options.anyPrincipal ?? false);
  io.stdout(`${running.url}\n`);
  io.stderr(hints(running));
  await aborted(io.signal);
  await running.close();
  return 0;
}

const seedOf = (name: string, cwd: string): Seed => {
  if (name === 'demo' || name === 'empty') return name;
  const path = resolve(cwd, name);
  const file = readSeedFile(path);
  if (file.ok) return file.state;
  throw new UserError(
    `The seed ${name} cannot be used: ${file.problems.join('; ')}. Give demo, empty or a file as docs/emulator.md describes it (${path} was read).`,
  );
};

const portOf = (port: string | number | undefined): number => {
  const value = Number(port ?? 0);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new UserError(`The port ${port} is not a whole number from 0 (any free port) to 65535.`);
};

const start = async (port: number, seed: Seed, anyPrincipal: boolean): Promise<RunningEmulator> => {
  try {
    return await startEmulator({ port, seed, anyPrincipal });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is in use' : 'may not be opened by this user';
    throw new UserError(`Port ${port} ${why}. Choose another one with --port, or 0 for any free port.`, { cause: error });
  }
};

const hints = ({ url, state }: RunningEmulator): string => {
  const { instance, users, groups } = state();
  return [
    `Local Identity Center ${instance.InstanceArn} with ${users.length} users and ${groups.length} groups. Ctrl-C ends it.`,
    'In another terminal:',
    `  export AWS_ENDPOINT_URL=${url} AWS_REGION=${instance.Regions?.[0] ?? 'us-east-1'} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    `  curl -s ${url}/_emulator/writes`,
    '',
  ].join('\n');
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
