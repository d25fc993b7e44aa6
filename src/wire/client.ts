import type { ClientDeps } from '../commands/daemon-client.ts';
import type { Io } from '../commands/io.ts';
import type { CommonFlags } from './folder.ts';
import { settingsOf } from './offline.ts';

/** What the commands that talk to a daemon get. The settings are read only when no URL is given. */
export function clientDeps(flags: CommonFlags, io: Io): ClientDeps {
  return { fetch, port: () => settingsOf(flags, io).http.port };
}
