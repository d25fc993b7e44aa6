import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { load } from '../../src/config/load.ts';
import { readChoice } from '../../src/import/choice.ts';
import { type Imported, type ImportInput, importLive } from '../../src/import/import.ts';
import { sentence } from '../../src/model/diagnostic.ts';
import type { Live } from '../../src/model/live.ts';
import { changesOf, type Plan } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';
import { liveOf } from '../report/scenario.ts';
import { OPERATOR } from '../support/world.ts';

const NOW = '2026-11-10T09:00:00Z';

function imported(live: Live, more: Partial<ImportInput> = {}): Extract<Imported, { ok: true }> {
  const made = importLive({
    live,
    region: 'eu-west-1',
    today: '2026-11-10',
    choices: [],
    tiers: new Map(),
    seatGroups: OPERATOR.seatGroups,
    ...more,
  });
  if (!made.ok) throw new Error(made.problems.join('\n'));
  return made;
}

/** The plan of what was written against the very state that it was written from. */
function nextPlan(live: Live, made: Extract<Imported, { ok: true }>): Plan {
  const files = made.files.map(({ path, content }) => ({ path, content: new TextEncoder().encode(content), id: path }));
  const loaded = load(files, '2026-11-10');
  if (!loaded.ok)
    throw new Error(loaded.diagnostics.map(sentence).join('\n') + made.files.map((file) => `\n--- ${file.path}\n${file.content}`).join(''));
  return plan({ configuration: loaded.configuration, live, now: new Date(NOW), operator: OPERATOR, revision: null });
}

const AWKWARD = [
  'null',
  'true',
  '~',
  '1e3',
  '0x10',
  '1_000',
  '2026-11-10',
  'yes',
  '- a',
  'a: b',
  '#a',
  '*a',
  '&a',
  '!a',
  '<<',
  '{a}',
  '[a]',
  "it's",
  '"q"',
  ' a',
  'a ',
  '%a',
  '@a',
  '`a`',
  '漢字',
  'A@example.com',
  'a/b=c',
  'a|b',
  '>',
  'a\\b',
];
const userName = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== ''),
  fc.integer({ min: 1, max: 60 }).map((n) => `dev${n}@example.com`),
);
const groupName = fc.oneof(
  fc.constantFrom('kiro-null', 'kiro-a: b', "kiro-it's", 'kiro-#x', 'kiro-"q"', 'kiro-a=b', 'kiro-漢', 'AWSAdmins', 'data-platform'),
  fc.integer({ min: 1, max: 9 }).map((n) => `kiro-${n}`),
);

/** Any directory with two profiles; who is in which group, and what is attached where, is up to chance. */
const anyLive = fc
  .record({
    names: fc.uniqueArray(userName, { minLength: 1, maxLength: 8, selector: (text) => text.toLowerCase() }),
    groups: fc.uniqueArray(groupName, { minLength: 1, maxLength: 5, selector: (text) => text.toLowerCase() }),
    chance: fc.infiniteStream(fc.nat(99)),
  })
  .map(({ names, groups, chance }) => {
    const draw = (percent: number) => (chance.next().value ?? 0) < percent;
    return liveOf({
      now: NOW,
      people: Object.fromEntries(names.map((one) => [one, { disabled: draw(15) }])),
      groups: Object.fromEntries(
        groups.map((one) => [
          one,
          { members: names.filter(() => draw(50)), provisioned: draw(15), ...(draw(10) ? { accounts: ['111122223333'] } : {}) },
        ]),
      ),
      applications: {
        'KiroProfile-us-east-1': { account: '111122223333', groups: groups.filter(() => draw(70)), users: names.filter(() => draw(10)) },
        'KiroProfile-eu-central-1': { account: '444455556666', groups: groups.filter(() => draw(30)) },
        'Kiro Sign-In': { account: '111122223333' },
      },
    });
  });

const TIERS = ['pro', 'pro-plus', 'pro-max', 'power'];

/** Some of the groups of each application, each with a tier of its own. */
function choicesFor(live: Live, skip: number) {
  const names = new Map(live.groups.map((group) => [group.id, group.name]));
  return live.applications.slice(0, 2).flatMap((application) =>
    application.principals
      .filter((one) => one.type === 'GROUP')
      .map((one) => names.get(one.id) ?? '')
      .sort()
      .slice(skip, skip + 4)
      .map((group, i) => ({ profile: application.name.replace('KiroProfile-', ''), tier: TIERS[i] ?? '', group })),
  );
}

