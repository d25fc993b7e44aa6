import { type Connection, connect, connectReader, type ReaderConnection } from '../adapters/identity-center/connect.ts';
import type { ReadDeps, WriteDeps } from '../commands/deps.ts';
import type { ImportDeps } from '../commands/import.ts';
import type { Io } from '../commands/io.ts';
import { type ReadProgress, readProgress } from '../commands/read-progress.ts';
import type { ReadScope } from '../model/live.ts';
import type { Settings } from '../model/settings.ts';
import { type CommonFlags, folder } from './folder.ts';
import { settingsOf } from './offline.ts';
import { commandBuckets } from './usage.ts';

/** One connection, opened for the Region that the first reading names. */
function lazily<C extends ReaderConnection>(open: (scope: ReadScope) => C): (scope: ReadScope) => C {
  let opened: C | null = null;
  return (scope) => {
    opened ??= open(scope);
    return opened;
  };
}

/** How the settings say to connect. */
export function connectOptions(settings: Settings, io: Io, scope: Pick<ReadScope, 'region' | 'identityStoreId'>) {
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

/** What reading commands get: a connection whose type has no writer. */
export function readDeps(flags: CommonFlags, io: Io): ReadDeps {
  const settings = settingsOf(flags, io);
  const { observe } = observing((scope, log) => connectReader({ ...connectOptions(settings, io, scope), log }), io);
  return { settings, source: folder(flags, io), observe, buckets: commandBuckets(settings, io) };
}

/** What `import` gets: it looks around before anything is configured. */
export function importDeps(flags: CommonFlags, io: Io): ImportDeps {
  const settings = settingsOf(flags, io);
  const { observe } = observing((scope, log) => connectReader({ ...connectOptions(settings, io, scope), log }), io);
  return {
    settings,
    observe,
    buckets: commandBuckets(settings, io),
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
    buckets: commandBuckets(settings, io),
  };
}
