import { describe, expect, test } from 'vitest';
import { BASE, changes, configuration, OPERATOR, planOf, type World } from '../support/world.ts';

const EMPTY = { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] };
const world = (groups: Record<string, readonly string[]>, more: Partial<World> = {}): World => ({
  ...more,
  groups: { ...EMPTY, ...groups },
});
const assignment = (more: object) => `---\n${JSON.stringify({ kind: 'Assignment', name: 'a', profile: 'eng', tier: 'pro', ...more })}\n`;
/** Somebody keeps a seat, so that the configuration is not empty; `leaver` is in power and granted nothing. */
const KEEP = assignment({ name: 'keep', users: ['keep@example.com'] });
const LEAVER = { 'kiro-eng-pro': ['keep@example.com'], 'kiro-eng-power': ['bob.miller@example.com'] };
const END = 'membership/kiro-eng-power/bob.miller@example.com';

describe('removals wait', () => {
  test('not at all, when nothing holds them', () => {
    expect(changes(planOf(KEEP, world(LEAVER)))).toEqual([`-${END}`]);
  });

  test.each<[string, string, Partial<World>, string]>([
    ['a source group does not resolve', assignment({ groups: ['nowhere'] }), {}, 'source group nowhere'],
    [
      'an exclude group does not resolve',
      assignment({ users: ['keep@example.com'], exclude: { groups: ['nowhere'] } }),
      {},
      'exclude group nowhere',
    ],
    [
      'a protected user is unknown',
      '---\nkind: Policy\nprotected: { users: [ghost@example.com] }\n',
      {},
      'protected user ghost@example.com',
    ],
    ['the person is protected', '---\nkind: Policy\nprotected: { users: [bob.miller@example.com] }\n', {}, 'is protected'],
    ['an unresolved name has the same local part', assignment({ users: ['Bob.Miller@old.example'] }), {}, 'may be this person'],
    [
      'an unresolved name is made of given and family name',
      assignment({ users: ['miller_bob@old.example'] }),
      { users: [{ userName: 'bob.miller@example.com', givenName: 'Bob', familyName: 'Miller' }] },
      'may be this person',
    ],
    ['the application is missing', '', { applications: [] }, 'does not exist'],
  ])('while %s', (_, policy, more, words) => {
    const made = planOf(KEEP + policy, world(LEAVER, more));
    expect(changes(made)).not.toContain(`-${END}`);
    const held = made.held.find((one) => one.key === END);
    expect(held?.reason).toContain(words);
    expect(held?.until).toBeNull();
  });

  test('a look-alike of an assignment that is not active holds nothing', () => {
    const made = planOf(KEEP + assignment({ users: ['bob.miller@old.example'], until: '2026-11-09' }), world(LEAVER));
    expect(changes(made)).toEqual([`-${END}`]);
  });

  test('the operator protects people too, whatever the repository says', () => {
    const made = planOf(KEEP, world(LEAVER), { operator: { ...OPERATOR, protected: { users: ['bob.miller@example.com'] } } });
    expect(made.held.map((one) => one.key)).toEqual([END]);
  });

  describe('when a profile grants seats to people whom nobody can see', () => {
    const LAB = 'membership/kiro-lab-pro/lab@example.com';
    const members = { ...LEAVER, 'kiro-lab-pro': ['lab@example.com'] };
    const move = assignment({ name: 'b', profile: 'eng', groups: ['nowhere'] });

    test('in another profile too, for whoever may be moving there', () => {
      const made = planOf(KEEP + move, world(members));
      expect(changes(made)).toEqual([]);
      expect(made.held.find((one) => one.key === LAB)).toMatchObject({ profile: 'lab', until: null });
      expect(made.held.find((one) => one.key === LAB)?.reason).toContain('source group nowhere');
    });

    test('in another profile too, for whoever is named there in a way that may be this person', () => {
      const named = assignment({ name: 'b', profile: 'eng', users: ['lab@old.example'] });
      expect(changes(planOf(KEEP + named, world(members)))).toEqual([`-${END}`]);
    });

    test('not in another profile for whoever keeps a seat', () => {
      const both = { ...members, 'kiro-eng-pro': ['keep@example.com', 'lab@example.com'] };
      const kept = assignment({ name: 'c', users: ['lab@example.com'] });
      expect(changes(planOf(KEEP + move + kept, world(both)))).toEqual([`-${LAB}`]);
    });
  });

  test('a seat may say otherwise than its organization', () => {
    const text = BASE.replace('power: { group: kiro-eng-power,', 'power: { group: kiro-eng-power, removals: never,');
    const made = planOf(KEEP, world(LEAVER), { configuration: configuration(text, KEEP) });
    expect(made.held).toMatchObject([{ key: END, until: null }]);
    expect(made.people).toMatchObject([{ user: 'bob.miller@example.com', from: 'power', to: null, effective: null }]);
  });

  test('of several holds the one that ends last is told', () => {
    const text = BASE.replace('removals: immediate', 'removals: month-end');
    const policy = assignment({ users: ['bob.miller@example.com', 'keep@example.com'] });
    const young = { 'kiro-eng-power': ['bob.miller@example.com'], 'kiro-eng-pro': ['keep@example.com'] };
    const early = planOf(policy, world(young), { configuration: configuration(text, policy) });
    expect(early.held).toMatchObject([{ key: END, until: '2026-11-29T00:00:00.000Z' }]);
    const late = planOf(policy, world(young), { configuration: configuration(text, policy), now: new Date('2026-11-28T12:00:00Z') });
    expect(late.held).toMatchObject([{ key: END, until: '2026-11-29T12:00:00.000Z' }]);
    expect(late.people[0]).toMatchObject({ effective: '2026-12-01' });
  });

  test('a disabled person never waits for month end', () => {
    const text = BASE.replace('removals: immediate', 'removals: month-end');
    const users = [{ userName: 'bob.miller@example.com', enabled: false }];
    const policy = KEEP + assignment({ tier: 'power', users: ['bob.miller@example.com'] });
    const made = planOf(policy, world(LEAVER, { users }), { configuration: configuration(text, policy) });
    expect(changes(made)).toEqual([`-${END}`]);
    expect(made.people[0]?.why).toBe('disabled in the directory');
  });

  test('a move to another profile keeps the old seat until the new one has settled', () => {
    const policy = KEEP + assignment({ profile: 'lab', users: ['bob.miller@example.com'] });
    const first = planOf(policy, world(LEAVER));
    expect(changes(first)).toEqual(['+membership/kiro-lab-pro/bob.miller@example.com']);
    expect(first.held).toMatchObject([{ key: END, until: '2026-11-11T12:00:00.000Z' }]);
    expect(first.money.duplicates).toMatchObject([{ user: 'bob.miller@example.com', held: true, yearly: 0 }]);
    const settled = planOf(policy, world({ ...LEAVER, 'kiro-lab-pro': ['bob.miller@example.com'] }));
    expect(changes(settled)).toEqual([`-${END}`]);
  });

  test('an external seat neither shadows, withholds nor removes a managed one', () => {
    const policy = KEEP + assignment({ profile: 'lab', users: ['dana@example.com'] });
    const made = planOf(policy, world({ ...LEAVER, 'data-platform': ['dana@example.com', 'bob.miller@example.com'] }));
    expect(changes(made)).toEqual(['+membership/kiro-lab-pro/dana@example.com', `-${END}`]);
  });
});

