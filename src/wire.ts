import { readFile } from 'node:fs/promises';
import { resolve as path } from 'node:path';
import { folderSource } from './adapters/folder-source.ts';
import { gitSource } from './adapters/git-source.ts';
import { type Connection, connect, connectReader, type ReaderConnection } from './adapters/identity-center/connect.ts';
import { openJournal } from './adapters/journal-file.ts';
import { lockState } from './adapters/state-lock.ts';
import type { ClientDeps } from './commands/daemon-client.ts';
import type { ReadDeps, WriteDeps } from './commands/deps.ts';
import type { ImportDeps } from './commands/import.ts';
import type { Io } from './commands/io.ts';
import { type ReadProgress, readProgress } from './commands/read-progress.ts';
import type { ServeDeps } from './commands/serve.ts';
import { usageFacts } from './commands/usage.ts';
import { UserError } from './errors.ts';
import { createLog } from './log.ts';
import { dayOf, monthOf } from './model/day.ts';
import type { ReadScope } from './model/live.ts';
import type { Operator, Settings } from './model/settings.ts';
import type { Source } from './ports.ts';
import { creditsJson } from './report/credits-json.ts';
import { readSettings, type SettingsFlags, secretsOf } from './settings.ts';
import { credits } from './usage/credits.ts';
import { usageTiers } from './usage/usage-tier.ts';

/** Flags that every command understands. */
export type CommonFlags = {
  readonly settings?: string | undefined;
  readonly config?: string | undefined;
  readonly revision?: string | undefined;
};

/** The operator's settings for this process. @throws UserError with every problem. */
export function settingsOf(flags: CommonFlags, io: Io, settingsFlags: SettingsFlags = {}): Settings {
  return readSettings({ file: flags.settings ?? null, env: io.env, flags: settingsFlags, cwd: io.cwd });
}

function folder(flags: CommonFlags, io: Io): Source {
  return folderSource(path(io.cwd, flags.config ?? '.'), flags.revision);
}

/** One connection, opened for the Region that the first reading names. */
function lazily<C extends ReaderConnection>(open: (scope: ReadScope) => C): (scope: ReadScope) => C {
  let opened: C | null = null;
  return (scope) => {
    opened ??= open(scope);
    return opened;
  };
}

function connectOptions(settings: Settings, io: Io, scope: Pick<ReadScope, 'region' | 'identityStoreId'>) {
  const { quota, assumeRoleArn } = settings;
  return { region: scope.region, identityStoreId: scope.identityStoreId, quotaShare: quota.share, assumeRoleArn, now: io.now };
}

/** A reading that tells on stderr how it goes. */
function observing<C extends ReaderConnection>(open: (scope: ReadScope, log: ReadProgress['hear']) => C, io: Io) {
  const progress = readProgress(io);
  const connection = lazily((scope) => open(scope, progress.hear));
  const observe = async (scope: ReadScope) => {
    try {
      return await connection(scope).reader.observe(scope, io.signal);
    } finally {
      progress.end();
    }
  };
  return { connection, observe };
}

/** What offline commands get: files and settings, no AWS at all. */
export function offlineDeps(flags: CommonFlags, io: Io): { readonly source: Source; readonly operator: Operator } {
  return { operator: settingsOf(flags, io), source: folder(flags, io) };
}

/** What reading commands get: a connection whose type has no writer. */
export function readDeps(flags: CommonFlags, io: Io): ReadDeps {
  const settings = settingsOf(flags, io);
  const { observe } = observing((scope, log) => connectReader({ ...connectOptions(settings, io, scope), log }), io);
  return { settings, source: folder(flags, io), observe };
}

/** What `import` gets: it looks around before anything is configured. */
export function importDeps(flags: CommonFlags, io: Io): ImportDeps {
  const settings = settingsOf(flags, io);
  const { observe } = observing((scope, log) => connectReader({ ...connectOptions(settings, io, scope), log }), io);
  return {
    settings,
    observe,
    discover: (region) => connectReader(connectOptions(settings, io, { region, identityStoreId: null })).discover(io.signal),
  };
}

/** What `apply` gets: one connection that reads, and writes when asked. */
export function writeDeps(flags: CommonFlags, io: Io): WriteDeps {
  const settings = settingsOf(flags, io);
  const connection = lazily<Connection>((scope) => connect(connectOptions(settings, io, scope)));
  return {
    settings,
    source: folder(flags, io),
    observe: (scope) => connection(scope).reader.observe(scope, io.signal),
    writer: (scope) => connection(scope).writer,
  };
}

/** The process's log, as functions that may be handed about. */
function daemonLog(settings: Settings): ServeDeps['log'] {
  const logger = createLog(settings.log, secretsOf(settings));
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

/** The commit that an operator accepts after a rewritten history: the first word of `stateDir/accept-history`. */
async function acceptedHistory(stateDir: string): Promise<string | null> {
  const text = await readFile(path(stateDir, 'accept-history'), 'utf8').catch(() => '');
  return text.trim().split(/\s/)[0] || null;
}

/** One connection a Region and identity store: a revision may name another than the one before. */
function following(settings: Settings, io: Io) {
  let open: { readonly id: string; readonly connection: Connection } | null = null;
  const of = (scope: Pick<ReadScope, 'region' | 'identityStoreId'>): Connection => {
    const id = `${scope.region} ${scope.identityStoreId ?? ''}`;
    if (open !== null && open.id === id) return open.connection;
    open?.connection.close();
    open = { id, connection: connect(connectOptions(settings, io, scope)) };
    return open.connection;
  };
  return { of, current: () => open?.connection ?? null };
}

/** What usage reports say of what a pass found, for the daemon's plans and its credits report. */
function usageDeps(settings: Settings, io: Io): Required<Pick<ServeDeps, 'usageTiers' | 'credits'>> {
  const factsOf = (now: Date) => usageFacts(settings.usage, monthOf(dayOf(now)), io.cwd);
  return {
    usageTiers: async (configuration, live) => {
      const facts = await factsOf(io.now());
      return facts === null ? new Map() : usageTiers(facts, configuration, live);
    },
    credits: async (found) => {
      const now = io.now();
      return creditsJson(credits({ ...found, facts: await factsOf(now), month: monthOf(dayOf(now)), now }));
    },
  };
}

/** What `serve` gets: everything, opened when it is asked for. */
export function serveDeps(flags: CommonFlags, io: Io, settingsFlags: SettingsFlags = {}): ServeDeps {
  const settings = settingsOf(flags, io, settingsFlags);
  const { git, stateDir } = settings;
  const connection = following(settings, io);
  return {
    settings,
    log: daemonLog(settings),
    lock: (onLost) => lockState(stateDir, { onLost }),
    openJournal: () => openJournal(stateDir, { now: io.now }),
    source: () => {
      if (git === null) throw new UserError('serve follows a Git branch: set git.url in the settings.');
      return gitSource(git, stateDir);
    },
    observe: (scope, signal) => connection.of(scope).reader.observe(scope, signal),
    writer: (scope) => connection.of(scope).writer,
    calls: () => connection.current()?.calls() ?? {},
    throttles: () => connection.current()?.throttles() ?? 0,
    accepted: () => acceptedHistory(stateDir),
    ...usageDeps(settings, io),
    onHangup: (listener) => {
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
    close: () => connection.current()?.close(),
  };
}

/** What the commands that talk to a daemon get. The settings are read only when no URL is given. */
export function clientDeps(flags: CommonFlags, io: Io): ClientDeps {
  return { fetch, port: () => settingsOf(flags, io).http.port };
}
