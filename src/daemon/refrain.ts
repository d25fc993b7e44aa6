import type { Configuration } from '../model/configuration.ts';
import { lastObserved } from '../model/journal-state.ts';
import type { DaemonDeps } from './deps.ts';
import { escaped, observedAfter, observedBefore } from './observed.ts';

/**
 * Why nothing of a policy is applied, after this earlier one; null when it may. A policy that is let through is noted,
 * also where its changes wait and its revision is not applied for long: the next one is compared with it.
 */
export function refrains(
  { journal, settings, now }: Pick<DaemonDeps, 'journal' | 'settings' | 'now'>,
  configuration: Configuration,
  earlier: Configuration,
): string | null {
  const noted = lastObserved(journal.entries()) ?? [];
  const before = observedBefore(noted, settings, earlier);
  const reason = escaped(settings, configuration, before);
  if (reason !== null) return reason;
  const profiles = observedAfter(before, settings, configuration);
  if (JSON.stringify(profiles) !== JSON.stringify(noted)) void journal.append({ type: 'observed', at: now().toISOString(), profiles });
  return null;
}
