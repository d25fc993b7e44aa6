import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A real Git repository with a work tree, in a folder of its own. Commits are made by a fixed author at fixed times. */
export type Repository = {
  readonly folder: string;
  readonly url: string;
  git(...args: readonly string[]): string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  link(path: string, target: string): void;
  remove(...paths: readonly string[]): void;
  /** Commits everything and returns the commit id. */
  commit(subject: string, files?: Readonly<Record<string, string | Uint8Array>>): string;
  dispose(): void;
};

export function repository(branch = 'main'): Repository {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-repository-'));
  let commits = 0;
  const git = (...args: readonly string[]): string => {
    const date = `${1_790_000_000 + commits * 60} +0000`;
    const who = {
      GIT_AUTHOR_NAME: 'Ana',
      GIT_AUTHOR_EMAIL: 'ana@example.com',
      GIT_COMMITTER_NAME: 'Ana',
      GIT_COMMITTER_EMAIL: 'ana@example.com',
    };
    const env = {
      PATH: process.env['PATH'],
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    };
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8', env: { ...env, ...who }, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const write: Repository['write'] = (files) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  };
  git('init', '--quiet', '--initial-branch', branch);
  return {
    folder,
    url: pathToFileURL(folder).href,
    git,
    write,
    link: (path, target) => symlinkSync(target, join(folder, path)),
    remove: (...paths) => {
      for (const path of paths) rmSync(join(folder, path), { recursive: true });
    },
    commit: (subject, files = {}) => {
      write(files);
      commits += 1;
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', subject);
      return git('rev-parse', 'HEAD').trim();
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
