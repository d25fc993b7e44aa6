import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { kirosync } from '../support/cli.ts';
import { matches } from './document.ts';
import { test } from './open.ts';
import { APPLICATION, assignment, keysOf, ORGANIZATION, POLICY, PROFILE, planOf } from './site.ts';

const SYNCED = { groups: { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': ['cleo'] } };

describe('drift', () => {
  test.concurrent('live as configured is 0; a hand-added member is 2 with who did it, in every format; nothing is written', async ({
    open,
  }) => {
    const { run, emulator, writes } = await open({ directory: { ...SYNCED, users: ['eve'] } });
    const none = await run(['drift']);
    expect(none.code, none.stdout + none.stderr).toBe(0);
    await emulator.control('outsider', { action: 'add-member', group: 'kiro-eng-pro', user: 'eve@example.com' });
    const [text, json, markdown] = await Promise.all([
      run(['drift']),
      run(['drift', '--format', 'json']),
      run(['drift', '--format', 'markdown']),
    ]);
    expect([text.code, json.code, markdown.code]).toEqual([2, 2, 2]);
    for (const { stdout } of [text, markdown]) expect(stdout).toContain('eve@example.com');
    const drift = matches('drift', json.stdout) as { base: string; items: readonly object[] };
    expect(drift.base).toBe('configuration');
    expect(drift.items).toEqual([
      expect.objectContaining({
        kind: 'unexpected',
        key: 'membership/kiro-eng-pro/eve@example.com',
        actor: expect.stringContaining('outsider'),
        held: false,
      }),
    ]);
    expect(await writes()).toEqual([]);
  });

  test.concurrent('only held items are 0', async ({ open }) => {
    const { run } = await open({
      files: { ...POLICY, 'organization.yaml': ORGANIZATION.replace('removals: immediate', 'removals: never') },
      directory: { groups: { ...SYNCED.groups, 'kiro-eng-pro': ['ana', 'bob', 'eve'] } },
    });
    const { code, stdout } = await run(['drift', '--format', 'json']);
    expect(code, stdout).toBe(0);
    expect(matches('drift', stdout)).toMatchObject({ items: [{ key: 'membership/kiro-eng-pro/eve@example.com', held: true }] });
  });
});

describe('explain', () => {
  test.concurrent('a person with a seat: assignment, file and line', async ({ open }) => {
    const { run } = await open();
    const { code, stdout } = await run(['explain', 'cleo@example.com']);
    expect(code).toBe(0);
    expect(stdout).toContain('power-team');
    expect(stdout).toMatch(/teams\/b\.yaml:\d+/);
    expect(stdout).toContain('kiro-eng-power');
  });

  test.concurrent('a person without one, and one who is disabled: why not', async ({ open }) => {
    const { run } = await open({ directory: { users: ['dan', 'bob'], disabled: ['cleo'], groups: SYNCED.groups } });
    const [without, disabled] = await Promise.all([run(['explain', 'dan@example.com']), run(['explain', 'cleo@example.com'])]);
    expect([without.code, disabled.code]).toEqual([0, 0]);
    expect(without.stdout).toMatch(/no assignment/i);
    expect(disabled.stdout).toMatch(/disabled/i);
  });

  test.concurrent('nobody of that name: 1 with who could be meant; an unknown profile: 1', async ({ open }) => {
    const { run } = await open();
    const [unknown, profile] = await Promise.all([
      run(['explain', 'anna@example.com']),
      run(['explain', 'ana@example.com', '--profile', 'enginering']),
    ]);
    expect([unknown.code, profile.code]).toEqual([1, 1]);
    expect(unknown.stderr).toContain('anna@example.com');
    expect(profile.stderr).toContain('engineering');
  });
});

describe('credits without usage', () => {
  test.concurrent('is the roster: who has which seat, why and since when, in text, JSON and CSV', async ({ open }) => {
    const { run } = await open({ directory: SYNCED });
    const [text, json, csv] = await Promise.all([
      run(['credits']),
      run(['credits', '--format', 'json']),
      run(['credits', '--format', 'csv']),
    ]);
    expect([text.code, json.code, csv.code]).toEqual([0, 0, 0]);
    const { people } = matches('credits', json.stdout) as { people: readonly object[] };
    expect(people).toHaveLength(3);
    expect(people).toContainEqual(
      expect.objectContaining({
        userName: 'cleo@example.com',
        profile: 'engineering',
        tier: 'power',
        assignment: 'power-team',
        since: expect.stringMatching(/^2026-01-05/),
      }),
    );
    for (const name of ['ana', 'bob', 'cleo']) {
      expect(text.stdout).toContain(`${name}@example.com`);
      expect(csv.stdout).toContain(`${name}@example.com`);
    }
  });

  test.concurrent('--out writes the file and nothing on stdout; --live needs no AWS', async ({ open }) => {
    const { run, policy } = await open({ directory: SYNCED });
    await run(['plan', '--record', '.live.json']);
    const { code, stdout } = await kirosync(['credits', '--live', '.live.json', '--format', 'json', '--out', '.credits.json'], {
      cwd: policy.path,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    matches('credits', readFileSync(join(policy.path, '.credits.json'), 'utf8'));
  });
});

describe('import', () => {
  const LIVE = { groups: { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': ['cleo'], 'kiro-res-pro': ['dan'] } };

  test.concurrent('writes YAML whose plan has no changes for decided seats; refuses a directory with something in it', async ({ open }) => {
    const { run, env, policy } = await open({ files: {}, directory: LIVE });
    const imported = await run([
      'import',
      '--out',
      'out',
      '--seat',
      'us-east-1/pro=kiro-eng-pro',
      '--seat',
      'us-east-1/power=kiro-eng-power',
    ]);
    expect(imported.code, imported.stderr).toBe(0);
    const texts = readdirSync(join(policy.path, 'out'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
    expect(texts.length).toBeGreaterThan(0);
    const all = texts.map((name) => readFileSync(join(policy.path, 'out', name), 'utf8')).join('\n');
    expect(all).toContain('removals: never');
    expect(all).toMatch(/#.*kiro-res-pro/); // undecided: commented out
    const planned = await kirosync(['plan', '--config', 'out', '--format', 'json'], { cwd: policy.path, env });
    expect(planned.code, planned.stdout + planned.stderr).toBe(0);
    expect(keysOf(planOf(planned.stdout))).toEqual([]);
    expect((await run(['validate', '--config', 'out'])).code).toBe(0);
    const again = await run(['import', '--out', 'out', '--seat', 'us-east-1/pro=kiro-eng-pro']);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('not empty');
  });

  test.concurrent('a --seat that fits nothing: 1, nothing written', async ({ open }) => {
    const { run, policy } = await open({ files: {}, directory: LIVE });
    for (const seat of ['nonsense', 'us-east-1/pro=no-such-group', 'us-east-1/gold=kiro-eng-pro', 'moon-1/pro=kiro-eng-pro']) {
      const { code, stderr } = await run(['import', '--out', 'out', '--seat', seat]);
      expect(code, seat).toBe(1);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(readdirSync(policy.path)).toEqual([]);
  });
});

describe('iam-policy', () => {
  test.concurrent('prints a policy document; plan mode has no writing action; it calls nobody', async ({ open }) => {
    const { run, requests } = await open({
      files: { ...POLICY, 'profile.yaml': PROFILE.replace('confirmed: 2026-01-05 }', 'create: true }') },
    });
    const [reading, writing] = await Promise.all([run(['iam-policy', '--mode', 'plan']), run(['iam-policy', '--mode', 'apply'])]);
    const actions = (text: string): readonly string[] =>
      (JSON.parse(text) as { Statement: { Action: string[] }[] }).Statement.flatMap((each) => each.Action);
    expect([reading.code, writing.code]).toEqual([0, 0]);
    expect(actions(reading.stdout).filter((action) => !/:(List|Describe|Get)/.test(action))).toEqual([]);
    for (const action of ['identitystore:CreateGroup', 'identitystore:CreateGroupMembership', 'identitystore:DeleteGroupMembership'])
      expect(actions(writing.stdout)).toContain(action);
    expect(actions(writing.stdout)).not.toContain('identitystore:DeleteGroup');
    expect(await requests()).toBe(0);
  });
});

describe('a directory that needs a human', () => {
  test.concurrent('a seat group that nobody added in the console yet is a manual step in exact words, and changes no exit code', async ({
    open,
  }) => {
    const { run } = await open({
      files: { ...POLICY, 'profile.yaml': PROFILE.replace('kiro-eng-power, confirmed: 2026-01-05', 'kiro-eng-power') },
      directory: { ...SYNCED, detached: ['kiro-eng-power'] },
    });
    const { code, stdout } = await run(['plan']);
    expect(code).toBe(0);
    expect(stdout).toContain('Kiro console, Region us-east-1: Users & groups → Add group → kiro-eng-power → Kiro Power');
  });

  test.concurrent('somebody subscribed directly is drift that kirosync cannot end', async ({ open }) => {
    const { run, emulator } = await open({ directory: { ...SYNCED, users: ['dan'] } });
    await emulator.control('console/subscribe', { application: APPLICATION.engineering, user: 'dan@example.com', tier: 'power' });
    const { code, stdout } = await run(['drift', '--format', 'json']);
    expect(code).toBe(2);
    expect(matches('drift', stdout)).toMatchObject({ items: [{ kind: 'unmanaged', person: 'dan@example.com' }] });
  });

  test.concurrent('a seat dropped from the policy is released: named, nothing removed', async ({ open }) => {
    const { run } = await open({
      files: { ...POLICY, 'profile.yaml': PROFILE.replace(/ {2}power:.*\n/, ''), 'teams/b.yaml': assignment('other', 'pro', ['ana']) },
      directory: SYNCED,
    });
    const { code, stdout } = await run(['plan', '--format', 'json']);
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ released: [{ profile: 'engineering', group: 'kiro-eng-power', members: 1 }] });
  });
});
