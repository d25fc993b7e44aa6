import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { DIRECTORY, directory, POLICY } from '../cli/site.ts';
import { against } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { type Repository, repository } from '../support/repository.ts';
import { gitlabJobs, has, step, workflow } from './ci-file.ts';
import { type Ran, type Runner, runner } from './ci-run.ts';

// The scripts run in bash with jq, as on the runners of both forges. Without them there is nothing to run.
const able = has('bash') && has('jq') && has('git');

const RECEIVE = 'Receive the policy';
const CHECK = 'Check that it is plain data, and what the pull request says';
const REPOSITORY = 'example-org/kiro-seats';
const TOKENS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_SESSION_TOKEN: 'local' };

let emulator: TestEmulator;
let repo: Repository;
let ci: Runner;

beforeAll(async () => {
  emulator = await startTestEmulator({ seed: directory(DIRECTORY) });
  repo = repository();
  repo.commit('Policy', { ...POLICY, 'README.md': 'Not policy.\n', '.hidden/x.yaml': 'not: read\n' });
});
afterAll(async () => {
  repo.dispose();
  await emulator.close();
});

beforeEach(() => {
  ci = runner(emulator.url);
  onTestFinished(ci.dispose);
});

/** The Git tree of the merge commit as the forge's API tells it, and the pull request that is to become it. */
function offer(head: string): void {
  const entries = repo.git('ls-tree', '-r', '-t', 'HEAD').trim().split('\n');
  const tree = entries.map((entry) => {
    const [mode, type, sha, path] = entry.split(/\s+/);
    return { mode, type, sha, path };
  });
  const merge = 'a'.repeat(40);
  ci.answer(`repos/${REPOSITORY}/git/trees/${merge}`, { truncated: false, tree });
  ci.answer(`repos/${REPOSITORY}/pulls/12`, { head: { sha: head }, base: { ref: 'main' }, merge_commit_sha: merge });
  ci.answer(`repos/${REPOSITORY}/actions/runs/7/artifacts`, { artifacts: [{ name: 'policy', size_in_bytes: 900 }] });
}

type Where = readonly [name: Parameters<typeof step>[0], job: string, step: string];

/** Runs a step with what the forge would put into its expressions; each variable of the step must be given. */
function runStep([name, of, called]: Where, cwd: string, values: Readonly<Record<string, string>>, env = {}): Promise<Ran> {
  const { run, env: wanted = {} } = step(name, of, called);
  expect(Object.keys(values).sort()).toEqual(Object.keys(wanted).sort());
  return ci.run(run, cwd, { ...workflow(name).env, ...values, ...env });
}

const HEAD = 'b'.repeat(40);
const CHECKED = { GH_TOKEN: 't', REPOSITORY, DEFAULT_BRANCH: 'main', HEAD_SHA: HEAD };

/** The artifact as pull-request.yml packs it, received by the trusted job in its own empty folder. */
async function received(): Promise<string> {
  const packed = await runStep(['pull-request.yml', 'validate', 'Pack the policy'], repo.folder, { NUMBER: '12' });
  expect(packed).toMatchObject({ code: 0 });
  ci.artifact('policy', join(ci.temp, 'packed'));
  offer(HEAD);
  const work = join(ci.temp, 'trusted');
  mkdirSync(work);
  const got = await runStep(['plan.yml', 'plan', RECEIVE], work, { GH_TOKEN: 't', REPOSITORY, RUN_ID: '7' });
  expect(got).toMatchObject({ code: 0 });
  return work;
}

