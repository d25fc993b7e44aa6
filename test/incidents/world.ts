import { onTestFinished, vi } from 'vitest';
import { connect } from '../../src/adapters/identity-center/connect.ts';
import type { WriteDeps } from '../../src/commands/deps.ts';
import type { Io } from '../../src/commands/io.ts';
import type { DaemonDeps } from '../../src/daemon/deps.ts';
import { failure } from '../../src/failure.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { GitSource, SourceFile } from '../../src/ports.ts';
import { readSettings, type SettingsFlags } from '../../src/settings.ts';
import { virtualClock } from '../adapters/identity-center/virtual-clock.ts';
import { type DirectoryOptions, directory, mail, userId } from '../cli/site.ts';
import { against } from '../support/cli.ts';
import { type TestDaemon, testDaemon } from '../support/daemon.ts';
import { startTestEmulator, type TestEmulator, type TestEmulatorOptions } from '../support/emulator.ts';
import { NOW, sourceFile } from '../support/world.ts';

/** The world of an incident: an emulator, the product on real clients in this process, and one clock for both, moved by hand. */

/** The policy repository as path → text. */
export type Files = Readonly<Record<string, string>>;

/** One effective write, as the emulator noted it. */
export type Effect = {
  readonly actor: string;
  readonly operation: string;
  readonly group?: string;
  readonly user?: string;
  readonly GroupId?: string;
  readonly UserId?: string;
};

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  readonly settings?: SettingsFlags;
  /** What a person at a terminal answers; without it there is no terminal. */
  readonly answer?: () => Promise<boolean>;
};

export type IncidentDaemon = TestDaemon & {
  /** The branch gets one more commit, which descends from those before it. */
  readonly push: (files: Files) => void;
};

export type Incident = {
  readonly emulator: TestEmulator;
  readonly clock: { now: Date };
  /** Effective writes of the product so far, in order; of everybody with `all`. */
  readonly writes: (actor?: 'api' | 'all') => Promise<readonly Effect[]>;
  /** How often the product asked for an operation, refusals included. */
  readonly calls: (operation: string) => Promise<number>;
  /** Who is in a group, by short name. */
  readonly members: (group: string) => readonly string[];
  /** One command with its exit code, as the CLI runs it. Back-off takes no time. */
  readonly run: (files: Files, command: (io: Io, deps: WriteDeps) => Promise<number>, options?: RunOptions) => Promise<Ran>;
  /** A daemon in enforce mode that follows a branch; it makes no pass by itself. */
  readonly daemon: (files: Files, settings?: Partial<Settings>) => IncidentDaemon;
};

/** `p00`, `p01`, …: people of an incident. */
export function crew(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `p${String(i).padStart(2, '0')}`);
}

/** Starts everything, and ends it with the test. */
export async function incident(
  seed: DirectoryOptions | NonNullable<TestEmulatorOptions['seed']>,
  options: Omit<TestEmulatorOptions, 'seed' | 'now'> = {},
): Promise<Incident> {
  const clock = { now: NOW };
  const state = typeof seed === 'object' && !('instance' in seed) ? directory(seed) : seed;
  const emulator = await startTestEmulator({ ...options, seed: state, now: () => clock.now });
  for (const [name, value] of Object.entries(against(emulator.url))) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await emulator.close();
  });
  return {
    emulator,
    clock,
    // Parse boundaries: the emulator's own routes.
    writes: async (actor = 'api') => (await emulator.control(`writes?actor=${actor}`)) as readonly Effect[],
    calls: async (operation) => ((await emulator.control('calls')) as Readonly<Record<string, number>>)[operation] ?? 0,
    members: (group) => membersOf(emulator, group),
    run: (files, command, more) => run(clock, files, command, more),
    daemon: (files, settings) => follow(clock, files, settings),
  };
}

/** `kind membership/…` of a write, as a plan names its changes: `+membership/kiro-eng-pro/ana@example.com`. */
export function keyOf(write: Effect): string {
  const sign = write.operation.startsWith('Delete') ? '-' : '+';
  if (write.operation.endsWith('GroupMembership')) return `${sign}membership/${write.group}/${write.user}`;
  if (write.operation === 'CreateGroup') return `${sign}group/${write.group}`;
  return `${sign}${write.operation}`;
}

/** The writes that are about one person, as keys in order. */
export function about(writes: readonly Effect[], name: string): readonly string[] {
  return writes.filter((write) => write.user === mail(name) || write.UserId === userId(name)).map(keyOf);
}

function membersOf(emulator: TestEmulator, name: string): readonly string[] {
  const { groups, memberships, users } = emulator.state();
  const ids = new Set(groups.filter((group) => group.DisplayName === name).map((group) => group.GroupId));
  const inside = new Set(memberships.filter((row) => ids.has(row.GroupId)).map((row) => row.MemberId.UserId));
  return users
    .filter((user) => inside.has(user.UserId))
    .map((user) => String(user.UserName).replace('@example.com', ''))
    .sort();
}

function sourceFiles(files: Files): readonly SourceFile[] {
  return Object.entries(files).map(([path, text]) => sourceFile(path, text));
}

function connected(clock: { now: Date }) {
  const connection = connect({
    region: 'eu-west-1',
    quotaShare: 1,
    assumeRoleArn: null,
    now: () => clock.now,
    clock: virtualClock(),
  });
  onTestFinished(() => connection.close());
  return connection;
}

async function run(
  clock: { now: Date },
  files: Files,
  command: (io: Io, deps: WriteDeps) => Promise<number>,
  { settings = {}, answer }: RunOptions = {},
): Promise<Ran> {
  const output = { stdout: '', stderr: '' };
  const io: Io = {
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
    isTty: answer !== undefined,
    color: false,
    env: {},
    cwd: '/',
    signal: new AbortController().signal,
    now: () => clock.now,
    ask: answer ?? (async () => false),
  };
  const connection = connected(clock);
  const deps: WriteDeps = {
    settings: readSettings({ file: null, env: {}, flags: settings }),
    source: { fetch: async () => ({ revision: null, files: sourceFiles(files) }) },
    observe: (scope) => connection.reader.observe(scope, io.signal),
    writer: () => connection.writer,
  };
  const code = await command(io, deps).catch((error: unknown) => failure(error, io));
  return { code, ...output };
}

/** A branch that only grows. */
function branch(first: Files): GitSource & { readonly push: (files: Files) => void } {
  const history = [first];
  const newest = () => ({
    revision: `main@sha1:${String(history.length).padStart(40, '0')}`,
    files: sourceFiles(history.at(-1) ?? {}),
  });
  return {
    fetch: async () => newest(),
    read: async (revision) => ({ revision, files: sourceFiles(history[Number(revision.slice(-40)) - 1] ?? {}) }),
    lastGood: async () => newest(),
    descends: async () => true,
    commits: async () => [],
    verify: async () => ({ commits: 0, unverified: [] }),
    push: (files) => void history.push(files),
  };
}

function follow(clock: { now: Date }, files: Files, settings: Partial<Settings> = {}): IncidentDaemon {
  const connection = connected(clock);
  const source = branch(files);
  const more: Partial<DaemonDeps> = {
    source,
    observe: connection.reader.observe,
    writer: () => connection.writer,
    calls: connection.calls,
    throttles: connection.throttles,
    now: () => clock.now,
  };
  const made = testDaemon('', {}, settings, more);
  onTestFinished(() => made.stop());
  return { ...made, push: source.push };
}
