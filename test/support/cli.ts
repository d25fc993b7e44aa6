import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

export type CliOptions = {
  /** Beside PATH, HOME (an empty folder) and TZ. Nothing of this process' AWS_* or KIROSYNC_* reaches the child. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What the child reads on stdin; without it stdin is closed. */
  readonly input?: string;
};

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Running = {
  readonly child: ChildProcess;
  /** Ends with the exit code, null after a signal that killed it. */
  readonly ended: Promise<Ended>;
  /** Resolves with the output so far when it matches. Rejects when the process ends before. */
  readonly printed: (what: RegExp, stream?: 'stdout' | 'stderr') => Promise<string>;
};

/** dist/ of this folder, or an installed binary that KIROSYNC_BIN names. */
export const MAIN = process.env['KIROSYNC_BIN'] ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** What a child process may know of this one. */
export function cleanEnvironment(home: string, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, TZ: 'America/St_Johns', AWS_EC2_METADATA_DISABLED: 'true', ...env };
}

/** Environment of a child that talks to an Identity Center at this URL. */
export function against(url: string): Readonly<Record<string, string>> {
  return { AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
}

/** Starts the built binary as a real child process. @throws Error with the compiler's words when dist/ could not be built. */
export function start(args: readonly string[], options: CliOptions = {}): Running {
  const buildError = inject('buildError');
  if (buildError !== '' && process.env['KIROSYNC_BIN'] === undefined) throw new Error(`There is no binary to test: ${buildError}`);
  const home = mkdtempSync(join(tmpdir(), 'kirosync-home-'));
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? home,
    env: cleanEnvironment(home, options.env),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  child.stdin?.end(options.input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      rmSync(home, { recursive: true, force: true });
      resolve({ code, ...output });
    });
  });
  const printed = (what: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (what.test(output[stream])) resolve(output[stream]);
      };
      child[stream]?.on('data', look);
      child.once('close', () => reject(new Error(`ended without printing ${what}: ${output.stdout}${output.stderr}`)));
      look();
    });
  return { child, ended, printed };
}

/** Runs the built binary to its end. */
export function kirosync(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}