describe('law: the plan of what import wrote has no changes', () => {
  test('with seats decided by --seat', () => {
    fc.assert(
      fc.property(anyLive, fc.nat(2), (live, skip) => {
        const made = imported(live, { choices: choicesFor(live, skip) });
        const next = nextPlan(live, made);
        expect(changesOf(next)).toEqual([]);
        // Where every member is disabled, nobody can be granted anything, and the guard rightly says so.
        const nobody = !made.files.some((file) => file.path.startsWith('assignments/'));
        expect(next.violations.filter((one) => !nobody || one.rule !== 'empty-configuration')).toEqual([]);
        expect(next.unresolved).toEqual([]);
        expect(next.money.monthly.after).toBe(next.money.monthly.before);
      }),
      { numRuns: 120 },
    );
  });

  test('with seats decided by usage', () => {
    fc.assert(
      fc.property(anyLive, fc.infiniteStream(fc.constantFrom(...TIERS, 'free')), (live, tier) => {
        const tiers = new Map([['us-east-1', new Map(live.users.map((user) => [user.id, tier.next().value ?? 'pro']))]]);
        expect(changesOf(nextPlan(live, imported(live, { tiers })))).toEqual([]);
      }),
    );
  });

  test('and every group of every application is a seat, or named as undecided', () => {
    fc.assert(
      fc.property(anyLive, fc.nat(2), (live, skip) => {
        const made = imported(live, { choices: choicesFor(live, skip) });
        const named = [...made.seats, ...made.undecided].map((one) => `${one.profile} ${one.group}`).sort();
        const attached = choicesFor(live, 0).length;
        expect(new Set(named).size).toBe(named.length);
        expect(named.length).toBe(
          live.applications.flatMap((one) => one.principals.filter((principal) => principal.type === 'GROUP')).length,
        );
        expect(named.length).toBeGreaterThanOrEqual(attached);
      }),
    );
  });
});

const [ana, bob, cleo] = ['ana@example.com', 'bob@example.com', 'cleo@example.com'];
const LIVE = liveOf({
  now: NOW,
  people: { [bob]: null, [ana]: null, [cleo]: { disabled: true }, null: null },
  groups: {
    'kiro-pro': { members: [bob, ana, cleo, 'null'] },
    'kiro-power': { members: [ana] },
    'kiro-new': { members: [bob] },
    'data-platform': { members: [bob], provisioned: true },
    'not-attached': { members: [ana] },
  },
  applications: {
    'KiroProfile-us-east-1': { account: '111122223333', groups: ['kiro-pro', 'kiro-power', 'kiro-new', 'data-platform'], users: [cleo] },
  },
});
const CHOICES = [
  { profile: 'us-east-1', tier: 'pro', group: 'kiro-pro' },
  { profile: 'us-east-1', tier: 'power', group: 'kiro-power' },
  { profile: 'us-east-1', tier: 'pro-max', group: 'data-platform' },
];

describe('what import writes', () => {
  const made = imported(LIVE, { choices: CHOICES });
  const content = (path: string) => made.files.find((file) => file.path === path)?.content ?? '';

  test('one file for the organization, each profile and each decided seat with people', () => {
    expect(made.files.map((file) => file.path)).toEqual([
      'organization.yaml',
      'profiles/us-east-1.yaml',
      'assignments/us-east-1-power.yaml',
      'assignments/us-east-1-pro.yaml',
    ]);
  });

  test('nothing that could take a seat away', () => {
    expect(parse(content('organization.yaml'))).toMatchObject({
      removals: 'never',
      identityCenter: { region: 'eu-west-1', identityStoreId: 'd-0123456789' },
    });
  });

  test('people one a line, sorted, quoted where YAML would misread them; disabled ones only in a comment', () => {
    expect(content('assignments/us-east-1-pro.yaml')).toContain('users:\n  - ana@example.com\n  - bob@example.com\n  - "null"\n');
    expect(content('assignments/us-east-1-pro.yaml')).toContain('# Disabled, so not listed: cleo@example.com');
  });

  test('a provisioned group is external and has no assignment', () => {
    expect(parse(content('profiles/us-east-1.yaml'))).toMatchObject({
      seats: { 'pro-max': { group: 'data-platform', members: 'external' } },
    });
    expect(made.files.some((file) => file.path.includes('pro-max'))).toBe(false);
  });

  test('an undecided group is commented out, counted and listed', () => {
    expect(content('profiles/us-east-1.yaml')).toMatch(
      /# Undecided \(usage shows no tier of its members\): 1 member\..*\n(?:#.*\n)*# {3}TIER:\n# {5}group: kiro-new\n/,
    );
    expect(made.undecided).toEqual([{ profile: 'us-east-1', group: 'kiro-new', members: 1, why: 'usage shows no tier of its members' }]);
  });

  test('a direct user is in no file and in the notes', () => {
    expect(made.notes).toContainEqual(expect.stringMatching(/^cleo@example\.com is assigned to KiroProfile-us-east-1 directly/));
  });

  test('who has two seats keeps the higher; the lower waits, since removals are never', () => {
    const next = nextPlan(LIVE, made);
    expect(changesOf(next)).toEqual([]);
    expect(next.held.map((held) => held.key)).toContain('membership/kiro-pro/ana@example.com');
    expect(next.manual).toEqual([]);
  });

  test('a name cannot break out of a comment', () => {
    const evil = liveOf({
      now: NOW,
      people: { 'x\n- mallory': { disabled: true } },
      groups: { 'kiro-a\nremovals: immediate': { members: ['x\n- mallory'] } },
      applications: { 'KiroProfile-us-east-1': { account: '111122223333', groups: ['kiro-a\nremovals: immediate'] } },
    });
    const undecided = imported(evil).files.find((file) => file.path === 'profiles/us-east-1.yaml')?.content ?? '';
    expect(Object.keys(parse(undecided))).toEqual(['kind', 'name', 'account', 'region', 'application', 'seats']);
  });
});

