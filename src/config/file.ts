import { type Diagnostic, error } from '../model/diagnostic.ts';
import type { SourceFile } from '../ports.ts';
import { type Blob, readBlob } from './blob.ts';
import { by } from './order.ts';
import { FIRST, problem } from './spot.ts';

/** Files that a repository may have. */
const MOST_FILES = 20_000;

/** What was read of files with the same content id before; `load` adds to it and reads from it. */
export type BlobCache = Map<string, Blob>;

const nothing = { documents: [], claims: [] } as const;

/** True for `.yaml` and `.yml` files; nothing whose name, or whose folder's name, begins with a dot is read. */
export function isRead(path: string): boolean {
  return /\.ya?ml$/.test(path) && !isHidden(path);
}

function isHidden(path: string): boolean {
  return /(?:^|\/)\./.test(path);
}

/** The problem of a repository with too many files, or null; nothing of it is read then. */
export function tooMany(files: readonly SourceFile[]): Diagnostic | null {
  if (files.length <= MOST_FILES) return null;
  const last = [...files].sort(by(({ path }) => path))[MOST_FILES];
  if (last === undefined) return null;
  const message = `The repository has ${files.length} files, more than the ${MOST_FILES} that are read; point kirosync at a folder of it.`;
  return error('too-many-files', { file: last.path, ...FIRST }, message);
}

/** What one file says; null when it is none that kirosync reads. */
export function readFile(file: SourceFile, cache: BlobCache | null): Blob | null {
  if ('skipped' in file) return notRead(file.path, file.skipped);
  if (!isRead(file.path)) return otherCase(file.path);
  const known = cache?.get(file.id);
  if (known !== undefined) return known;
  const blob = readBlob(file.content);
  cache?.set(file.id, blob);
  return blob;
}

/** Forgets what no file of these has. */
export function keepOnly(cache: BlobCache, files: readonly SourceFile[]): void {
  const ids = new Set(files.flatMap((file) => ('id' in file ? [file.id] : [])));
  for (const id of cache.keys()) if (!ids.has(id)) cache.delete(id);
}

function notRead(path: string, reason: 'symlink' | 'submodule' | 'too-large'): Blob | null {
  if (isHidden(path)) return null;
  if (reason === 'too-large') {
    if (!isRead(path)) return null;
    return { ...nothing, problems: [problem('too-large', FIRST, 'This file is too large and was not read; split it.')] };
  }
  // A link without an extension may stand for a folder of YAML.
  if (reason === 'symlink' && !isRead(path) && /\.[^./]+$/.test(path)) return null;
  const message = `This is a ${reason === 'symlink' ? 'symbolic link' : 'submodule'} and was not read; put the files themselves here.`;
  return { ...nothing, problems: [{ ...FIRST, severity: 'warning', rule: reason, message }] };
}

function otherCase(path: string): Blob | null {
  if (isHidden(path) || !/\.ya?ml$/i.test(path)) return null;
  const message = 'This file was not read: its name must end in .yaml or .yml in small letters.';
  return { ...nothing, problems: [{ ...FIRST, severity: 'warning', rule: 'not-read', message }] };
}
