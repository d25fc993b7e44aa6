import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './markdown.ts';

export type Step = {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
};

export type Job = {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
};

export type Workflow = {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
};

export type GitlabJob = {
  readonly stage: string;
  readonly script: readonly string[];
  readonly rules: readonly { readonly if: string; readonly when?: string }[];
  readonly needs?: readonly string[];
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly artifacts?: { readonly when?: string; readonly paths: readonly string[] };
  readonly resource_group?: string;
  readonly environment?: string;
  readonly interruptible?: boolean;
};

export const GITHUB = ['pull-request.yml', 'plan.yml', 'apply.yml'] as const;
export const GITLAB = 'docs/ci/gitlab/.gitlab-ci.yml';

export function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function workflow(name: (typeof GITHUB)[number]): Workflow {
  // A file of ours; a shape that does not fit fails in the first line that uses it.
  return parse(text(`docs/ci/github/${name}`)) as Workflow;
}

const NO_JOBS = ['stages', 'workflow', 'variables', 'default'];

export function gitlabJobs(): Readonly<Record<string, GitlabJob>> {
  const all: Readonly<Record<string, GitlabJob>> = parse(text(GITLAB));
  return Object.fromEntries(Object.entries(all).filter(([name]) => !NO_JOBS.includes(name)));
}

export function job(name: (typeof GITHUB)[number], of: string): Job {
  const found = workflow(name).jobs[of];
  if (found === undefined) throw new Error(`${name} has no job ${of}`);
  return found;
}

export function step(name: (typeof GITHUB)[number], of: string, called: string): Step & { readonly run: string } {
  const found = job(name, of).steps.find((each) => each.name === called);
  if (found?.run === undefined) throw new Error(`${name} has no script "${called}" in ${of}`);
  return { ...found, run: found.run };
}

/** What bash says is wrong with a script; '' for nothing. */
export function syntax(script: string): string {
  return spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr;
}

export function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