describe('names of profiles', () => {
  const profiles = (applications: Parameters<typeof liveOf>[0]['applications']) =>
    imported(liveOf({ now: NOW, people: {}, groups: {}, applications }))
      .files.map((file) => file.path)
      .filter((path) => path.startsWith('profiles/'));

  test('the Region, as long as one account has a profile there', () => {
    expect(
      profiles({ 'KiroProfile-us-east-1': { account: '111122223333' }, 'QDevProfile-eu-central-1': { account: '111122223333' } }),
    ).toEqual(['profiles/eu-central-1.yaml', 'profiles/us-east-1.yaml']);
  });

  test('account and Region, where two accounts have one there', () => {
    expect(
      profiles({ 'KiroProfile-us-east-1': { account: '111122223333' }, 'QDevProfile-us-east-1': { account: '444455556666' } }),
    ).toEqual(['profiles/111122223333-us-east-1.yaml', 'profiles/444455556666-us-east-1.yaml']);
  });

  test('the older application of one account and Region is noted, not taken', () => {
    const live = liveOf({
      now: NOW,
      people: {},
      groups: {},
      applications: { 'QDevProfile-us-east-1': { account: '111122223333' }, 'KiroProfile-us-east-1': { account: '111122223333' } },
    });
    expect(imported(live).notes).toEqual([expect.stringMatching(/QDevProfile-us-east-1 .* is a second Kiro application/)]);
    expect(nextPlan(live, imported(live)).manual).toEqual([]);
  });
});

describe('usage decides', () => {
  const id = (name: string) => LIVE.users.find((user) => user.userName === name)?.id ?? '';
  const seats = (shown: Record<string, string>) =>
    imported(LIVE, { tiers: new Map([['us-east-1', new Map(Object.entries(shown).map(([name, tier]) => [id(name), tier]))]]) }).seats.map(
      (seat) => `${seat.tier}=${seat.group}`,
    );

  test('by people who are in one group of the application only', () => {
    expect(seats({ null: 'pro' })).toEqual(['pro=kiro-pro']);
    expect(seats({ [ana]: 'power' })).toEqual([]);
  });

  test('not when its members disagree, or for a tier that nobody sells', () => {
    expect(seats({ null: 'pro', [cleo]: 'power' })).toEqual([]);
    expect(seats({ null: 'free' })).toEqual([]);
  });

  test('not for a tier that --seat gave to another group', () => {
    const tiers = new Map([['us-east-1', new Map([[id('null'), 'power']])]]);
    const made = imported(LIVE, { tiers, choices: [{ profile: 'us-east-1', tier: 'power', group: 'kiro-power' }] });
    expect(made.undecided).toContainEqual(
      expect.objectContaining({ group: 'kiro-pro', why: 'usage shows power, and so does another group' }),
    );
  });
});

describe('--seat', () => {
  test('is split at the first = and the last / before it', () => {
    expect(readChoice('us-east-1/pro=a/b=c')).toEqual({ profile: 'us-east-1', tier: 'pro', group: 'a/b=c' });
    expect(readChoice('us-east-1=pro')).toMatch(/is not PROFILE\/TIER=GROUP/);
    expect(readChoice('us-east-1/pro=')).toMatch(/is not PROFILE\/TIER=GROUP/);
  });

  test('every choice that does not fit is refused at once, with what was meant', () => {
    const bad = [
      { profile: 'us-east-2', tier: 'pro', group: 'kiro-pro' },
      { profile: 'us-east-1', tier: 'pro-plsu', group: 'kiro-pro' },
      { profile: 'us-east-1', tier: 'pro', group: 'kiro-por' },
      { profile: 'us-east-1', tier: 'power', group: 'kiro-power' },
      { profile: 'us-east-1', tier: 'power', group: 'kiro-new' },
    ];
    const made = importLive({
      live: LIVE,
      region: 'eu-west-1',
      today: '2026-11-10',
      choices: bad,
      tiers: new Map(),
      seatGroups: ['kiro-*'],
    });
    expect(made).toEqual({
      ok: false,
      problems: [
        '--seat us-east-2/pro=kiro-pro: no profile us-east-2 is live; did you mean us-east-1?',
        '--seat us-east-1/pro-plsu=kiro-pro: there is no tier pro-plsu; did you mean pro-plus?',
        '--seat us-east-1/pro=kiro-por: no group kiro-por is assigned to KiroProfile-us-east-1; did you mean kiro-pro?',
        '--seat us-east-1/power=kiro-new: the seat or the group is given twice; each tier has one group.',
      ],
    });
  });
});
