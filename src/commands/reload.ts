import type { Daemon } from '../daemon/daemon.ts';
import type { DaemonDeps } from '../daemon/deps.ts';
import { problemsOf, type SettingsState, takenOver } from '../daemon/reload.ts';
import { UserError } from '../errors.ts';
import type { Settings } from '../model/settings.ts';
import { weakSecrets } from '../web/auth.ts';

export type ReloadDeps = {
  /** The settings as file, environment and flags say now. @throws UserError with every problem. */
  readonly readSettings: () => Settings;
  /** What of the daemon depends on settings, made anew for these. */
  readonly adopt: (settings: Settings) => Partial<DaemonDeps>;
};

/** How a running daemon comes to other settings. `again` never throws for bad ones: they change nothing and are told. */
export type Reload = { readonly state: () => SettingsState; readonly again: () => void };

/** `put` brings new settings with the parts made for them into force; a UserError that it throws refuses them. */
export function reload(
  deps: ReloadDeps | undefined,
  { deps: running }: Pick<Daemon, 'deps'>,
  put: (settings: Settings, parts: Partial<DaemonDeps>) => void,
): Reload {
  const { now, log } = running;
  let state: SettingsState = { loadedAt: now(), problems: [], needsRestart: [] };
  const take = ({ readSettings, adopt }: ReloadDeps) => {
    const before = running.settings;
    const { settings, needsRestart } = takenOver(before, readSettings());
    const weak = weakSecrets(settings.http);
    if (weak.length > 0) throw new UserError(weak.join('\n'));
    put(settings, adopt(settings));
    state = { loadedAt: now(), problems: [], needsRestart };
    log.info({ changed: changed(before, settings) }, 'the settings were loaded again; they are in force from the next pass on');
    for (const text of needsRestart) log.warn({}, text);
  };
  return {
    state: () => state,
    again: () => {
      try {
        if (deps !== undefined) take(deps);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const problems = problemsOf(error);
        state = { ...state, problems };
        log.error({ problems }, 'the settings are wrong: those that were loaded before stay in force');
      }
    },
  };
}

/** The names of what differs, without values: they may be secret. */
function changed(before: Settings, after: Settings): readonly string[] {
  const old = new Map(Object.entries(before));
  return Object.entries(after).flatMap(([name, value]) => (JSON.stringify(old.get(name)) === JSON.stringify(value) ? [] : [name]));
}
