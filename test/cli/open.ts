import { test as base, vi } from 'vitest';
import { against, type CliOptions, type Ended, kirosync, type Running, start } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { DIRECTORY, type DirectoryOptions, directory, type Folder, folder, POLICY } from './site.ts';

// Several child processes a test, on a machine that others may be using too.
vi.setConfig({ testTimeout: 90_000 });

export type Write = { readonly operation: string; readonly GroupId?: string; readonly UserId?: string };

/** One small organisation, alive for one test: a policy folder, an emulator, and the command line against both. */
export type Site = {
  readonly policy: Folder;
  readonly emulator: TestEmulator;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command on the policy; options after the arguments reach the child. */
  readonly run: (args: readonly string[], options?: CliOptions) => Promise<Ended>;
  readonly start: (args: readonly string[], options?: CliOptions) => Running;
  /** Our effective writes so far. */
  readonly writes: () => Promise<readonly Write[]>;
  /** Number of AWS requests so far, writes and refused ones included. */
  readonly requests: () => Promise<number>;
};

export type OpenOptions = { readonly files?: Readonly<Record<string, string>>; readonly directory?: DirectoryOptions };

/** A policy folder, an emulator, and the command line against both. */
async function site({
  files = POLICY,
  directory: people = DIRECTORY,
}: OpenOptions): Promise<Site & { readonly close: () => Promise<void> }> {
  const policy = folder(files);
  const emulator = await startTestEmulator({ seed: directory(people) });
  const env = against(emulator.url);
  const given = (options: CliOptions): CliOptions => ({ cwd: policy.path, ...options, env: { ...env, ...options.env } });
  return {
    policy,
    emulator,
    env,
    run: (args, options = {}) => kirosync(args, given(options)),
    start: (args, options = {}) => start(args, given(options)),
    writes: async () => (await emulator.control('writes')) as readonly Write[], // parse boundary: the emulator's own route
    requests: async () => Object.values((await emulator.control('calls')) as Record<string, number>).reduce((sum, n) => sum + n, 0),
    close: async () => {
      policy.dispose();
      await emulator.close();
    },
  };
}

/** `open` makes a small organisation that lives as long as the test, so that tests can run side by side. */
export const test = base.extend<{ readonly open: (options?: OpenOptions) => Promise<Site> }>({
  open: async ({ task: _ }, use) => {
    const sites: { readonly close: () => Promise<void> }[] = [];
    await use(async (options = {}) => {
      const opened = await site(options);
      sites.push(opened);
      return opened;
    });
    for (const { close } of sites) await close();
  },
});
