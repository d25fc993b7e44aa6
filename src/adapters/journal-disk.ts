import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** For files that the operator's account alone reads. */
const PRIVATE = { file: 0o600, folder: 0o700 };

type Modes = { readonly file: number; readonly folder: number };

/** What is known of a file: `bytes` of it are whole lines of ours; with `torn` what lies behind is rubbish. */
export type Known = { readonly file: string; readonly bytes: number; readonly torn: boolean };

/**
 * Appends bytes and waits until the disk has them. The size of the file afterwards; null, with nothing written, when it
 * is shorter than what is known of it, or gone: it must be written anew.
 */
export async function appendTo(known: Known, data: Uint8Array): Promise<number | null> {
  const append = async (handle: FileHandle): Promise<number | null> => {
    if ((await handle.stat()).size < known.bytes) return null;
    if (known.torn) await handle.truncate(known.bytes);
    const needsNewline = known.torn && known.bytes > 0 && !(await endsLine(handle, known.bytes));
    const whole = needsNewline ? Buffer.concat([Buffer.from('\n'), data]) : data;
    await handle.writeFile(whole);
    await handle.sync();
    // The first line of a new file: a power cut must not take the file's name either.
    if (known.bytes === 0) await withFile(dirname(known.file), 'r', (folder) => folder.sync());
    return known.bytes + whole.length;
  };
  return withFile(known.file, 'a+', append).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}

async function endsLine(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

/**
 * Replaces a file in one rename, so that a crash leaves the old or the new one; what fails leaves no half file behind,
 * which would take the space that the disk lacks. Makes the folder where it is gone. `modes` are less the umask.
 */
export async function replaceFile(file: string, data: Uint8Array, modes: Modes = PRIVATE): Promise<void> {
  const fresh = `${file}.new`;
  try {
    await makeFolder(dirname(file), modes.folder);
    await withFile(
      fresh,
      'w',
      async (handle) => {
        await handle.writeFile(data);
        await handle.sync();
      },
      modes.file,
    );
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
  await withFile(dirname(file), 'r', (handle) => handle.sync());
}

async function withFile<T>(
  path: string,
  flags: 'a+' | 'w' | 'r',
  use: (handle: FileHandle) => Promise<T>,
  mode = PRIVATE.file,
): Promise<T> {
  const handle = await open(path, flags, mode);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** The system's word for what went wrong, else the sentence. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