describe('creates wait', () => {
  test('for an exclude group that nobody can look into', () => {
    const made = planOf(
      assignment({ users: ['ana@example.com'], exclude: { groups: ['nowhere'] } }),
      world({}, { users: ['ana@example.com'] }),
    );
    expect(changes(made)).toEqual([]);
    expect(made.held).toMatchObject([{ key: 'membership/kiro-eng-pro/ana@example.com', action: 'create' }]);
    expect(made.unresolved).toMatchObject([{ kind: 'group', name: 'nowhere', file: '01.yaml' }]);
  });

  test('for a seat group that is missing and may not be made; others go on', () => {
    const groups = { 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-eng-proo': [], 'kiro-lab-pro': [], 'data-platform': [] };
    const policy = assignment({ users: ['ana@example.com'] }) + assignment({ name: 'b', tier: 'power', users: ['bob@example.com'] });
    const made = planOf(policy, { users: ['ana@example.com', 'bob@example.com'], groups });
    expect(changes(made)).toEqual(['+membership/kiro-eng-power/bob@example.com']);
    expect(made.manual.find((step) => step.key === 'group/kiro-eng-pro')?.text).toContain('did you mean "kiro-eng-proo"?');
  });

  test('for nothing when create: true: the group comes first', () => {
    const text = BASE.replace('{ group: kiro-eng-power,', '{ group: kiro-eng-power, create: true,');
    const policy = assignment({ tier: 'power', users: ['ana@example.com'] });
    const groups = { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-lab-pro': [], 'data-platform': [] };
    const made = planOf(policy, { users: ['ana@example.com'], groups }, { configuration: configuration(text, policy) });
    expect(changes(made)).toEqual(['+group/kiro-eng-power', '+membership/kiro-eng-power/ana@example.com']);
    expect(made.manual.map((step) => step.text)).toContain(
      'Kiro console, Region us-east-1: Users & groups → Add group → kiro-eng-power → Kiro Power',
    );
  });
});

describe('names', () => {
  test('shadowing: the highest rank wins, equal tiers go to the smallest assignment name', () => {
    const policy =
      assignment({ name: 'z', users: ['ana@example.com'] }) +
      assignment({ name: 'm', tier: 'power', users: ['ana@example.com'], costCenter: 'M' }) +
      assignment({ name: 'b', tier: 'power', users: ['ana@example.com'], costCenter: 'B' });
    const made = planOf(policy, world({}, { users: ['ana@example.com'] }));
    expect(made.people).toMatchObject([{ to: 'power', why: 'assignment b, by name' }]);
    expect(made.money.byCostCenter).toMatchObject([{ name: 'B', after: 20000 }]);
  });

  test('exact, then e-mail, then a unique match but for case, with a warning; two names are one person', () => {
    const users = [{ userName: 'Ana', emails: ['ana@example.com'] }];
    const made = planOf(assignment({ users: ['ana@example.com', 'ANA'] }), world({}, { users }));
    expect(changes(made)).toEqual(['+membership/kiro-eng-pro/Ana']);
    expect(made.warnings.map((one) => one.rule)).toEqual(['name-differs-in-case', 'same-person-twice']);
  });

  test('an ambiguous name is unresolved, not guessed', () => {
    const users = [{ userName: 'Ana' }, { userName: 'ANA', id: 'id-2' }];
    const made = planOf(assignment({ users: ['ana'] }), world({}, { users }));
    expect(made.unresolved.map((one) => one.name)).toEqual(['ana']);
  });

  test('released: a leftover seat group on the application is named and left alone', () => {
    const made = planOf(KEEP, {
      groups: { ...EMPTY, 'kiro-eng-pro': ['keep@example.com'], 'kiro-eng-trial': ['x@example.com', 'y@example.com'] },
    });
    expect(made.released).toEqual([{ profile: 'eng', group: 'kiro-eng-trial', members: 2, monthly: null }]);
    expect(changes(made)).toEqual([]);
  });
});
