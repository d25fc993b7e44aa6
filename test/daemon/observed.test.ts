/** Pull requests that would take seats out of the operator's observe mode, on the emulator; and the ways out that are meant. */
import { describe, expect, test } from 'vitest';
import { statusDocument } from '../../src/daemon/status.ts';
import type { Settings } from '../../src/model/settings.ts';
import { assignment, ORGANIZATION, PROFILE } from '../cli/site.ts';
import { crew, type Files, type Incident, type IncidentDaemon, incident } from '../incidents/world.ts';

type Modes = Pick<Settings, 'mode' | 'profiles'>;

const PEOPLE = crew(12);
const RESEARCHERS = ['r00', 'r01', 'r02'];
const OBSERVED = { mode: 'observe' } as const;
const ENFORCED = { mode: 'enforce' } as const;
/** The two ways to say it: all but one is enforced, or one is. */
const BUT_ENGINEERING: Modes = { mode: 'enforce', profiles: { engineering: OBSERVED } };
const ONLY_RESEARCH: Modes = { mode: 'observe', profiles: { research: ENFORCED } };

const profile = (name: string, account = '111122223333', more = '') =>
  PROFILE.replace('name: engineering', `name: ${name}`).replace('111122223333', account) + more;
const research = (name: string) =>
  `kind: Profile\nname: ${name}\naccount: "444455556666"\nregion: eu-central-1\nseats:\n  pro: { group: kiro-res-pro, confirmed: 2026-01-05 }\n`;
const dummy = (name: string) =>
  `kind: Profile\nname: ${name}\naccount: "999988887777"\nregion: us-east-1\nseats:\n  pro: { group: kiro-none-pro, create: true }\n`;
const team = (of: string, users: readonly string[]) => assignment('team', 'pro', users).replace('profile: engineering', `profile: ${of}`);
const labs = (of: string, users = RESEARCHERS) => assignment('labs', 'pro', users).replace('profile: engineering', `profile: ${of}`);

/** A policy: what engineering and research are called in it, and who is granted a seat. */
function policy(names: { readonly eng?: string; readonly res?: string }, people = PEOPLE, more: Files = {}): Files {
  const { eng = 'engineering', res = 'research' } = names;
  return {
    'organization.yaml': ORGANIZATION,
    'eng.yaml': profile(eng),
    'res.yaml': research(res),
    'team.yaml': team(eng, people),
    'labs.yaml': labs(res),
    ...more,
  };
}

const GOOD = policy({});
const FEWER = PEOPLE.slice(1);
const DUMMY: Files = { 'dummy.yaml': dummy('engineering') };

type World = { readonly world: Incident; readonly run: IncidentDaemon };

async function begin(settings: Modes, first: Files = GOOD): Promise<World> {
  const world = await incident({ groups: { 'kiro-eng-pro': PEOPLE, 'kiro-eng-power': [], 'kiro-res-pro': RESEARCHERS } });
  const run = world.daemon(first, settings);
  await run.pass();
  return { world, run };
}

async function next({ run }: World, files: Files) {
  run.push(files);
  return (await run.pass()).result;
}

const applied = ({ run }: World) => statusDocument(run.daemon).revision.applied;

/** The pass wrote nothing and recorded nothing, and says why. */
async function refrained(world: World, files: Files, says: RegExp): Promise<void> {
  const before = applied(world);
  const seats = world.run.journal.list.filter(({ type }) => type.startsWith('seats')).length;
  const result = await next(world, files);
  expect(result).toMatchObject({ outcome: 'pending', applied: null, message: expect.stringMatching(says) });
  expect(applied(world)).toBe(before);
  expect(world.run.journal.list.filter(({ type }) => type.startsWith('seats'))).toHaveLength(seats);
  expect(await world.world.writes()).toEqual([]);
  expect(world.world.members('kiro-eng-pro')).toEqual(PEOPLE);
}

/** The same journal and branch under other settings, as after a restart. */
async function restarted({ world, run }: World, files: Files, settings: Modes) {
  const history = world.daemon(GOOD, settings);
  history.journal.list.push(...run.journal.list);
  history.push(files);
  await run.stop();
  return { world, run: history };
}

const TAKEN = /gives what was observed as engineering .*111122223333.* to eng2.*set the mode of eng2 to observe/;

