/**
 * Incident: things that a tool had been told to leave alone were changed when something beside them was
 * (DNSControl/dnscontrol#3227, #2077).
 * Property: what is foreign, external, released, observed or not in the reviewed file is in no write, whatever else changes.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { apply } from '../../src/commands/apply.ts';
import { plan } from '../../src/commands/plan.ts';
import { directory, groupId, mail, ORGANIZATION, type planOf } from '../cli/site.ts';
import { crew, type Files, type Incident, incident, keyOf } from './world.ts';

const PEOPLE = crew(8);
const FORCE = ['too-many-removals', 'empties-group', 'too-many-moves'];
const someone = fc.subarray([...PEOPLE]);
/** Why kirosync must keep its hands off `kiro-eng-power` (and never touch `other-team`, which nothing names). */
const reasons = ['external', 'released', 'never'] as const;

type Case = {
  readonly why: (typeof reasons)[number];
  readonly live: Readonly<Record<'kiro-eng-pro' | 'kiro-eng-power' | 'other-team', readonly string[]>>;
  readonly granted: readonly string[];
};

function policy({ why, granted }: Pick<Case, 'why' | 'granted'>): Files {
  const pro = { group: 'kiro-eng-pro', confirmed: '2026-01-05' };
  const power = {
    external: { power: { group: 'kiro-eng-power', members: 'external', confirmed: '2026-01-05' } },
    never: { power: { group: 'kiro-eng-power', removals: 'never', confirmed: '2026-01-05' } },
    released: {},
  }[why];
  const profile = { kind: 'Profile', name: 'engineering', account: '111122223333', region: 'us-east-1', seats: { pro, ...power } };
  const grant = { kind: 'Assignment', name: 'a', profile: 'engineering', tier: 'pro', users: granted.map(mail) };
  return { 'o.yaml': ORGANIZATION, 'p.yaml': stringify(profile), 'a.yaml': stringify(grant) };
}

const applied = (world: Incident, files: Files, file?: string) =>
  world.run(files, (io, deps) => apply({ yes: true, force: FORCE, plan: file }, io, deps));

describe('hands off', () => {
  test('law: groups that are external, released, never emptied or named by nobody are in no write', async () => {
    const world = await incident('empty');
    let writes = 0;
    const one: fc.Arbitrary<Case> = fc.record({
      why: fc.constantFrom(...reasons),
      live: fc.record({ 'kiro-eng-pro': someone, 'kiro-eng-power': someone, 'other-team': someone }),
      granted: fc.subarray([...PEOPLE], { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(one, async (given) => {
        await world.emulator.control('reset', { seed: directory({ users: PEOPLE, groups: given.live }) });
        const { code, stdout } = await applied(world, policy(given));
        expect(code, stdout).toBe(0);
        const made = await world.writes();
        expect(made.filter((write) => write.GroupId !== groupId('kiro-eng-pro'))).toEqual([]);
        expect(world.members('kiro-eng-power')).toEqual(given.live['kiro-eng-power']);
        expect(world.members('other-team')).toEqual(given.live['other-team']);
        expect(world.members('kiro-eng-pro')).toEqual(given.granted);
        writes += made.length;
      }),
      { numRuns: 8, seed: 14 },
    );
    expect(writes).toBeGreaterThan(0);
  });

  test('a profile in observe mode is left alone by the pass that writes to its neighbour', async () => {
    const world = await incident({ users: PEOPLE, groups: { 'kiro-eng-pro': ['p00', 'p01'], 'kiro-res-pro': ['p00', 'p01'] } });
    const profile = (name: string, account: string, region: string, group: string) =>
      stringify({ kind: 'Profile', name, account, region, seats: { pro: { group, confirmed: '2026-01-05' } } });
    const grant = (name: string) =>
      stringify({ kind: 'Assignment', name, profile: name, tier: 'pro', users: PEOPLE.slice(1, 4).map(mail) });
    const files: Files = {
      'o.yaml': ORGANIZATION,
      'e.yaml': `${profile('engineering', '111122223333', 'us-east-1', 'kiro-eng-pro')}---\n${grant('engineering')}`,
      'r.yaml': `${profile('research', '444455556666', 'eu-central-1', 'kiro-res-pro')}---\n${grant('research')}`,
    };
    const daemon = world.daemon(files, { profiles: { research: { mode: 'observe' } } });
    const { result } = await daemon.pass();
    expect(result).toMatchObject({ outcome: 'pending', applied: { planned: 6, applied: 3, skipped: 3 } });
    expect([...new Set((await world.writes()).map((write) => write.group))]).toEqual(['kiro-eng-pro']);
    expect(world.members('kiro-res-pro')).toEqual(['p00', 'p01']);
  });

  test('law: `apply --plan FILE` with a part of the changes writes that part and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kirosync-part-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const world = await incident('empty');
    const files = policy({ why: 'released', granted: PEOPLE.slice(2) });
    const live = { users: PEOPLE, groups: { 'kiro-eng-pro': PEOPLE.slice(0, 4), 'kiro-eng-power': ['p07'] } };
    await world.emulator.control('reset', { seed: directory(live) });
    // Parse boundary: the document that `plan` wrote.
    const whole = JSON.parse((await world.run(files, (io, deps) => plan({ format: 'json' }, io, deps))).stdout) as ReturnType<
      typeof planOf
    >;
    const keys = whole.stages.flatMap((stage) => stage.changes.map((change) => change.key));
    expect(keys).toHaveLength(6);
    await fc.assert(
      fc.asyncProperty(fc.subarray(keys), async (some) => {
        await world.emulator.control('reset', { seed: directory(live) });
        const part = {
          ...whole,
          stages: whole.stages.map((stage) => ({ ...stage, changes: stage.changes.filter(({ key }) => some.includes(key)) })),
        };
        const path = join(folder, 'plan.json');
        await writeFile(path, JSON.stringify(part));
        const { code, stdout, stderr } = await applied(world, files, path);
        expect(code, stdout + stderr).toBe(0);
        expect((await world.writes()).map((write) => keyOf(write).slice(1)).sort()).toEqual([...some].sort());
      }),
      { numRuns: 8, seed: 14 },
    );
  });
});
