import type { UserError } from '../errors.ts';
import { sentence } from '../model/diagnostic.ts';
import type { GitSettings, Settings } from '../model/settings.ts';

/** What is known of the settings in force. `problems` and `needsRestart` are full sentences, of the last time they were read. */
export type SettingsState = {
  readonly loadedAt: Date;
  /** Why settings that were read again are not in force; those of `loadedAt` are. */
  readonly problems: readonly string[];
  /** What was changed and stays as it was until the daemon starts again. */
  readonly needsRestart: readonly string[];
};

type Kept = { readonly settings: Settings; readonly needsRestart: readonly string[] };

/**
 * The settings that a running daemon takes over from those read again: all but the state directory, the address that it
 * listens on, and which branch it follows. Those stay, and are named.
 */
export function takenOver(running: Settings, fresh: Settings): Kept {
  const { http, stateDir } = running;
  const git = gitOf(running.git, fresh.git);
  const settings = { ...fresh, stateDir, http: { ...fresh.http, host: http.host, port: http.port }, git };
  const changed = [
    ...(fresh.stateDir === stateDir ? [] : ['stateDir']),
    ...(fresh.http.host === http.host ? [] : ['http.host']),
    ...(fresh.http.port === http.port ? [] : ['http.port']),
    ...(['url', 'branch', 'path'] as const).filter((name) => running.git?.[name] !== fresh.git?.[name]).map((name) => `git.${name}`),
  ];
  return { settings, needsRestart: changed.map((name) => `${name} was changed, and stays as it was until the daemon starts again.`) };
}

function gitOf(running: GitSettings | null, fresh: GitSettings | null): GitSettings | null {
  if (running === null || fresh === null) return running;
  const { url, branch, path } = running;
  return { ...fresh, url, branch, path };
}

/** Why settings cannot be taken over, as full sentences; what was thrown was meant for the person who wrote them. */
export function problemsOf(error: UserError): readonly string[] {
  return error.diagnostics.length === 0 ? error.message.split('\n') : error.diagnostics.map(sentence);
}
