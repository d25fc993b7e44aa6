import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gitSource } from '../../src/adapters/git-source.ts';
import { statusDocument } from '../../src/daemon/status.ts';
import type { GitVerify } from '../../src/model/settings.ts';
import { commitOn, type Keys, rewrittenCommit, SSH, sshKeys } from '../adapters/git/key.ts';
import { gitSettings, temporary } from '../adapters/git/source.ts';
import { type TestDaemon, testDaemon } from '../support/daemon.ts';
import { type Repository, repository } from '../support/repository.ts';
import { BASE, type World } from '../support/world.ts';

/**
 * What whoever may push, but has no key that counts, can do to a daemon that follows a real Git branch. The property is
 * always the same: nobody gets or loses a seat, and the status says why.
 */
const [ANA, BOB, EVE] = ['ana@example.com', 'bob@example.com', 'eve@example.com'];
const WORLD: World = {
  users: [ANA, BOB, EVE],
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const grant = (...users: readonly string[]) =>
  `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [${users.join(', ')}]\nowner: leads\nreason: daily work\n`;

let keys: Keys;
let policy: Repository;
let state: ReturnType<typeof temporary>;
let running: TestDaemon[] = [];
let accepted: string | null = null;

describe.skipIf(!SSH)(`whoever may push${SSH ? '' : ' (skipped: ssh-keygen is not installed)'}`, () => {
  beforeAll(() => {
    keys = sshKeys(['lead', 'mallory']);
    keys.write('signers', `lead@example.com namespaces="git" ${keys.line('lead')}\n`);
  });
  afterAll(() => keys.dispose());
  beforeEach(() => {
    policy = repository();
    state = temporary('state');
    accepted = null;
  });
  afterEach(async () => {
    await Promise.all(running.map((each) => each.stop()));
    running = [];
    policy.dispose();
    state.dispose();
  });

  /** Commits a grant, signed by a key, and moves the branch there. */
  function push(users: readonly string[], key: 'lead' | 'mallory' | null = 'lead', parents?: readonly string[]): string {
    policy.write({ 'base.yaml': BASE, 'grant.yaml': grant(...users) });
    policy.git('add', '--all');
    const tree = policy.git('write-tree').trim();
    const sign = key === null ? [] : keys.sign(key);
    const above = parents ?? [policy.git('rev-parse', 'HEAD').trim()];
    const made = commitOn(policy, above, { sign, tree, subject: `grant ${users.length}` });
    policy.git('update-ref', 'refs/heads/main', made);
    return made;
  }

  function start(verified = true): TestDaemon {
    const file = (name: string) => `${keys.folder}/${name}`;
    const verify: GitVerify | null = verified
      ? { sshAllowedSignersFile: file('signers'), sshRevocationFile: null, gpgKeysFile: null }
      : null;
    const source = gitSource(gitSettings(policy.url, { verify }), state.folder);
    const made = testDaemon('', WORLD, {}, { source, accepted: async () => accepted });
    running.push(made);
    return made;
  }

  const members = ({ directory }: TestDaemon) =>
    directory.live.memberships.filter((row) => row.groupId === 'g-kiro-eng-pro').map((row) => row.userId.replace('id-', ''));
  const rules = (run: TestDaemon) => statusDocument(run.daemon).diagnostics.map((each) => each.rule);

  /** A daemon that has applied `grant(ANA, BOB)`, signed. */
  async function settled(verified = true): Promise<TestDaemon> {
    push([ANA, BOB], 'lead', []);
    const run = start(verified);
    expect((await run.pass()).result.outcome).toBe('applied');
    return run;
  }

  it('the first revision must be signed: without one nothing is followed and nothing is read', async () => {
    push([EVE], null, []);
    const run = start();
    const { result } = await run.pass();
    expect(result).toMatchObject({ outcome: 'invalid', plan: null, live: null });
    expect(rules(run)).toEqual(['unsigned-commit']);
    expect(members(run)).toEqual([]);
  });

  it('an unsigned commit is named with its id, and the applied revision is still observed', async () => {
    const run = await settled();
    const applied = statusDocument(run.daemon).revision.applied;
    const commit = push([EVE], null);
    run.directory.live = { ...run.directory.live, memberships: run.directory.live.memberships.slice(1) };
    const { result } = await run.pass();
    expect(result).toMatchObject({ outcome: 'invalid', attempted: `main@sha1:${commit}`, applied: null, plan: { revision: applied } });
    expect(result.message).toContain(`Commit ${commit} by "Ana" is not signed`);
    expect(result.drift?.items).toMatchObject([{ kind: 'missing', person: ANA }]);
    expect(statusDocument(run.daemon)).toMatchObject({ outcome: 'invalid', revision: { applied } });
    expect(members(run)).toEqual([BOB]);
    expect(run.journal.list.filter((entry) => entry.type === 'applied')).toHaveLength(1);
  });

  it('a key that does not count is named, and counts from the pass in which the operator adds it', async () => {
    const run = await settled();
    push([ANA, BOB, EVE], 'mallory');
    await run.pass();
    expect(rules(run)).toEqual(['unknown-signer']);
    expect(members(run)).toEqual([ANA, BOB]);
    const lines = (names: readonly ('lead' | 'mallory')[]) => names.map((name) => `${name}@example.com ${keys.line(name)}\n`).join('');
    keys.write('signers', lines(['lead', 'mallory']));
    expect((await run.pass()).result.outcome).toBe('applied');
    push([ANA], 'mallory');
    keys.write('signers', lines(['lead']));
    await run.pass();
    expect(rules(run)).toEqual(['unknown-signer']);
    expect(members(run)).toEqual([ANA, BOB, EVE]);
  });

  it('a signed commit on top of an unsigned one changes nothing; an operator may accept it, but never an unsigned one', async () => {
    const run = await settled();
    const unsigned = push([ANA, BOB, EVE], null);
    accepted = unsigned;
    await run.pass();
    expect(rules(run)).toEqual(['unsigned-commit']);
    const top = push([ANA, BOB, EVE], 'lead');
    const { result } = await run.pass();
    expect(rules(run)).toEqual(['unsigned-commit']);
    expect(result.message).toContain(`write ${top} to the file accept-history`);
    accepted = top;
    expect((await run.pass()).result.outcome).toBe('applied');
    expect(members(run)).toEqual([ANA, BOB, EVE]);
  });

  it('a force-push to an older signed commit is a rewritten history, not a return', async () => {
    const run = await settled();
    const older = policy.git('rev-parse', 'HEAD').trim();
    push([ANA, BOB, EVE]);
    await run.pass();
    policy.git('update-ref', 'refs/heads/main', older);
    const { result } = await run.pass();
    expect(result).toMatchObject({ outcome: 'invalid', attempted: `main@sha1:${older}` });
    expect(rules(run)).toEqual(['history-rewritten']);
    expect(members(run)).toEqual([ANA, BOB, EVE]);
  });

  it('a deleted branch, and one that comes back with another history', async () => {
    const run = await settled();
    policy.git('update-ref', '-d', 'refs/heads/main');
    expect((await run.pass()).result).toMatchObject({ outcome: 'unreachable', applied: null });
    expect(statusDocument(run.daemon).failures).toMatchObject([{ kind: 'wrong', message: expect.stringContaining('no branch "main"') }]);
    push([EVE], 'mallory', []);
    await run.pass();
    expect(rules(run)).toEqual(['history-rewritten', 'unknown-signer']);
    expect(members(run)).toEqual([ANA, BOB]);
  });

  it('a branch deleted after a refused force-push: both are said', async () => {
    const run = await settled();
    const older = policy.git('rev-parse', 'HEAD').trim();
    push([ANA, BOB, EVE]);
    await run.pass();
    policy.git('update-ref', 'refs/heads/main', older);
    await run.pass();
    policy.git('update-ref', '-d', 'refs/heads/main');
    const { result } = await run.pass();
    expect(result).toMatchObject({ outcome: 'invalid', applied: null });
    expect(result.message).toMatch(/history-rewritten: .* does not descend .* no branch "main"/);
    expect(members(run)).toEqual([ANA, BOB, EVE]);
  });

  it('another repository at the same address, also when the local copy was lost', async () => {
    const run = await settled(false);
    rmSync(`${policy.folder}/.git`, { recursive: true });
    policy.git('init', '--quiet', '--initial-branch', 'main');
    push([EVE], null, []);
    await run.pass();
    expect(rules(run)).toEqual(['history-rewritten']);
    rmSync(`${state.folder}/git`, { recursive: true });
    const { result } = await run.pass();
    expect(rules(run)).toEqual(['history-rewritten']);
    expect(result).toMatchObject({ plan: null, live: null });
    expect(members(run)).toEqual([ANA, BOB]);
  });

  it('names in a commit cannot drive a terminal or hide in the status', async () => {
    const run = await settled();
    const head = policy.git('rev-parse', 'HEAD').trim();
    const plain = commitOn(policy, [head]);
    const odd = rewrittenCommit(policy, plain, (text) => text.replace('author Ana', 'author Ana\u001b[2J\u202egpj.\u0007'));
    policy.git('update-ref', 'refs/heads/main', odd);
    await run.pass();
    const { message, diagnostics } = statusDocument(run.daemon);
    expect(diagnostics).toMatchObject([{ rule: 'unsigned-commit', message: expect.stringContaining('by "Ana\\u001b[2J\\u202egpj.') }]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    expect(`${message}${diagnostics.map((each) => each.message)}`).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});
