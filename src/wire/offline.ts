import { resolve as path } from 'node:path';
import { folderSource } from '../adapters/folder-source.ts';
import type { Io } from '../commands/io.ts';
import type { Operator, Settings } from '../model/settings.ts';
import type { UsageSettings } from '../model/usage-place.ts';
import type { Source } from '../ports.ts';
import { readSettings, type SettingsFlags } from '../settings.ts';

/** Flags that every command understands. */
export type CommonFlags = {
  readonly settings?: string | undefined;
  readonly config?: string | undefined;
  readonly revision?: string | undefined;
};

/** The operator's settings for this process. @throws UserError with every problem. */
export function settingsOf(flags: CommonFlags, io: Io, settingsFlags: SettingsFlags = {}): Settings {
  return readSettings({ file: flags.settings ?? null, env: io.env, flags: settingsFlags, cwd: io.cwd });
}

/** The folder of `--config`, at `--revision` where one is given. */
export function folder(flags: CommonFlags, io: Io): Source {
  return folderSource(path(io.cwd, flags.config ?? '.'), flags.revision);
}

/** What offline commands get: files and settings, no AWS at all. */
export function offlineDeps(flags: CommonFlags, io: Io): { readonly source: Source; readonly operator: Operator & UsageSettings } {
  return { operator: settingsOf(flags, io), source: folder(flags, io) };
}
