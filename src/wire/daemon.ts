import { readFile } from 'node:fs/promises';
import { resolve as path } from 'node:path';
import { gitSource } from '../adapters/git-source.ts';
import { type Connection, connect } from '../adapters/identity-center/connect.ts';
import { openJournal } from '../adapters/journal-file.ts';
import { lockState, type StateLock } from '../adapters/state-lock.ts';
import type { Io } from '../commands/io.ts';
import type { ServeDeps } from '../commands/serve.ts';
import { UserError } from '../errors.ts';
import { createLog } from '../log.ts';
import type { ReadScope } from '../model/live.ts';
import type { Settings } from '../model/settings.ts';
import { type Clean, cleaner, environmentSecrets, learnSecret } from '../secret.ts';
import { type SettingsFlags, secretsOf } from '../settings.ts';
import { cleaned, cleanWriter } from './clean.ts';
import { connectOptions } from './directory.ts';
import type { CommonFlags } from './folder.ts';
import { forgeDeps } from './forge.ts';
import { notifyDeps } from './notify.ts';
import { settingsOf } from './offline.ts';
import { reportDeps, usageDeps } from './report.ts';

/** The process's log, as functions that may be handed about; they write as the settings say that were put last. */
function daemonLog(settings: Settings, secrets: readonly string[]) {
  let logger = createLog(settings.log, secrets);
  const log: ServeDeps['log'] = {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
  const put = (next: Settings, nextSecrets: readonly string[]) => {
    logger = createLog(next.log, nextSecrets);
  };
  return { log, put };
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

type Following = ReturnType<typeof following>;

/**
 * Connections as the settings say that were taken over last. A pass in hand goes on with the one it began with, so none is
 * closed before the process ends.
 */
function connections(first: Settings, io: Io) {
  const all: Following[] = [];
  let made: Settings | null = null;
  const of = (settings: Settings): Following => {
    const last = all.at(-1);
    const isSame = made?.quota.share === settings.quota.share && made.assumeRoleArn === settings.assumeRoleArn;
    if (last !== undefined && isSame) return last;
    made = settings;
    const next = following(settings, io);
    all.push(next);
    return next;
  };
  const current = () => all.flatMap((each) => each.current() ?? []);
  of(first);
  return { of, current };
}

/** Counts added up by name. */
function sum(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const [name, count] of all.flatMap((each) => Object.entries(each))) counts.set(name, (counts.get(name) ?? 0) + count);
  return Object.fromEntries(counts);
}

/** What of the daemon depends on settings. */
function parts(settings: Settings, connection: Following, io: Io, told: { readonly log: ServeDeps['log']; readonly clean: Clean }) {
  const { clean } = told;
  return {
    observe: (scope, signal) => cleaned(clean, () => connection.of(scope).reader.observe(scope, signal)),
    writer: (scope) => cleanWriter(clean, connection.of(scope).writer),
    ...usageDeps(settings, io, told),
    ...reportDeps(settings, clean),
    ...forgeDeps(settings, io.now),
  } satisfies Partial<ServeDeps>;
}

/** What `serve` gets: everything, opened when it is asked for. */
export function serveDeps(flags: CommonFlags, io: Io, settingsFlags: SettingsFlags = {}): ServeDeps {
  const readSettings = () => settingsOf(flags, io, settingsFlags);
  const settings = readSettings();
  const { git, stateDir } = settings;
  const connected = connections(settings, io);
  const secrets = [...secretsOf(settings), ...environmentSecrets(io.env)];
  const clean = cleaner(secrets, true);
  const logger = daemonLog(settings, secrets);
  const { log } = logger;
  let lock: StateLock | null = null;
  return {
    settings,
    log,
    lock: async (onLost, onRegained, onTrouble) => {
      lock = await lockState(stateDir, { onLost, onRegained, onWait: onTrouble, onUnusable: onTrouble, signal: io.signal });
      return lock;
    },
    openJournal: () => openJournal(stateDir, { now: io.now, forbidden: () => lock?.doubt() ?? null }),
    source: () => {
      if (git === null) throw new UserError('serve follows a Git branch: set git.url in the settings.');
      return gitSource(git, stateDir);
    },
    calls: () => sum(connected.current().map((each) => each.calls())),
    throttles: () => connected.current().reduce((total, each) => total + each.throttles(), 0),
    retries: () => connected.current().reduce((total, each) => total + each.retries(), 0),
    accepted: () => acceptedHistory(stateDir),
    ...parts(settings, connected.of(settings), io, { log, clean }),
    ...notifyDeps(io.now),
    reload: {
      readSettings,
      adopt: (fresh) => {
        const all = [...secrets, ...secretsOf(fresh)];
        for (const secret of all) learnSecret(secret); // also for cleaners that were made before
        logger.put(fresh, all);
        const source = fresh.git === null ? {} : { source: gitSource(fresh.git, stateDir) };
        return { ...source, ...parts(fresh, connected.of(fresh), io, { log, clean: cleaner(all, true) }) };
      },
    },
    onHangup: (listener) => {
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
    close: () => {
      for (const each of connected.current()) each.close();
    },
  };
}
