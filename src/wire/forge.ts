import { githubForge } from '../adapters/forge-github.ts';
import { gitlabForge } from '../adapters/forge-gitlab.ts';
import type { Settings } from '../model/settings.ts';
import type { Forge } from '../ports.ts';

/** The forge of the settings, as `serve` takes it; nothing where there is none. */
export function forgeDeps({ git }: Pick<Settings, 'git'>, now: () => Date): { readonly forge?: Forge } {
  if (git === null || git.forge === null) return {};
  const { forge, branch } = git;
  return { forge: forge.kind === 'github' ? githubForge(forge, { branch, now }) : gitlabForge(forge, { branch, now }) };
}
