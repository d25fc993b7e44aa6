import { readFile } from 'node:fs/promises';
import { resolve as path } from 'node:path';
import { gitSource } from '../adapters/git-source.ts';
import { type Connection, connect } from '../adapters/identity-center/connect.ts';
import { openJournal } from '../adapters/journal-file.ts';
import { lockState, type StateLock } from '../adapters/state-lock.ts';
import type { Io } from '../commands/io.ts';
import type { ServeDeps } from '../commands/serve.ts';
import { usageFacts } from '../commands/usage.ts';
import { UserError } from '../errors.ts';
import { createLog } from '../log.ts';
import { dayOf, monthOf } from '../model/day.ts';
import type { ReadScope } from '../model/live.ts';
import type { Settings } from '../model/settings.ts';
import { creditsJson } from '../report/credits-json.ts';
import { cleaner, environmentSecrets } from '../secret.ts';
import { type SettingsFlags, secretsOf } from '../settings.ts';
import { credits } from '../usage/credits.ts';
import { usageTiers } from '../usage/usage-tier.ts';
import { cleaned, cleanWriter } from './clean.ts';
import { connectOptions } from './directory.ts';
import { type CommonFlags, settingsOf } from './offline.ts';

/** The process's log, as functions that may be handed about. */
function daemonLog(settings: Settings, secrets: readonly string[]): ServeDeps['log'] {
  const logger = createLog(settings.log, secrets);
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
function usageDeps(settings: Settings, io: Io, log: ServeDeps['log']): Required<Pick<ServeDeps, 'usageTiers' | 'credits'>> {
  const factsOf = (now: Date) => usageFacts(settings.usage, monthOf(dayOf(now)), io.cwd);
  return {
    usageTiers: async (configuration, live) => {
      const facts = await factsOf(io.now()).catch((error: unknown) => {
        // Usage adds words to a plan; seats never hang on it.
        if (!(error instanceof UserError)) throw error;
        log.warn({ error: error.message }, 'the usage reports of the settings cannot be read, so plans go without them');
        return null;
      });
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
  const secrets = [...secretsOf(settings), ...environmentSecrets(io.env)];
  const clean = cleaner(secrets, true);
  const log = daemonLog(settings, secrets);
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
    observe: (scope, signal) => cleaned(clean, () => connection.of(scope).reader.observe(scope, signal)),
    writer: (scope) => cleanWriter(clean, connection.of(scope).writer),
    calls: () => connection.current()?.calls() ?? {},
    throttles: () => connection.current()?.throttles() ?? 0,
    accepted: () => acceptedHistory(stateDir),
    ...usageDeps(settings, io, log),
    onHangup: (listener) => {
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
    close: () => connection.current()?.close(),
  };
}
