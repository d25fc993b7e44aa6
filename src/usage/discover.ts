import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { FileCount } from '../model/credits.ts';
import { type ReportPath, readPath } from './path.ts';

/** A report file: `path` is real and absolute, `label` is how the user would write it. */
export type ReportFile = ReportPath & { readonly path: string; readonly label: string };

export type Discovery = {
  readonly reports: readonly ReportFile[];
  readonly counts: FileCount;
  /** Real directories that hold them. */
  readonly directories: readonly string[];
};

/** Every regular file below a directory, with its path relative to it. Symbolic links are not followed; they count as other. */
function walk(directory: string, relative: string, visit: (relative: string, regular: boolean) => void): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
    if (entry.isDirectory()) walk(join(directory, entry.name), path, visit);
    else visit(path, entry.isFile());
  }
}

function rootOf(place: string, cwd: string): { readonly real: string; readonly file: boolean } {
  const path = resolve(cwd, place);
  try {
    return { real: realpathSync(path), file: !statSync(path).isDirectory() };
  } catch (cause) {
    throw new UserError(`The usage path ${place} cannot be read. Give a directory with Kiro's user reports, or one report file.`, {
      cause,
    });
  }
}

/**
 * The report files under the given directories (or files) that `needed` wants, each once however many of the directories
 * hold it, sorted by path. @throws UserError when a place does not exist or cannot be listed.
 */
export function discover(places: readonly string[], cwd: string, needed: (file: ReportPath) => boolean): Discovery {
  const reports = new Map<string, ReportFile>();
  const seen = new Set<string>();
  const counts = { legacy: 0, markers: 0, other: 0 };
  const directories = new Set<string>();
  const add = (path: string, below: string, label: string, regular: boolean): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const what = readPath(path.replaceAll('\\', '/'), below);
    if (!regular || what.kind === 'other') counts.other += 1;
    else if (what.kind === 'report') needed(what) && reports.set(path, { ...what, path, label });
    else if (what.kind === 'legacy') counts.legacy += 1;
    else counts.markers += 1;
  };
  for (const place of places) {
    const { real, file } = rootOf(place, cwd);
    directories.add(file ? dirname(real) : real);
    if (file) add(real, basename(real), place, lstatSync(real).isFile());
    else {
      try {
        walk(real, '', (relative, regular) => add(join(real, relative), relative, join(place, relative), regular));
      } catch (cause) {
        throw new UserError(`The usage directory ${place} cannot be listed: ${cause instanceof Error ? cause.message : basename(real)}`, {
          cause,
        });
      }
    }
  }
  const sorted = [...reports.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { reports: sorted, counts: { reports: sorted.length, ...counts }, directories: [...directories].sort() };
}
