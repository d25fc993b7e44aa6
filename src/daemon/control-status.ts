import type { Overridden } from '../model/journal.ts';
import type { Daemon } from './daemon.ts';
import { freezeOf, frozenUntil, stretchAt } from './window.ts';
import { lostRemovals } from './window-loss.ts';

/** Change windows as the status tells them. Instants in RFC 3339. */
export function windowsDocument({ deps, planned }: Daemon) {
  const { settings, journal, now } = deps;
  const at = now();
  const result = planned()?.result ?? null;
  const profiles = result?.configuration?.profiles.map(({ name }) => name) ?? [];
  const overridden = journal.entries().findLast((entry) => entry.type === 'overridden');
  return {
    windows: settings.windows.map((window) => {
      const stretch = stretchAt(window, at);
      const { name, action, cron, minutes, profiles: of, reason } = window;
      const times = stretch === null ? null : { from: stretch.start.toISOString(), until: stretch.end?.toISOString() ?? null };
      // A name that no profile has protects nobody: most likely it is misspelt.
      const unknown = result === null ? [] : (of ?? []).filter((profile) => !profiles.includes(profile));
      return { name, action, cron, minutes, profiles: of, reason, inForce: times, unknownProfiles: unknown };
    }),
    frozen: profiles.flatMap((profile) => {
      const freeze = freezeOf(settings.windows, profile, at);
      if (freeze === null) return [];
      const until = frozenUntil(settings.windows, profile, at)?.toISOString() ?? null;
      return [{ profile, windows: freeze.windows, reason: freeze.reason, until }];
    }),
    lostRemovals: lostRemovals(result, settings.windows, at),
    lastOverride: overridden === undefined ? null : overrideDocument(overridden),
  };
}

/** What is known of the settings in force. */
export function settingsDocument({ deps, startedAt }: Daemon) {
  const { loadedAt, problems, needsRestart } = deps.loaded?.() ?? { loadedAt: startedAt, problems: [], needsRestart: [] };
  return { loadedAt: loadedAt.toISOString(), problems, needsRestart };
}

function overrideDocument({ at, pass, owner, reason, windows }: Overridden) {
  return { at, pass, owner, reason, windows };
}
