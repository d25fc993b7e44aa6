/** A merged pull request as an attack: what each does to access, seats and money, judged by the emulator's own writes. */
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { statusDocument } from '../../src/daemon/status.ts';
import type { State } from '../../src/emulator/emulator.ts';
import type { SettingsFlags } from '../../src/settings.ts';
import { APPLICATION, assignment, directory, groupId, INSTANCE, mail, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { crew, type Files, type Incident, incident, keyOf } from '../incidents/world.ts';

const PEOPLE = crew(12);
const RESEARCHERS = ['r00', 'r01', 'r02'];
const PAYROLL = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-3333333333333333';
const RESEARCH = `kind: Profile
name: research
account: "444455556666"
region: eu-central-1
seats:
  pro: { group: kiro-res-pro, confirmed: 2026-01-05 }
`;
const researchers = assignment('researchers', 'pro', RESEARCHERS).replace('profile: engineering', 'profile: research');
const team = (users: readonly string[]) => assignment('team', 'pro', users);

/** What everybody agreed on, and what is live: the next plan has no changes. */
const GOOD: Files = {
  'organization.yaml': ORGANIZATION,
  'engineering.yaml': PROFILE,
  'research.yaml': RESEARCH,
  'team.yaml': team(PEOPLE),
  'researchers.yaml': researchers,
};

const SPECIAL = [
  'prod-admins',
  'AWSControlTowerAdmins',
  'kiro-admins',
  'kiro-payroll',
  'kiro-idp',
  'kiro-eng-pro\u00a0',
  '\u043airo-eng-power',
  'kiro-eng-\u0440ower',
];

function seed(): State {
  const groups = {
    'kiro-eng-pro': PEOPLE,
    'kiro-eng-power': [],
    'kiro-res-pro': RESEARCHERS,
    ...Object.fromEntries(SPECIAL.map((name) => [name, []])),
  };
  const base = directory({ users: ['eve', 'mallory'], groups });
  const account = (name: string) => ({
    AccountId: '444455556666',
    PermissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789eeeeee',
    PrincipalId: groupId(name),
    PrincipalType: 'GROUP' as const,
  });
  return {
    ...base,
    users: base.users.map((user) =>
      user.UserId === userId('mallory') ? { ...user, Emails: [{ Value: 'P01@EXAMPLE.com', Type: 'work', Primary: true }] } : user,
    ),
    groups: base.groups.map((group) =>
      group.DisplayName === 'kiro-idp' ? { ...group, ExternalIds: [{ Issuer: 'https://idp.example.com', Id: 'ext-1' }] } : group,
    ),
    applications: [
      ...base.applications,
      {
        ApplicationArn: PAYROLL,
        ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom',
        ApplicationAccount: '111122223333',
        Name: 'Payroll',
      },
    ],
    assignments: [...base.assignments, { ApplicationArn: PAYROLL, PrincipalId: groupId('kiro-payroll'), PrincipalType: 'GROUP' }],
    accountAssignments: [account('prod-admins'), account('kiro-admins')],
  };
}

const CROWD = crew(60);
/** Sixty people in Pro, for $1,200 a month. */
const crowd = () =>
  directory({ groups: { 'kiro-eng-pro': CROWD, 'kiro-eng-power': [], 'kiro-eng-lite': [], 'kiro-res-pro': RESEARCHERS } });

type Told = { readonly code: number; readonly said: string; readonly writes: readonly string[]; readonly world: Incident };

type Options = { readonly settings?: SettingsFlags; readonly state?: State; readonly force?: readonly string[]; readonly without?: string };

async function attack(change: Files, { settings = {}, state = seed(), force = [], without = '' }: Options = {}): Promise<Told> {
  const world = await incident(state);
  const files = Object.fromEntries(Object.entries({ ...GOOD, ...change }).filter(([path]) => !without.split(' ').includes(path)));
  const { code, stdout, stderr } = await world.run(files, (io, deps) => apply({ yes: true, force }, io, deps), { settings });
  return { code, said: stdout + stderr, writes: (await world.writes()).map(keyOf), world };
}

const doc = (value: object) => `${JSON.stringify(value)}\n`;
const powerGroup = (group: string, more = '') => ({
  'engineering.yaml': PROFILE.replace(
    '{ group: kiro-eng-power, confirmed: 2026-01-05 }',
    `{ group: ${JSON.stringify(group)}, confirmed: 2026-01-05${more} }`,
  ),
  'grab.yaml': assignment('grab', 'power', ['eve']),
});
const application = (name: string) => ({
  'engineering.yaml': PROFILE.replace('application: KiroProfile-us-east-1', `application: ${JSON.stringify(name)}`),
  'grab.yaml': assignment('grab', 'power', ['eve']),
});
const organization = (from: string, to: string) => ({ 'organization.yaml': ORGANIZATION.replace(from, to) });
const exception = (rule: string, keys: readonly string[], until = '2026-12-01') =>
  doc({ kind: 'Exception', rule, keys, until, reason: 'Believe me' });
const keysOf = (names: readonly string[], group = 'kiro-eng-pro') => names.map((name) => `membership/${group}/${mail(name)}`);
const leavers = PEOPLE.slice(0, 8);
const dropped = { 'team.yaml': team(PEOPLE.slice(8)) };

test('without an attack there is nothing to do', async () => {
  expect(await attack({})).toMatchObject({ code: 0, writes: [] });
});

describe('refused, with nothing written', () => {
  test.each<[string, Files, number, string | RegExp]>([
    ['a seat in a group outside seatGroups', powerGroup('prod-admins'), 4, /foreign-group.*kiro-\* only.*opens AWS account 444455556666/],
    ['a seat in an AWS* group', powerGroup('AWSControlTowerAdmins'), 4, /foreign-group.*AWS\* belong to AWS/],
    ['a seat in a kiro-* group that opens an account', powerGroup('kiro-admins'), 4, /foreign-group.*opens AWS account 444455556666/],
    ['a seat in a group of another application', powerGroup('kiro-payroll'), 4, /foreign-group.*another application/],
    ['a seat in a group that the identity provider owns', powerGroup('kiro-idp'), 4, /foreign-group.*SCIM or Active Directory/],
    ['a group of another profile', powerGroup('kiro-res-pro'), 1, 'seat-group-reused'],
    ['a group of another profile in other letters', powerGroup('KIRO-res-pro'), 1, 'names-differ-only-in-case'],
    ['a group with a Cyrillic first letter', powerGroup('\u043airo-eng-power'), 4, /foreign-group.*kiro-\* only/],
    ['the application of another profile, by ARN', application(APPLICATION.research), 4, /foreign-group.*another application/],
    ['the instance of somebody else', organization('ssoins-0123456789abcdef', 'ssoins-fedcba9876543210'), 5, /ssoins-fedcba9876543210/],
    [
      'another identity store',
      organization(`instanceArn: "${INSTANCE}"`, `instanceArn: "${INSTANCE}", identityStoreId: d-9999999999`),
      5,
      /d-9999999999/,
    ],
    ['two thirds of a team dropped', dropped, 4, /too-many-removals.*8 of 12/],
    [
      'everybody excluded',
      {
        'team.yaml': `${team(PEOPLE)}exclude: { users: [${PEOPLE.map(mail).join(', ')}] }\nallowEmpty: true\n`,
        'researchers.yaml': `${researchers}exclude: { users: [${RESEARCHERS.map(mail).join(', ')}] }\nallowEmpty: true\n`,
      },
      4,
      /empty-configuration/,
    ],
    [
      'looser limits beside the drop',
      { ...dropped, 'policy.yaml': doc({ kind: 'Policy', limits: { removals: { percent: 100, count: 1000, from: 1000 } } }) },
      4,
      /too-many-removals.*25 %/,
    ],
    [
      'an Exception for a guard that none may lift',
      { ...powerGroup('prod-admins'), 'x.yaml': exception('foreign-group', ['group/prod-admins']) },
      1,
      'wrong-value',
    ],
    [
      'an Exception with a wildcard',
      {
        ...dropped,
        'x.yaml': `${exception('too-many-removals', ['membership/kiro-eng-pro/*'])}---\n${exception('empties-group', ['membership/*'])}`,
      },
      4,
      /too-many-removals.*8 of 12/,
    ],
    [
      'an Exception for another rule',
      { ...dropped, 'x.yaml': exception('too-many-moves', keysOf(leavers)) },
      4,
      /too-many-removals.*8 of 12/,
    ],
    [
      'an expired Exception',
      { ...dropped, 'x.yaml': exception('too-many-removals', keysOf(leavers), '2026-11-09') },
      4,
      /expired-exception/,
    ],
    [
      'an Exception for some of the leavers',
      { ...dropped, 'x.yaml': exception('too-many-removals', keysOf(leavers.slice(0, 2))) },
      4,
      /too-many-removals.*6 of 12/,
    ],
    [
      'an Exception that counts one key many times',
      { ...dropped, 'x.yaml': exception('too-many-removals', Array(8).fill(keysOf(['p00'])[0])) },
      4,
      /too-many-removals.*7 of 12/,
    ],
    ['another account', { 'engineering.yaml': PROFILE.replace('111122223333', '999999999999') }, 4, /foreign-group.*another application/],
    ['a price below zero', { 'tier.yaml': doc({ kind: 'Tier', name: 'power', monthlyUsd: -5 }) }, 1, 'wrong-value'],
    ['a price beyond numbers', { 'tier.yaml': doc({ kind: 'Tier', name: 'power', monthlyUsd: 1e308 }) }, 1, 'wrong-value'],
    ['a rank that makes the cheap tier win', { 'tier.yaml': doc({ kind: 'Tier', name: 'pro', rank: 40 }) }, 1, 'equal-rank'],
    ['a second Organization', { 'more.yaml': ORGANIZATION }, 1, 'exactly-one-organization'],
    [
      'members of a seat group as a source',
      { 'grab.yaml': assignment('grab', 'power', ['eve']).replace('users:', 'groups: [kiro-eng-pro]\nusers:') },
      1,
      'seat-group-as-source',
    ],
    ['a profile that names the settings', { 'engineering.yaml': `${PROFILE}seatGroups: ['*']\n` }, 1, 'unknown-field'],
  ])('%s', async (_, change, code, said) => {
    const told = await attack(change);
    expect(told).toMatchObject({ code, writes: [] });
    expect(told.said.replaceAll('\n', ' ')).toMatch(said);
  });

  test('an Exception that lists more than the operator lets it, in two documents', async () => {
    const split = {
      'x.yaml': exception('too-many-removals', keysOf(leavers.slice(0, 4))),
      'y.yaml': exception('too-many-removals', keysOf(leavers.slice(4))),
    };
    const told = await attack({ ...dropped, ...split }, { settings: { exceptions: { maxKeys: 7 } } });
    expect(told).toMatchObject({ code: 4, writes: [] });
    expect(told.said).toMatch(/exception-without-effect.*8 keys.*allows 7/);
  });

  test('an Exception for a rule that the operator keeps', async () => {
    const told = await attack(
      { ...dropped, 'x.yaml': exception('too-many-removals', keysOf(leavers)) },
      { settings: { exceptions: { rules: ['over-budget'] } } },
    );
    expect(told).toMatchObject({ code: 4, writes: [] });
    expect(told.said).toContain('exception-without-effect');
  });

  describe('a spree of sixty people', () => {
    const power = { 'team.yaml': assignment('team', 'power', CROWD) };
    const noPro = PROFILE.replace(/ {2}pro: .*\n/, '');
    const cheap = (more: object) => doc({ kind: 'Tier', name: 'power', monthlyUsd: 0.01, ...more });
    const lite = PROFILE.replace('  power: {', '  power-lite: { group: kiro-eng-lite, confirmed: 2026-01-05 }\n  power: {');
    const spree = '\\$1,260\\.00 to \\$12,060\\.00';
    test.each<[string, Files, RegExp]>([
      ['as it is', power, new RegExp(`monthly-increase.*${spree} \\(\\+\\$10,800\\.00\\);`)],
      [
        'with their seat dropped',
        { ...power, 'engineering.yaml': noPro },
        new RegExp(`60 of 60 people .*counting 60 in released groups;.*${spree} .*counting 60 people in released groups at 20 USD`),
      ],
      ['with a price of 0.01', { ...power, 'tier.yaml': cheap({}) }, new RegExp(`run-rate at list price would go from ${spree}`)],
      [
        'into an invented tier',
        {
          'team.yaml': assignment('team', 'power-lite', CROWD),
          'engineering.yaml': lite,
          'tier.yaml': cheap({ name: 'power-lite', credits: 10_000, rank: 99 }),
        },
        new RegExp(`price-far-below-list.*run-rate at list price would go from ${spree}`),
      ],
    ])('%s', async (_, change, said) => {
      const told = await attack(change, { state: crowd(), settings: { exceptions: { rules: [] } } });
      expect(told).toMatchObject({ code: 4, writes: [] });
      expect(told.said.replaceAll(/\s+/g, ' ')).toMatch(said);
    });
  });
});

describe('held, with nothing written about it', () => {
  test.each<[string, Files, RegExp]>([
    ['an application that does not exist, by a look-alike name', application('KiroProfile-us-eas\u0442-1'), /does not exist; did you mean/],
    ["an application that is not Kiro's, by ARN", application(PAYROLL), /does not exist/],
    ['a group with a look-alike name that is not there', powerGroup('kiro-eng-\u0440ower2'), /does not exist/],
    ['a seat group with a space behind', powerGroup('kiro-eng-power '), /does not exist; did you mean/],
    [
      'a source group that does not exist, beside a drop',
      { 'team.yaml': team(PEOPLE.slice(1)).replace('users:', 'groups: [no-such-team]\nusers:') },
      /source group no-such-team/,
    ],
    [
      'a person under a name with an invisible letter',
      { 'team.yaml': team(PEOPLE).replace(mail('p03'), '"p0\\u200b3@example.com"') },
      /may be this person/,
    ],
  ])('%s', async (_, change, said) => {
    const told = await attack(change);
    expect(told).toMatchObject({ code: 0, writes: [] });
    expect(told.said.replaceAll('\n', ' ')).toMatch(said);
  });

  test('removals of people whom the operator protects, whatever the repository drops', async () => {
    const told = await attack({ 'team.yaml': team(PEOPLE.slice(1)) }, { settings: { protected: { users: [mail('p00')] } } });
    expect(told).toMatchObject({ code: 0, writes: [] });
    expect(told.said).toContain(`${mail('p00')} is protected`);
  });

  test('an e-mail that somebody else took does not take the seat', async () => {
    // Mallory's e-mail is the userName of p01 but for case, and the policy is written just like it.
    const told = await attack({ 'team.yaml': team(PEOPLE).replace(mail('p01'), 'P01@EXAMPLE.com') });
    expect(told.writes).toEqual([]);
    expect(told.said).toContain('P01@EXAMPLE.com');
    expect(told.world.members('kiro-eng-pro')).toEqual(PEOPLE);
  });
});

describe("named, and the operator's word stays", () => {
  test('applicationAssignments: manage by the repository alone attaches nothing', async () => {
    const told = await attack({
      'engineering.yaml': PROFILE.replace('seats:', 'applicationAssignments: manage\nseats:')
        .replace('kiro-eng-power', 'kiro-eng-new')
        .replace('{ group: kiro-eng-new,', '{ group: kiro-eng-new, create: true,'),
    });
    expect(told.said).toContain('manage-not-allowed');
    expect(told.writes).toEqual(['+group/kiro-eng-new']);
  });

  test('removals: immediate beside a drop is an ordinary removal, named with its person', async () => {
    const told = await attack({
      ...organization('removals: immediate', 'removals: never'),
      'engineering.yaml': PROFILE.replace('kiro-eng-pro,', 'kiro-eng-pro, removals: immediate,'),
      'team.yaml': team(PEOPLE.slice(1)),
    });
    expect(told.writes).toEqual(['-membership/kiro-eng-pro/p00@example.com']);
    expect(told.said).toMatch(/People \(1\)/);
  });

  test('a renamed profile moves nobody', async () => {
    const renamed = (text: string) => text.replaceAll('engineering', 'engineers');
    expect(await attack({ 'engineering.yaml': renamed(PROFILE), 'team.yaml': renamed(team(PEOPLE)) })).toMatchObject({
      code: 0,
      writes: [],
    });
  });

  test('a dropped seat releases its people: named, never removed', async () => {
    const told = await attack({
      'research.yaml': RESEARCH.replace(/ {2}pro: .*\n/, '  power: { group: kiro-res-power, create: true }\n'),
      'researchers.yaml': researchers.replace('tier: pro', 'tier: power'),
    });
    expect(told.writes.filter((write) => write.startsWith('-'))).toEqual([]);
    expect(told.said).toMatch(/Released[\s\S]*research +kiro-res-pro +3 members/);
    expect(told.world.members('kiro-res-pro')).toEqual(RESEARCHERS);
  });

  test('the price of a tier far below its list price is told in every plan', async () => {
    const told = await attack({ 'tier.yaml': doc({ kind: 'Tier', name: 'power', monthlyUsd: 0.01 }) });
    expect(told.said).toMatch(/tier\.yaml:1:\d+ price-far-below-list: .*\$0\.01.*\$200\.00/);
  });

  const exceptions = (until?: string, keys = keysOf(leavers)) =>
    `${exception('too-many-removals', keys, until)}---\n${exception('empties-group', keys, until)}`;

  test('an Exception that works is named with the sentence of the guard it lifts', async () => {
    const told = await attack({ ...dropped, 'x.yaml': exceptions() });
    expect(told).toMatchObject({ code: 0, writes: keysOf(leavers).map((key) => `-${key}`) });
    expect(told.said).toMatch(/x\.yaml:1:1 guard-lifted: An Exception for too-many-removals lifts .* 8 of 12 people would lose their seat/);
    expect(told.said).not.toContain('exception-lists-too-much');
  });

  test('so is --force', async () => {
    const told = await attack(dropped, { force: ['too-many-removals', 'empties-group'] });
    expect(told.writes).toHaveLength(8);
    expect(told.said).toMatch(/guard-lifted: --force too-many-removals lifts .* 8 of 12 people would lose their seat/);
  });

  test('a sleeper: an Exception for people whom nobody drops yet', async () => {
    const told = await attack({ 'x.yaml': exceptions('2027-06-30') });
    expect(told).toMatchObject({ code: 0, writes: [] });
    expect(told.said).toMatch(/x\.yaml:1:1 exception-lists-too-much: 8 of the 8 keys .*p00@example\.com.* and 3 more/);
    expect(told.said).toMatch(/x\.yaml:1:1 exception-long: .*until 2027-06-30/);
  });

  test("a seat at another tier's group, and two groups exchanged", async () => {
    const pointed = PROFILE.replace('group: kiro-eng-pro,', 'group: kiro-eng-power,').replace(/ {2}power: .*\n/, '');
    expect((await attack({ 'engineering.yaml': pointed })).said).toMatch(
      /engineering\.yaml:7:17 seat-group-of-another-tier: .*"kiro-eng-power" of "engineering\/pro"/,
    );
    const swapped = PROFILE.replace('kiro-eng-pro,', 'X,').replace('kiro-eng-power,', 'kiro-eng-pro,').replace('X,', 'kiro-eng-power,');
    expect((await attack({ 'engineering.yaml': swapped })).said.match(/seat-group-of-another-tier/g)).toHaveLength(2);
  });

  test('a whole profile dropped: its application is named while other accounts are read', async () => {
    const third = RESEARCH.replace('name: research', 'name: third')
      .replace('444455556666', '777788889999')
      .replace('eu-central-1', 'us-east-1');
    const told = await attack(
      { 'third.yaml': third.replace('kiro-res-pro', 'kiro-third-pro') },
      { without: 'research.yaml researchers.yaml' },
    );
    expect(told.writes).toEqual([]);
    expect(told.said).toMatch(/application-without-profile: .*KiroProfile-eu-central-1 of account 444455556666/);
    expect(told.world.members('kiro-res-pro')).toEqual(RESEARCHERS);
  });
});

describe('a daemon pass', () => {
  test('names what bounds a pull request also when the pass that changed it was applied at once', async () => {
    const world = await incident(seed());
    const policy = doc({
      kind: 'Policy',
      protected: { users: [mail('p00')] },
      expect: [{ user: mail('p00'), profile: 'engineering', tier: 'pro' }],
      budgets: [{ name: 'all', monthlyUsd: 500 }],
    });
    const run = world.daemon({ ...GOOD, 'policy.yaml': policy });
    await run.pass();
    run.push({
      ...GOOD,
      'team.yaml': team(PEOPLE.slice(1)),
      'policy.yaml': doc({ kind: 'Policy', budgets: [{ name: 'all', monthlyUsd: 50_000 }] }),
      'tier.yaml': doc({ kind: 'Tier', name: 'power', monthlyUsd: 150 }),
    });
    const { result } = await run.pass();
    expect(result.outcome).toBe('applied');
    const { changedSinceApplied, policyChanges } = statusDocument(run.daemon);
    expect(changedSinceApplied).toEqual([]);
    expect(policyChanges).toMatchObject([{ parts: ['protected', 'budgets', 'prices', 'expectations'], revision: result.attempted }]);
    await run.stop();
  });

  test('names a seat at another group, and a whole profile that is gone', async () => {
    const world = await incident(seed());
    const run = world.daemon(GOOD);
    await run.pass();
    run.push({ ...GOOD, 'engineering.yaml': PROFILE.replace(/kiro-eng-power, confirmed: \S+ /, 'kiro-eng-power ') });
    const first = await run.pass();
    const { 'research.yaml': _, 'researchers.yaml': __, ...rest } = GOOD;
    run.push(rest);
    const second = await run.pass();
    expect(statusDocument(run.daemon).policyChanges).toMatchObject([
      { parts: expect.arrayContaining(['seats', 'profiles']), revision: second.result.attempted },
      { parts: ['seats'], revision: first.result.attempted },
    ]);
    expect(world.members('kiro-res-pro')).toEqual(RESEARCHERS);
    await run.stop();
  });

  test("people who are dropped from the operator's protection by nobody stay, pass after pass", async () => {
    const world = await incident(seed());
    const run = world.daemon(GOOD, { protected: { users: [mail('p00')] } });
    await run.pass();
    run.push({ ...GOOD, 'team.yaml': team(PEOPLE.slice(1)) });
    expect((await run.pass()).result.plan?.held.map(({ reason }) => reason)).toEqual([expect.stringContaining('is protected')]);
    expect(world.members('kiro-eng-pro')).toEqual(PEOPLE);
    await run.stop();
  });
});
