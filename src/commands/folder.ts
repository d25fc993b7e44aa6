import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';

/** Makes a folder and those above it, one by one: a recursive mkdir never ends on file systems that answer ENOENT for a child. */
export async function makeFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => null))?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch((cause: unknown) => {
    throw new UserError(
      `${path} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}. Give a place that you may write to.`,
      { cause },
    );
  });
}
