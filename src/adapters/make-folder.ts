import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder with mode 700 (or that given), and those above it, where missing.
 * @throws the system's error of the step that failed. Node's own recursive way says ENOENT of a disk that may only be read.
 */
export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  const make = () => mkdir(path, { mode });
  await make()
    .catch(async (error: unknown) => {
      const isAlone = error instanceof Error && 'code' in error && error.code === 'ENOENT' && dirname(path) !== path;
      if (!isAlone) throw error;
      await makeFolder(dirname(path), mode);
      await make();
    })
    .catch(async (error: unknown) => {
      // There already, or somebody else made it meanwhile. A disk that may only be read need not say so itself.
      if (!(await isFolder(path))) throw error;
    });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
