/**
 * Incident: the tool said that it had made one correction after its user had answered "no" (DNSControl/dnscontrol#2637).
 * Property: counts are of effects and not of intentions: what is reported equals what the emulator saw us write, whether changes
 * were declined, skipped, repeated, failed or made.
 */
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { assignment, DIRECTORY, mail, ORGANIZATION, POLICY, PROFILE, userId } from '../cli/site.ts';
import { crew, type Incident, incident, keyOf } from './world.ts';

const yes = (world: Incident) => world.run(POLICY, (io, deps) => apply({ yes: true, force: ['empties-group'] }, io, deps));
const EFFECTS = /(\d+) applied, (\d+) failed, (\d+) skipped of (\d+) planned; (\d+) effects/;
const counts = (stdout: string) => (EFFECTS.exec(stdout) ?? []).slice(1).map(Number);

describe('the report counts effects', () => {
  test('declined: 2, no count at all, nothing written', async () => {
    const world = await incident(DIRECTORY);
    const ran = await world.run(POLICY, (io, deps) => apply({}, io, deps), { answer: async () => false });
    expect(ran.code).toBe(2);
    expect(ran.stdout).not.toMatch(EFFECTS);
    expect(ran.stderr).toContain('Declined; nothing was written.');
    expect(await world.writes()).toEqual([]);
  });

  test('made: as many effects as writes; asked again: nothing to do, and no count', async () => {
    const world = await incident(DIRECTORY);
    expect(counts((await yes(world)).stdout)).toEqual([3, 0, 0, 3, 3]);
    expect(await world.writes()).toHaveLength(3);
    const again = await yes(world);
    expect({ code: again.code, counts: counts(again.stdout) }).toEqual({ code: 0, counts: [] });
    expect(await world.writes()).toHaveLength(3);
  });

  test('the answer was lost and the call repeated: one effect, one write', async () => {
    const world = await incident(DIRECTORY);
    await world.emulator.control('faults', { kind: 'drop-after-write', operation: 'CreateGroupMembership', times: 2 });
    await world.emulator.control('faults', { kind: 'drop-after-write', operation: 'DeleteGroupMembership', times: 1 });
    const { code, stdout } = await yes(world);
    expect(code).toBe(0);
    expect(counts(stdout)).toEqual([3, 0, 0, 3, 3]);
    expect(await world.writes()).toHaveLength(3);
  });

  test('somebody else was faster: applied, and no effect of ours', async () => {
    const world = await incident(DIRECTORY);
    let isFaster = false;
    const ran = await world.run(POLICY, (io, deps) => {
      const observe: typeof deps.observe = async (scope) => {
        const live = await deps.observe(scope);
        if (isFaster) return live;
        isFaster = true;
        await world.emulator.control('outsider', { action: 'add-member', group: 'kiro-eng-pro', user: mail('bob') });
        await world.emulator.control('outsider', { action: 'remove-member', group: 'kiro-eng-pro', user: mail('eve') });
        return live;
      };
      return apply({ yes: true }, io, { ...deps, observe });
    });
    expect(ran.code).toBe(0);
    expect(counts(ran.stdout)).toEqual([3, 0, 0, 3, 1]);
    expect((await world.writes()).map(keyOf)).toEqual(['+membership/kiro-eng-power/cleo@example.com']);
  });

  test('failed and skipped ones are counted as that, in the CLI and in the journal of a daemon', async () => {
    const people = crew(6);
    const files = { 'o.yaml': ORGANIZATION, 'p.yaml': PROFILE, 'a.yaml': assignment('a', 'pro', people) };
    const world = await incident({ users: people, groups: { 'kiro-eng-pro': [], 'kiro-eng-power': ['p00', 'p01'] } });
    await world.emulator.control('faults', { kind: 'reject', operation: 'CreateGroupMembership', principal: userId('p03') });
    const daemon = world.daemon(files);
    const { result } = await daemon.pass();
    const made = await world.writes();
    expect(result.outcome).toBe('incomplete');
    expect(result.applied).toMatchObject({ planned: 6, applied: 5, failed: 1, skipped: 0, effects: made.length });
    const ended = daemon.journal.list.findLast((entry) => entry.type === 'pass-ended');
    expect(ended).toMatchObject({ counts: { planned: 6, applied: 5, failed: 1, skipped: 0, effects: 5 } });
    // The next passes leave the failing one alone and claim nothing for it.
    const second = (await daemon.pass()).result.applied;
    const third = (await daemon.pass()).result.applied;
    expect([second, third]).toMatchObject([
      { applied: 0, failed: 1, skipped: 0, effects: 0 },
      { applied: 0, failed: 0, skipped: 1, effects: 0 },
    ]);
    expect(await world.writes()).toHaveLength(5);
  });
});