describe.skipIf(!able)('the GitHub workflows, run', () => {
  test('a pull request is validated, planned in the trusted job, and commented once', { timeout: 60_000 }, async () => {
    const validated = await runStep(['pull-request.yml', 'validate', 'Validate'], repo.folder, {});
    expect(validated).toMatchObject({ code: 0 });
    expect(validated.output).toContain('valid: 1 profile, 2 assignments');
    expect(JSON.parse(readFileSync(join(ci.temp, 'out/validation.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });

    const work = await received();
    expect(await runStep(['plan.yml', 'plan', CHECK], work, CHECKED)).toMatchObject({ code: 0 });
    expect(ci.told('output')).toBe('number=12\n');
    expect(await runStep(['plan.yml', 'plan', 'Plan'], work, {}, TOKENS)).toMatchObject({ code: 0 });
    expect(ci.told('output')).toContain('status=2\n');
    expect(ci.told('summary')).toContain('### kirosync plan: 1 seat ends, 2 people get a seat');
    const plan: unknown = JSON.parse(readFileSync(join(work, 'out/plan.json'), 'utf8'));
    expect(plan).toMatchObject({ format: 'kirosync.plan/v1', summary: { create: 2, delete: 1 } });

    ci.artifact('plan', join(work, 'out'));
    const said = { GH_TOKEN: 't', REPOSITORY, HEAD_SHA: HEAD, NUMBER: '12', STATUS: '2', RUN_URL: 'https://forge.example.com/runs/8' };
    const comment = ['plan.yml', 'comment', 'Comment and set the status'] as const;
    ci.answer(`repos/${REPOSITORY}/issues/12/comments`, []);
    expect(await runStep(comment, work, said)).toMatchObject({ code: 0 });
    expect(ci.told('body')).toMatch(/^<!-- kirosync plan -->\n### kirosync plan: /);
    expect(ci.told('body').length).toBeLessThan(65_536);
    // Again, when there is one of ours among those of others who copied the marker.
    const copy = { body: ci.told('body') };
    ci.answer(`repos/${REPOSITORY}/issues/12/comments`, [
      { id: 3, user: { login: 'mallory' }, ...copy },
      { id: 4, user: { login: 'github-actions[bot]' }, body: 'another' },
      { id: 5, user: { login: 'github-actions[bot]' }, ...copy },
    ]);
    rmSync(join(work, 'out'), { recursive: true });
    expect(await runStep(comment, work, { ...said, STATUS: '4' })).toMatchObject({ code: 0 });
    expect(ci.told('writes').trim().split('\n')).toEqual([
      `POST repos/${REPOSITORY}/issues/12/comments body=@comment.md`,
      `POST repos/${REPOSITORY}/statuses/${HEAD} context=kirosync plan state=success description=changes, see the comment target_url=${said.RUN_URL}`,
      `PATCH repos/${REPOSITORY}/issues/comments/5 body=@comment.md`,
      `POST repos/${REPOSITORY}/statuses/${HEAD} context=kirosync plan state=failure description=refused by a guard, see the comment target_url=${said.RUN_URL}`,
    ]);
    expect(new Set(ci.told('images').trim().split('\n'))).toEqual(new Set([workflow('plan.yml').env['SEATS_IMAGE']]));
    expect(await emulator.control('writes')).toEqual([]);
  });

  const target = 'teams/a.yaml';
  const TAMPERED: readonly (readonly [why: string, change: (policy: string, root: string) => void])[] = [
    ['not what the pull request would merge', (policy) => writeFileSync(join(policy, target), 'kind: Policy\n')],
    ['not what the pull request would merge', (policy) => writeFileSync(join(policy, 'x.yaml'), '')],
    ['not what the pull request would merge', (policy) => rmSync(join(policy, target))],
    ['other than files and folders', (policy) => symlinkSync('/etc/passwd', join(policy, 'x.yaml'))],
    ['no policy file', (policy) => writeFileSync(join(policy, 'x.sh'), '')],
    ['no policy file', (policy) => writeFileSync(join(policy, '.x.yaml'), '')],
    ['no policy file', (policy) => writeFileSync(join(policy, '::error::x.yaml'), '')],
    ['is none', (_, root) => writeFileSync(join(root, 'number'), '12;id\n')],
    ['not the one that pull-request.yml packs', (policy) => rmSync(policy, { recursive: true })],
  ];

  test('an artifact that is not plain policy, or not what the pull request says, is refused', { timeout: 60_000 }, async () => {
    const sound = await received();
    for (const [i, [why, change]] of TAMPERED.entries()) {
      const work = join(ci.temp, `tampered-${i}`);
      cpSync(sound, work, { recursive: true });
      change(join(work, 'received/policy'), join(work, 'received'));
      const { code, output } = await runStep(['plan.yml', 'plan', CHECK], work, CHECKED);
      expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(new RegExp(`^::error::.*${why}.*\\n$`)) });
    }
    const other = await runStep(['plan.yml', 'plan', CHECK], sound, { ...CHECKED, HEAD_SHA: 'c'.repeat(40) });
    expect(other).toMatchObject({ code: 1, output: expect.stringContaining('at another commit') });
    const branch = await runStep(['plan.yml', 'plan', CHECK], sound, { ...CHECKED, DEFAULT_BRANCH: 'trunk' });
    expect(branch).toMatchObject({ code: 1, output: expect.stringContaining('another branch') });
    expect(ci.told('output')).toBe('');
  });
});

describe.skipIf(!able)('the GitLab jobs, run', () => {
  const script = (name: string): string => gitlabJobs()[name]?.script.join('\n') ?? 'exit 99';

  test('a merge request of a fork is planned from its objects, and commented in place', { timeout: 60_000 }, async () => {
    const fork = repo.git('rev-parse', 'HEAD').trim();
    repo.git('update-ref', 'refs/merge-requests/12/head', fork);
    const clone = repository();
    onTestFinished(clone.dispose);
    clone.commit('Main', { 'README.md': 'Nothing yet.\n' });
    clone.git('remote', 'add', 'origin', repo.url);
    const tokenFile = join(ci.temp, 'aws-id-token');
    const env = { SEATS_POLICY: '.', SEATS_MERGE_REQUEST: '12', CI_PROJECT_DIR: clone.folder, AWS_ID_TOKEN: 'id' };
    const aws = { ...against(emulator.url), AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile };
    expect(await ci.run(script('plan'), clone.folder, { ...env, ...aws })).toMatchObject({ code: 0 });
    expect(readFileSync(tokenFile, 'utf8')).toBe('id');
    expect(readFileSync(join(clone.folder, 'out/plan.json'), 'utf8')).toContain(fork);

    const seen: string[] = [];
    const notes: { id: number; author: { id: number }; body: string }[] = [
      { id: 1, author: { id: 7 }, body: '<!-- kirosync plan --> a copy' },
    ];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers['private-token']}`);
        if (request.method !== 'GET') notes.splice(1, 1, { id: 2, author: { id: 9 }, body: JSON.parse(text).body });
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(request.url === '/api/user' ? { id: 9 } : request.method === 'GET' ? notes : {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const api = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api`;
    const forge = { CI_API_V4_URL: api, CI_PROJECT_ID: '5', CI_PIPELINE_URL: 'https://forge.example.com/p/1', SEATS_NOTE_TOKEN: 'note' };
    for (const _ of [1, 2]) expect(await ci.run(script('comment'), clone.folder, { ...env, ...forge })).toMatchObject({ code: 0 });
    const list = 'GET /api/projects/5/merge_requests/12/notes?per_page=100&page=1 note';
    expect(seen).toEqual([
      'GET /api/user note',
      list,
      'POST /api/projects/5/merge_requests/12/notes note',
      'GET /api/user note',
      list,
      'PUT /api/projects/5/merge_requests/12/notes/2 note',
    ]);
    expect(notes[1]?.body).toMatch(/^<!-- kirosync plan -->\n### kirosync plan: 1 seat ends, 2 people get a seat/);
  });
});

test.skipIf(!able)('how each exit code of a plan ends its job', async () => {
  const script = gitlabJobs()['plan']?.script.join('\n') ?? '';
  const stub = (code: number) => `kirosync() { echo '### the plan'; return ${code}; }\n${script}`;
  const env = { SEATS_POLICY: '.', AWS_ID_TOKEN: 'id', AWS_WEB_IDENTITY_TOKEN_FILE: join(ci.temp, 'token') };
  for (const [code, ends] of [[0, 0] as const, [1, 1] as const, [2, 0] as const, [4, 4] as const, [5, 5] as const])
    expect(await ci.run(stub(code), ci.temp, env)).toMatchObject({ code: ends });
});
