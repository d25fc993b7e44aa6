import { resolve as path } from 'node:path';
import { folderSource } from '../adapters/folder-source.ts';
import type { Io } from '../commands/io.ts';
import type { Source } from '../ports.ts';

/** Flags that every command understands. */
export type CommonFlags = {
  readonly settings?: string | undefined;
  readonly config?: string | undefined;
  readonly revision?: string | undefined;
};

/** The folder of `--config`, at `--revision` where one is given. */
export function folder(flags: CommonFlags, io: Io): Source {
  return folderSource(path(io.cwd, flags.config ?? '.'), flags.revision);
}

/**
 * What a command gets that takes nothing of the settings: the folder. Settings are still read where something sets one, so that
 * a wrong one is told; defaults cannot be wrong, and loading what reads settings is a tenth of `validate`.
 * @throws UserError with every problem of the settings.
 */
export async function folderDeps(flags: CommonFlags, io: Io): Promise<{ readonly source: Source }> {
  const anySet = flags.settings !== undefined || Object.keys(io.env).some((name) => name.startsWith('KIROSYNC_'));
  if (anySet) (await import('./offline.ts')).settingsOf(flags, io);
  return { source: folder(flags, io) };
}
