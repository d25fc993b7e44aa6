import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** dist/ of this folder, or an installed binary that KIROSYNC_BIN names. Campaigns run outside of the test runner, too. */
const MAIN = process.env['KIROSYNC_BIN'] ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export type Child = {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly output: () => string;
  /** Resolves once the output matches `count` times; rejects with the output when the process ends before. */
  readonly said: (what: RegExp, count?: number) => Promise<void>;
};

export type ChildOptions = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A module that node loads first. */
  readonly preload?: string;
};

/** Environment of a product that works against an emulator at this URL and that no limit stops. */
export function environment(url: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    KIROSYNC_QUOTA_SHARE: '1',
    KIROSYNC_APPLICATION_ASSIGNMENTS: 'manage',
    KIROSYNC_LIMITS_REMOVALS_PERCENT: '100',
    KIROSYNC_LIMITS_REMOVALS_COUNT: '10000',
    KIROSYNC_LIMITS_MOVES_PERCENT: '100',
    KIROSYNC_LIMITS_INCREASE_USD: '1000000',
  };
}

/** What `serve` needs beside; the schedule asks for nothing, so that passes begin only when they are asked for. */
export function serving(git: string, stateDir: string): Readonly<Record<string, string>> {
  return {
    KIROSYNC_GIT_URL: git,
    KIROSYNC_STATE_DIR: stateDir,
    KIROSYNC_HTTP_PORT: '0',
    KIROSYNC_MODE: 'enforce',
    KIROSYNC_SCHEDULE_RECONCILE: '0 0 1 1 *',
    KIROSYNC_READ_TOKENS: TOKEN,
  };
}
export const TOKEN = 'read-token-0123456789abcdef';

/** Starts the product as a real process. Nothing of this process' settings or credentials reaches it. */
export function launch(args: readonly string[], { cwd, env, preload }: ChildOptions): Child {
  const imports = preload === undefined ? [] : ['--import', preload];
  const child = spawn(process.execPath, [...imports, MAIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, TZ: 'America/St_Johns', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended: Child['ended'] = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const said: Child['said'] = (what, count = 1) =>
    new Promise((resolve, reject) => {
      const all = new RegExp(what.source, `${what.flags.replace('g', '')}g`);
      const look = () => {
        if ([...output.matchAll(all)].length < count) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      void ended.then(({ code, signal }) => reject(new Error(`ended with ${code ?? signal} and did not say ${what}:\n${output}`)));
      look();
    });
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), ended, output: () => output, said };
}