describe('a pull request does not get seats out of observe mode', () => {
  test('by a plain rename', async () => {
    const world = await begin(BUT_ENGINEERING);
    expect(applied(world)).not.toBeNull();
    await refrained(world, policy({ eng: 'eng2' }, FEWER), /no profile of that name/);
  });

  test('by a rename with a dummy under the old name', async () => {
    await refrained(await begin(BUT_ENGINEERING), policy({ eng: 'eng2' }, FEWER, DUMMY), TAKEN);
  });

  test.each([
    ['all but it are enforced', BUT_ENGINEERING],
    ['only the other is', ONLY_RESEARCH],
  ])('by an exchange of names, where %s', async (_, settings) => {
    const world = await begin(settings);
    await refrained(world, policy({ eng: 'research', res: 'engineering' }, FEWER), /observed as engineering .* to research/);
  });

  test.each<[string, Files, Files]>([
    ['renamed first, dropped then', policy({ eng: 'eng2' }, PEOPLE, DUMMY), policy({ eng: 'eng2' }, FEWER, DUMMY)],
    [
      'exchanged first, dropped then',
      policy({ eng: 'research', res: 'engineering' }),
      policy({ eng: 'research', res: 'engineering' }, FEWER),
    ],
  ])('in two commits: %s', async (_, first, second) => {
    const world = await begin(BUT_ENGINEERING);
    await refrained(world, first, /Nothing is applied/);
    await refrained(world, second, /Nothing is applied/);
  });

  test('in two commits: the name moved away first, and the account taken then', async () => {
    const world = await begin(BUT_ENGINEERING);
    const { 'team.yaml': _, ...rest } = GOOD;
    const away = { ...rest, 'eng.yaml': dummy('engineering') };
    await refrained(world, away, /that name is now account 999988887777/);
    await refrained(world, policy({ eng: 'eng2' }, FEWER, DUMMY), TAKEN);
  });

  test('in two commits: let go by the policy first, and taken by an enforced name then', async () => {
    const world = await begin(ONLY_RESEARCH);
    const { 'eng.yaml': _, 'team.yaml': __, ...left } = GOOD;
    expect((await next(world, left)).outcome).toBe('in-sync');
    await refrained(world, policy({ eng: 'research', res: 'labs' }, FEWER), /observed as engineering .* to research/);
  });

  test('by its groups, in another Region of the account', async () => {
    const world = await begin(BUT_ENGINEERING);
    const rest = PROFILE.slice(0, PROFILE.indexOf('seats:'));
    const elsewhere = profile('eng2').replace('region: us-east-1', 'region: eu-central-1');
    const files = policy({ eng: 'eng2' }, FEWER, {
      'eng.yaml': elsewhere,
      'dummy.yaml': `${rest}seats:\n  pro-plus: { group: kiro-eng-plus, create: true }\n`,
    });
    await refrained(world, files, /observed as engineering \(group kiro-eng-p\w+\) to eng2/);
  });

  test('while its own changes wait, so that no revision is ever applied', async () => {
    const world = await begin(BUT_ENGINEERING, policy({}, FEWER));
    expect(applied(world)).toBeNull();
    await refrained(world, policy({ eng: 'eng2' }, FEWER, DUMMY), TAKEN);
    await refrained(world, policy({ eng: 'eng2' }, FEWER, DUMMY), TAKEN);
  });

  test('between two runs, before the operator kept it in observe mode', async () => {
    const world = await begin({ mode: 'enforce', profiles: {} });
    const { run } = await restarted(world, policy({ eng: 'eng2' }, FEWER, DUMMY), BUT_ENGINEERING);
    expect((await run.pass()).result).toMatchObject({ outcome: 'pending', message: expect.stringMatching(TAKEN) });
    expect(world.world.members('kiro-eng-pro')).toEqual(PEOPLE);
  });
});

describe('the ways out that an operator has', () => {
  test.each<[string, Modes, string]>([
    ['observed under its new name', { mode: 'enforce', profiles: { eng2: OBSERVED } }, 'pending'],
    ['enforced from now on', { mode: 'enforce', profiles: {} }, 'applied'],
  ])('renamed, and %s', async (_, settings, outcome) => {
    const files = policy({ eng: 'eng2' }, FEWER, DUMMY);
    const before = await begin(BUT_ENGINEERING);
    await refrained(before, files, TAKEN);
    const { run, world } = await restarted(before, files, settings);
    const { result } = await run.pass();
    // The dummy's group is written in both cases, as it is enforced in both.
    expect(result.outcome).toBe(outcome);
    expect(world.members('kiro-eng-pro')).toEqual(outcome === 'applied' ? FEWER : PEOPLE);
  });

  test('names exchanged, and the modes with them', async () => {
    const files = policy({ eng: 'research', res: 'engineering' });
    const before = await begin(BUT_ENGINEERING);
    await refrained(before, files, /Nothing is applied/);
    const { run } = await restarted(before, files, { mode: 'enforce', profiles: { research: OBSERVED } });
    // Nobody can tell it from an escape, since the settings of yesterday are not known: names of their own can be told.
    expect((await run.pass()).result).toMatchObject({ outcome: 'pending', message: expect.stringContaining('undo the change') });
    await run.stop();
    const fresh = policy({ eng: 'eng2', res: 'res2' });
    const second = await restarted({ ...before, run }, fresh, { mode: 'enforce', profiles: { eng2: OBSERVED } });
    expect((await second.run.pass()).result.outcome).toBe('in-sync');
  });

  test('the policy is put back: the next pass goes on, and its other profile is enforced', async () => {
    const world = await begin(BUT_ENGINEERING);
    await refrained(world, policy({ eng: 'eng2' }, FEWER, DUMMY), TAKEN);
    expect((await next(world, GOOD)).outcome).toBe('in-sync');
    expect((await next(world, policy({}, FEWER, { 'labs.yaml': labs('research', RESEARCHERS.slice(1)) }))).outcome).toBe('pending');
    expect(world.world.members('kiro-res-pro')).toEqual(RESEARCHERS.slice(1));
    expect(world.world.members('kiro-eng-pro')).toEqual(PEOPLE);
  });

  test('a rename of what is enforced anyway needs nobody', async () => {
    const world = await begin(BUT_ENGINEERING);
    expect((await next(world, policy({ res: 'res2' }))).outcome).toBe('in-sync');
  });
});
