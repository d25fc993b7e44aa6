import { type SimpleGit, simpleGit } from 'simple-git';
import type { GitEnv } from './git.ts';

/**
 * simple-git in a folder, with exactly this environment. simple-git refuses the variables below by default because an
 * attacker could pass commands in them; here all of them are made by this program. `abort` ends the child process.
 */
export function gitIn(folder: string, env: GitEnv, abort: AbortSignal): SimpleGit {
  return simpleGit({
    baseDir: folder,
    abort,
    trimmed: false,
    timeout: { block: 120_000 },
    allowEnvironment: Object.keys(env),
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeConfigEnvCount: true, allowUnsafeHooksPath: true, allowUnsafeSshCommand: true },
  }).env({ ...env });
}
