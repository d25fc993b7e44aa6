import type { Io } from '../commands/io.ts';
import type { Operator, Settings } from '../model/settings.ts';
import type { UsageSettings } from '../model/usage-place.ts';
import type { Source } from '../ports.ts';
import { readSettings, type SettingsFlags } from '../settings.ts';
import { type CommonFlags, folder } from './folder.ts';

/** The operator's settings for this process. @throws UserError with every problem. */
export function settingsOf(flags: CommonFlags, io: Io, settingsFlags: SettingsFlags = {}): Settings {
  return readSettings({ file: flags.settings ?? null, env: io.env, flags: settingsFlags, cwd: io.cwd });
}

/** What offline commands get: files and settings, no AWS at all. */
export function offlineDeps(flags: CommonFlags, io: Io): { readonly source: Source; readonly operator: Operator & UsageSettings } {
  return { operator: settingsOf(flags, io), source: folder(flags, io) };
}
