/** The first adoption of a group that many people are in already: a helpful refusal that points at `import`, never 500 removals. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { importCommand } from '../../src/commands/import.ts';
import { plan } from '../../src/commands/plan.ts';
import { assignment, INSTANCE, keysOf, mail, ORGANIZATION, PROFILE, planOf, STORE } from '../cli/site.ts';
import { type Files, type Incident, incident } from '../incidents/world.ts';

const MANY = Array.from({ length: 500 }, (_, i) => `dev${String(i).padStart(3, '0')}`);
const KNOWN = MANY.slice(0, 3);
/** Three people are known to whoever wrote this; 497 are not. */
const policy = (removals: string): Files => ({
  'organization.yaml': ORGANIZATION.replace('immediate', removals),
  'profile.yaml': PROFILE,
  'team.yaml': assignment('team', 'pro', KNOWN),
});
const crowded = () => incident({ groups: { 'kiro-eng-pro': MANY, 'kiro-eng-power': [] } });
const RULES = ['too-many-removals', 'too-many-removals', 'empties-group'];

const planned = async (world: Incident, files: Files) => {
  const ran = await world.run(files, (io, deps) => plan({ format: 'json' }, io, deps));
  return { code: ran.code, plan: planOf(ran.stdout), text: ran.stdout };
};

async function expectUntouched(world: Incident): Promise<void> {
  expect(await world.writes()).toEqual([]);
  expect(world.members('kiro-eng-pro')).toHaveLength(500);
}

/** The files that `import` writes, and what it said. */
async function imported(world: Incident, seat: readonly string[]) {
  const parent = await mkdtemp(join(tmpdir(), 'kirosync-adoption-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  const out = join(parent, 'policy');
  const discovered = { instanceArn: INSTANCE, identityStoreId: STORE, accounts: ['111122223333', '444455556666'] };
  const ran = await world.run({}, (io, deps) =>
    importCommand({ out, seat }, { ...io, env: { AWS_REGION: 'eu-west-1' } }, { ...deps, discover: async () => discovered }),
  );
  const names = (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.yaml'));
  const files: Files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(out, name), 'utf8')])));
  return { ran, files };
}

