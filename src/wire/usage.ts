import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Io } from '../commands/io.ts';
import { usageProgress } from '../commands/usage-progress.ts';
import type { Settings } from '../model/settings.ts';
import type { UsageBuckets } from '../ports.ts';

/** Usage buckets for a command: kept in the user's cache directory, with words on stderr when it takes long. */
export function commandBuckets(settings: Settings, io: Io): UsageBuckets {
  return buckets(settings.cacheDir ?? userCache(io.env), io, true);
}

/** Usage buckets for the daemon: kept in its state directory. */
export function daemonBuckets(settings: Settings, io: Io): UsageBuckets {
  return buckets(settings.cacheDir ?? join(settings.stateDir, 'cache'), io, false);
}

/** The SDK is loaded only when there is a bucket to read. */
function buckets(cacheDir: string, io: Io, tells: boolean): UsageBuckets {
  return {
    conclusions: join(cacheDir, 'v1', 'facts'),
    async fetch(places, wanted, signal) {
      const { usageBuckets } = await import('../adapters/usage-s3.ts');
      const told = usageProgress(io);
      try {
        return await usageBuckets({ cacheDir, now: io.now, ...(tells ? { hear: told.hear } : {}) }).fetch(places, wanted, signal);
      } finally {
        if (tells) told.end();
      }
    },
  };
}

/** XDG Base Directory Specification: a path that is not absolute is to be ignored. */
function userCache(env: Io['env']): string {
  const set = env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(set) ? set : join(homedir(), '.cache'), 'kirosync');
}
