import { describe, expect, test } from 'vitest';
import { GITHUB, GITLAB, gitlabJobs, job, step, syntax, text, workflow } from './ci-file.ts';

describe.each(GITHUB)('docs/ci/github/%s', (name) => {
  const { on, permissions, jobs } = workflow(name);
  const steps = Object.values(jobs).flatMap((each) => each.steps);

  test('is what the example repository has', () => {
    expect(text(`config-example/.github/workflows/${name}`)).toBe(text(`docs/ci/github/${name}`));
  });

  test('gives a job no more than it names: nothing by default, and never the trigger that gives forks the secrets', () => {
    expect(Object.values(permissions).filter((each) => each !== 'read')).toEqual([]);
    expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(text(`docs/ci/github/${name}`)).not.toMatch(/secrets\.|permissions: write-all|read-all/);
    for (const each of Object.values(jobs)) expect(each['timeout-minutes']).toBeGreaterThan(0);
  });

  test('puts no expression into a script, and its scripts are sound', () => {
    for (const { run } of steps) {
      expect(run ?? '').not.toContain('${{');
      expect(syntax(run ?? '')).toBe('');
    }
  });

  test('pins actions by commit, and leaves no token in a work tree', () => {
    const used = steps.flatMap(({ uses, with: given }) => (uses === undefined ? [] : [{ uses, given }]));
    expect(used.filter(({ uses }) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
    const checkouts = used.filter(({ uses }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.filter(({ given }) => given?.['persist-credentials'] !== false)).toEqual([]);
    expect(checkouts.filter(({ given }) => given?.['ref'] !== undefined || given?.['repository'] !== undefined)).toEqual([]);
  });

  test('takes a role only in a protected environment', () => {
    const holders = Object.values(jobs).filter((each) => each.permissions?.['id-token'] === 'write');
    expect(holders.filter((each) => each.environment === undefined)).toEqual([]);
    const users = Object.values(jobs).filter((each) => each.steps.some(({ uses }) => uses?.startsWith('aws-actions/')));
    expect(users).toEqual(holders);
  });
});

describe('the trust between the GitHub workflows', () => {
  test('what runs on a pull request has no role and can write nothing but its own code scanning results', () => {
    const { on, jobs } = workflow('pull-request.yml');
    expect(Object.keys(on)).toEqual(['pull_request']);
    const writes = Object.entries(jobs).flatMap(([name, { permissions = {} }]) =>
      Object.entries(permissions).flatMap(([scope, level]) => (level === 'write' ? [`${name} ${scope}`] : [])),
    );
    expect(writes).toEqual(['code-scanning security-events']);
    expect(jobs['validate']?.permissions).toBeUndefined();
    // A fork has no variables: what its job needs stands in the file.
    expect(JSON.stringify(jobs['validate'])).not.toContain('vars.');
  });

  test('what has the role follows it, runs nothing of the pull request, and cannot write to the forge', () => {
    const { on, permissions, jobs } = workflow('plan.yml');
    expect(on).toEqual({ workflow_run: { workflows: [workflow('pull-request.yml').name], types: ['completed'] } });
    expect(permissions).toEqual({});
    expect(Object.keys(jobs)).toEqual(['plan', 'comment']);
    const plan = job('plan.yml', 'plan');
    const comment = job('plan.yml', 'comment');
    expect([...plan.steps, ...comment.steps].filter(({ uses }) => uses?.startsWith('actions/checkout'))).toEqual([]);
    expect(Object.entries(plan.permissions ?? {}).flatMap(([scope, level]) => (level === 'write' ? [scope] : []))).toEqual(['id-token']);
    expect(comment.permissions).toEqual({ actions: 'read', 'pull-requests': 'write', statuses: 'write' });
    expect(comment.needs).toBe('plan');
  });

  test('the artifact is checked before there are credentials', () => {
    const order = job('plan.yml', 'plan').steps.map(({ name, uses }) => name ?? uses?.split('@')[0]);
    expect(order).toEqual([
      'Receive the policy',
      'Check that it is plain data, and what the pull request says',
      'aws-actions/configure-aws-credentials',
      'Plan',
      'actions/upload-artifact',
    ]);
  });

  test('all three run the same image on the same folder', () => {
    const env = GITHUB.map((name) => workflow(name).env);
    expect(env[0]).toEqual(env[1]);
    expect(env[0]).toEqual(env[2]);
    expect(env[0]?.['SEATS_IMAGE']).toMatch(/@sha256:0{64}$/);
  });

  test('applies never overlap and are never cut short, and only the main branch is applied', () => {
    const { on, concurrency } = workflow('apply.yml');
    expect(concurrency).toEqual({ group: 'apply-seats', 'cancel-in-progress': false });
    expect(Object.keys(on)).toEqual(['push', 'schedule', 'workflow_dispatch']);
    expect(job('apply.yml', 'apply').if).toBe("github.ref == 'refs/heads/main'");
    expect(step('apply.yml', 'apply', 'Apply').run).toContain('--yes');
  });
});

describe(GITLAB, () => {
  const jobs = Object.entries(gitlabJobs());

  test('every script is sound', () => {
    for (const [, { script }] of jobs) for (const part of script) expect(syntax(part)).toBe('');
  });

  test('only the project itself gets a role or its token, never a fork', () => {
    const trusted = jobs.filter(([, { id_tokens, script }]) => id_tokens !== undefined || script.join('').includes('SEATS_NOTE_TOKEN'));
    expect(trusted.map(([name]) => name)).toEqual(['plan', 'comment', 'apply']);
    const rules = trusted.flatMap(([, each]) => each.rules.map((rule) => rule.if));
    expect(rules.filter((rule) => !rule.includes('$CI_PROJECT_PATH == $SEATS_PROJECT'))).toEqual([]);
    const onRequests = rules.filter((rule) => rule.includes('merge_request_event'));
    expect(onRequests.filter((rule) => !rule.includes('$CI_MERGE_REQUEST_SOURCE_PROJECT_PATH == $SEATS_PROJECT'))).toEqual([]);
    expect(onRequests).toHaveLength(2);
  });

  test('no job has both a role and the token that comments; the role of the apply is for the default branch', () => {
    const { plan, comment, apply } = gitlabJobs();
    expect(comment?.id_tokens).toBeUndefined();
    expect(`${plan?.script}${apply?.script}`).not.toContain('SEATS_NOTE_TOKEN');
    expect(comment?.needs).toEqual(['plan']);
    expect(comment?.rules.every(({ when }) => when === 'always')).toBe(true);
    expect(plan?.artifacts?.when).toBe('always');
    expect(apply).toMatchObject({ resource_group: 'seats', environment: 'seats', interruptible: false });
    expect(apply?.rules.every((rule) => rule.if.startsWith('$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH &&'))).toBe(true);
  });

  test('sets no variable that kirosync would take for a setting', () => {
    expect(text(GITLAB).match(/^\s*KIROSYNC_\w+:/gm)).toBeNull();
  });
});
