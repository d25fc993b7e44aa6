import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { simpleGit } from 'simple-git';

/** A local Git repository that a daemon can follow, and a work tree that plays the team's pull requests. */
export type DemoRepository = {
  readonly url: string;
  readonly workTree: string;
  /** Rewrites one file, commits and pushes: what a merged pull request does. */
  readonly merge: (subject: string, file: string, edit: (text: string) => string) => Promise<void>;
  /** Undoes the newest commit by a new one, and pushes. */
  readonly revert: () => Promise<void>;
};

/** Makes the repository below `folder` from an example configuration, with one commit on main. */
export async function demoRepository(folder: string, example: string): Promise<DemoRepository> {
  const bare = join(folder, 'policy.git');
  const workTree = join(folder, 'policy');
  mkdirSync(bare, { recursive: true });
  cpSync(example, workTree, { recursive: true });
  await simpleGit(bare).raw('init', '--quiet', '--bare');
  await simpleGit(bare).raw('symbolic-ref', 'HEAD', 'refs/heads/main');
  const git = simpleGit(workTree);
  await git.raw('init', '--quiet');
  await git.raw('symbolic-ref', 'HEAD', 'refs/heads/main');
  for (const [name, value] of [
    ['user.name', 'Demo'],
    ['user.email', 'demo@example.com'],
    ['commit.gpgsign', 'false'],
  ] as const)
    await git.addConfig(name, value);
  const push = async () => void (await git.raw('push', '--quiet', bare, 'main'));
  const commit = async (subject: string) => {
    await git.raw('add', '--all');
    await git.raw('commit', '--quiet', '--message', subject);
    await push();
  };
  await commit('Start from the example');
  return {
    url: pathToFileURL(bare).href,
    workTree,
    merge: async (subject, file, edit) => {
      const path = join(workTree, file);
      const before = readFileSync(path, 'utf8');
      const after = edit(before);
      if (after === before) throw new Error(`the edit of ${file} changes nothing`);
      writeFileSync(path, after);
      await commit(subject);
    },
    revert: async () => {
      await git.raw('revert', '--no-edit', 'HEAD');
      await push();
    },
  };
}
