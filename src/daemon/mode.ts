import type { Mode, Settings } from '../model/settings.ts';

/** The mode of one profile: its own word, else that of all. */
export function modeOf(settings: Pick<Settings, 'mode' | 'profiles'>, profile: string): Mode {
  return new Map(Object.entries(settings.profiles)).get(profile)?.mode ?? settings.mode;
}
