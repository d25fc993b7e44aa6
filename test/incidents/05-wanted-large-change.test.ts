/**
 * Incident: a large change that was meant met the cap, so that people removed seven at a time, or set the cap to 100 %
 * for good; elsewhere even planning failed (kubernetes/org#2094, cloudfoundry/community#1576, octodns/octodns#785, #808,
 * solvaholic/octodns-sync#98).
 * Property: the plan always prints in full; the way through is a reviewed document in the same pull request that lifts
 * one rule for the listed keys until a day, and nothing more.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { plan } from '../../src/commands/plan.ts';
import { assignment, keysOf, ORGANIZATION, PROFILE, planOf } from '../cli/site.ts';
import { crew, type Files, type Incident, incident } from './world.ts';

const PEOPLE = crew(29);
const LEAVERS = PEOPLE.slice(0, 28);
const REST = assignment('rest', 'power', ['q00', 'q01']);
const DAY = 24 * 3_600_000;

const files = (keep: readonly string[], ...more: readonly string[]): Files => ({
  'all.yaml': [ORGANIZATION, PROFILE, REST, ...(keep.length === 0 ? [] : [assignment('team', 'pro', keep)]), ...more].join('---\n'),
});
const begin = () => incident({ groups: { 'kiro-eng-pro': PEOPLE, 'kiro-eng-power': ['q00', 'q01'] } });
const planned = async (world: Incident, policy: Files, writeException?: string) =>
  await world.run(policy, (io, deps) => plan({ format: 'json', writeException }, io, deps));
const applied = async (world: Incident, policy: Files) => await world.run(policy, (io, deps) => apply({ yes: true }, io, deps));

/** What `plan --write-exception` writes, as it is put into the pull request. */
async function exceptionOf(world: Incident, policy: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kirosync-exception-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'exception.yaml');
  expect((await planned(world, policy, file)).code).toBe(4);
  return await readFile(file, 'utf8');
}

describe('28 of 29 seats are to go, and that is meant', () => {
  test('refused: the plan prints every removal, and says limit and number; nothing is written', async () => {
    const world = await begin();
    const { code, stdout } = await planned(world, files(['p28']));
    expect(code).toBe(4);
    expect(keysOf(planOf(stdout))).toHaveLength(28);
    const rule = planOf(stdout).violations.find((violation) => violation.rule === 'too-many-removals');
    expect(rule).toMatchObject({ limit: 7, actual: 28 });
    expect(rule?.keys).toHaveLength(28);

    const ended = await applied(world, files(['p28']));
    expect(ended.code).toBe(4);
    for (const name of LEAVERS) expect(ended.stdout).toContain(`${name}@example.com`);
    expect(ended.stdout).toContain('--write-exception');
    expect(await world.writes()).toEqual([]);
  });

  test('with the Exception that plan writes it is applied, by command line and daemon', async () => {
    const world = await begin();
    const exception = await exceptionOf(world, files(['p28']));
    const ended = await applied(world, files(['p28'], exception));
    expect(ended.code, ended.stdout).toBe(0);
    expect(world.members('kiro-eng-pro')).toEqual(['p28']);
  });

  test('the daemon takes the same Exception, and not one removal before it', async () => {
    const world = await begin();
    const daemon = world.daemon(files(['p28']));
    expect((await daemon.pass()).result.outcome).toBe('refused');
    expect(await world.writes()).toEqual([]);
    daemon.push(files(['p28'], await exceptionOf(world, files(['p28']))));
    expect((await daemon.pass()).result.outcome).toBe('applied');
    expect(world.members('kiro-eng-pro')).toEqual(['p28']);
  });

  test('one more removal than listed is judged by itself, and refused where it alone is too much', async () => {
    const world = await incident({ groups: { 'kiro-eng-pro': PEOPLE, 'kiro-eng-power': ['q00', 'q01'] } });
    const exception = await exceptionOf(world, files(PEOPLE.slice(20)));
    const more = await planned(world, files(['p28'], exception));
    expect(more.code).toBe(4);
    // Eight that nobody listed, of 31 people.
    expect(planOf(more.stdout).violations.find((violation) => violation.rule === 'too-many-removals')).toMatchObject({
      limit: 7,
      actual: 8,
    });
    expect((await applied(world, files(['p28'], exception))).code).toBe(4);
    expect(await world.writes()).toEqual([]);
  });

  test('past its day the Exception lifts nothing and says so', async () => {
    const world = await begin();
    const exception = await exceptionOf(world, files(['p28']));
    world.clock.now = new Date(world.clock.now.getTime() + 15 * DAY);
    const late = await applied(world, files(['p28'], exception));
    expect(late.code).toBe(4);
    expect(late.stdout).toMatch(/Exception ended on 2026-11-24/);
    expect(await world.writes()).toEqual([]);
  });

  test('an Exception for another rule, or more keys than the operator allows, lifts nothing', async () => {
    const world = await begin();
    const exception = await exceptionOf(world, files(['p28']));
    const other = exception.replaceAll('rule: empties-group', 'rule: too-many-moves');
    expect((await applied(world, files(['p28'], other))).code).toBe(4);
    const bounded = await world.run(files(['p28'], exception), (io, deps) => apply({ yes: true }, io, deps), {
      settings: { exceptions: { maxKeys: 20 } },
    });
    expect(bounded.code).toBe(4);
    expect(bounded.stdout).toContain('the operator allows 20');
    expect(await world.writes()).toEqual([]);
  });
});