describe('a group with 500 members of whom the policy names three', { timeout: 60_000 }, () => {
  test('plan and apply are refused with the numbers, some of the names, and `import` as the way through', async () => {
    const world = await crowded();
    const { code, plan: made } = await planned(world, policy('immediate'));
    expect(code).toBe(4);
    expect(made.violations.map(({ rule }) => rule)).toEqual(RULES);
    expect(made.summary).toMatchObject({ delete: 497 });
    const ran = await world.run(policy('immediate'), (io, deps) => apply({ yes: true }, io, deps));
    expect(ran.code).toBe(4);
    for (const line of ran.stdout.split('\n').filter((each) => each.includes('✗'))) {
      expect(line).toMatch(/49[0-9] of 500 |497 people /);
      expect(line).toMatch(/limit is (25 %|50|half)/);
      expect(line).toContain(
        'dev003@example.com, dev004@example.com, dev005@example.com, dev006@example.com, dev007@example.com and 492 more',
      );
      expect(line).toContain('`kirosync import --out DIR`');
      // An Exception for 497 keys would lift nothing: the operator allows 200.
      expect(line).not.toContain('--write-exception');
      expect(line).toContain('exceptions.maxKeys');
    }
    expect(ran.stdout.split('\n').filter((line) => line.startsWith('      membership/')).length).toBeLessThanOrEqual(60);
    await expectUntouched(world);
  });

  test('forcing one guard alone is not enough, and an Exception that could lift nothing is not handed out in silence', async () => {
    const world = await crowded();
    for (const force of [['too-many-removals'], ['empties-group']])
      expect((await world.run(policy('immediate'), (io, deps) => apply({ yes: true, force }, io, deps))).code).toBe(4);
    const parent = await mkdtemp(join(tmpdir(), 'kirosync-exception-'));
    onTestFinished(() => rm(parent, { recursive: true }));
    const file = join(parent, 'exception.yaml');
    const ran = await world.run(policy('immediate'), (io, deps) => plan({ writeException: file }, io, deps));
    expect(ran.stderr).toContain("It lists 497 keys for too-many-removals; the operator's settings allow 200");
    const listed = {
      ...policy('immediate'),
      'exception.yaml': (await readFile(file, 'utf8')).replace('Say here why this is meant', 'Test'),
    };
    expect((await world.run(listed, (io, deps) => apply({ yes: true }, io, deps))).code).toBe(4);
    await expectUntouched(world);
  });

  test('under `never` they are held, under `month-end` they are announced as refused; nobody is removed', async () => {
    const world = await crowded();
    const never = await planned(world, policy('never'));
    expect({ code: never.code, summary: never.plan.summary }).toMatchObject({ code: 0, summary: { delete: 0, held: 497 } });
    const later = await planned(world, policy('month-end'));
    expect({ code: later.code, summary: later.plan.summary }).toMatchObject({ code: 0, summary: { delete: 0, held: 497 } });
    expect(later.text).toContain('removals-ahead');
    expect(later.text).toContain('`kirosync import --out DIR`');
    const { code } = await world.run(policy('month-end'), (io, deps) => apply({ yes: true }, io, deps));
    expect(code).toBe(0);
    await expectUntouched(world);
  });

  test('in the month-end window it is refused as well, and so is a daemon in enforce mode', async () => {
    const world = await crowded();
    world.clock.now = new Date('2026-11-29T12:00:00Z');
    const { code, plan: made } = await planned(world, policy('month-end'));
    expect({ code, rules: made.violations.map(({ rule }) => rule) }).toEqual({ code: 4, rules: RULES });
    const daemon = world.daemon(policy('month-end'));
    const { result } = await daemon.pass();
    expect(result.outcome).toBe('refused');
    expect(result.message).toContain('`kirosync import --out DIR`');
    await expectUntouched(world);
  });

  test('a policy that grants nobody anything is refused too, and no --force helps', async () => {
    const world = await crowded();
    const { 'team.yaml': _team, ...nobody } = policy('immediate');
    const force = ['too-many-removals', 'empties-group'];
    const ran = await world.run(nobody, (io, deps) => apply({ yes: true, force }, io, deps));
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(/empty-configuration: The configuration grants nobody a seat, and 500 memberships .* and 495 more/);
    await expectUntouched(world);
  });

  test('what `import` writes has a plan without changes', async () => {
    const world = await crowded();
    const { ran, files } = await imported(world, ['us-east-1/pro=kiro-eng-pro']);
    expect(ran.code).toBe(0);
    expect(
      Object.values(files)
        .join('')
        .match(/dev\d{3}@example\.com/g),
    ).toHaveLength(500);
    const after = await planned(world, files);
    expect({ code: after.code, keys: keysOf(after.plan), violations: after.plan.violations }).toEqual({
      code: 0,
      keys: [],
      violations: [],
    });
    // And it may be made to remove somebody from there on, one by one.
    const less: Files = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        path,
        text.replace(/^removals: never/m, 'removals: immediate').replace(/^ *- "?dev499@example\.com"?\n/m, ''),
      ]),
    );
    const next = await planned(world, less);
    expect({ code: next.code, keys: keysOf(next.plan) }).toEqual({ code: 2, keys: [`-membership/kiro-eng-pro/${mail('dev499')}`] });
    await expectUntouched(world);
  });

  test('a seat nobody decided yet is commented out: its 500 members are released, not removed', async () => {
    const world = await crowded();
    const { files } = await imported(world, []);
    const after = await planned(world, files);
    expect({ code: after.code, keys: keysOf(after.plan) }).toEqual({ code: 0, keys: [] });
    expect(after.text).toMatch(/"group": ?"kiro-eng-pro",\s*"members": ?500/);
  });
});
