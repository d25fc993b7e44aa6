import type { JournalEntry } from '../model/journal.ts';
import { contested, failing, suspension } from '../model/journal-state.ts';
import type { Change } from '../model/plan.ts';
import type { Settings } from '../model/settings.ts';
import { modeOf } from './mode.ts';
import { quarantined } from './quarantine.ts';
import { type Freeze, freezeOf } from './window.ts';

export type RestraintInput = {
  readonly settings: Pick<Settings, 'mode' | 'profiles'>;
  readonly entries: readonly JournalEntry[];
  readonly journalWritable: boolean;
  /** Why the lock of the state directory is no longer ours; null while it is. */
  readonly lockLost: string | null;
  readonly now: Date;
};

/** Why this daemon may apply nothing at all now, a full sentence; null when it may. */
export function restraint(input: RestraintInput): string | null {
  if (input.lockLost !== null) return `Nothing is applied: another daemon may hold the state directory (${input.lockLost}).`;
  if (!input.journalWritable) return 'Nothing is applied: the journal cannot be written, see its problems in the status.';
  const suspended = suspension(input.entries, input.now);
  if (suspended !== null) return `Nothing is applied: suspended by ${suspended.owner} until ${suspended.until} (${suspended.reason}).`;
  const modes = [input.settings.mode, ...Object.values(input.settings.profiles).map((profile) => profile.mode)];
  return modes.includes('enforce') ? null : 'Nothing is applied: the daemon is in observe mode.';
}

/** What keeps single profiles from being applied. An override lets one pass past the windows, and past nothing else. */
export type ProfileInput = {
  readonly settings: Pick<Settings, 'mode' | 'profiles' | 'windows'>;
  readonly overridden: boolean;
  readonly now: () => Date;
};

/** The change window that forbids a profile now; null when none does, or the pass is let past them. */
export function frozen({ settings, overridden, now }: ProfileInput, profile: string): Freeze | null {
  return overridden ? null : freezeOf(settings.windows, profile, now());
}

/** Why nothing of a profile is applied now, a full sentence; null when it may be. Of several profiles it may be the same one. */
export function waits(input: ProfileInput, profile: string): string | null {
  if (modeOf(input.settings, profile) === 'observe') return 'What is left belongs to profiles in observe mode.';
  const freeze = frozen(input, profile);
  return freeze === null ? null : `Changes of ${profile} wait: ${freeze.reason}.`;
}

/**
 * Why one change is left alone (a change window, an observed profile, contested, a seat that may not be made yet, quarantined), or null. All
 * stay in the plan and its hash.
 */
export function skipping(
  input: Pick<RestraintInput, 'entries'> & ProfileInput,
  unsettled: (change: Change) => string | null,
): (change: Change) => string | null {
  const contests = contested(input.entries);
  const waiting = quarantined(failing(input.entries), input.now());
  return (change) => {
    if (modeOf(input.settings, change.profile) === 'observe') return `profile ${change.profile} is in observe mode`;
    // Asked anew for each change, since a window may begin while a long plan is applied.
    const freeze = frozen(input, change.profile);
    if (freeze !== null) return freeze.reason;
    if (contests.has(change.key)) return 'contested: somebody else keeps reversing it, and a human has to decide';
    const failed = waiting.get(change.key);
    return failed === undefined
      ? unsettled(change)
      : `quarantined after ${failed.count} failures until ${failed.retryAt.toISOString()}: ${failed.error ?? 'no reason given'}`;
  };
}
