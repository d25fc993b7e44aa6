/**
 * Incident: the dry run died on an empty id, because it asked for the members of something that only the real run would
 * have created (awslabs/ssosync#281, #280).
 * Property: what is planned has a planned key before it has an id, and what is applied is the plan, change for change.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { apply } from '../../src/commands/apply.ts';
import { plan } from '../../src/commands/plan.ts';
import { directory, keysOf, mail, ORGANIZATION, planOf } from '../cli/site.ts';
import { crew, type Effect, type Files, type Incident, incident, keyOf } from './world.ts';

const PEOPLE = crew(9);
const TIERS = ['pro', 'pro-plus', 'power'] as const;
const GROUP = { pro: 'kiro-eng-pro', 'pro-plus': 'kiro-eng-plus', power: 'kiro-eng-power' } as const;
type Tier = (typeof TIERS)[number];

type Case = {
  /** Seat groups that exist, with their members. */
  readonly live: Readonly<Partial<Record<Tier, readonly string[]>>>;
  readonly granted: Readonly<Record<Tier, readonly string[]>>;
  readonly manage: boolean;
};

const some = fc.subarray([...PEOPLE], { maxLength: 5 });
const cases: fc.Arbitrary<Case> = fc.record({
  live: fc
    .tuple(fc.subarray([...TIERS], { maxLength: 2 }), some, some)
    .map(([tiers, ...members]) => Object.fromEntries(tiers.map((tier, i) => [tier, members[i] ?? []]))),
  granted: fc.record({ pro: some, 'pro-plus': some, power: some }),
  manage: fc.boolean(),
});
/** The seed has no group at all; one group with three members is planned. */
const NOTHING_YET: Case = { live: {}, granted: { pro: [], 'pro-plus': [], power: ['p00', 'p01', 'p02'] }, manage: true };
const EXAMPLES: [Case][] = [[NOTHING_YET]];
const RUNS = { seed: 281, numRuns: 7, examples: EXAMPLES };

function policy({ granted, manage }: Case): Files {
  const documents = [
    {
      kind: 'Profile',
      name: 'engineering',
      account: '111122223333',
      region: 'us-east-1',
      ...(manage ? { applicationAssignments: 'manage' } : {}),
      seats: Object.fromEntries(TIERS.map((tier) => [tier, { group: GROUP[tier], create: true }])),
    },
    ...TIERS.filter((tier) => granted[tier].length > 0).map((tier) => ({
      kind: 'Assignment',
      name: `grant-${tier}`,
      profile: 'engineering',
      tier,
      users: granted[tier].map(mail),
    })),
  ];
  return { 'all.yaml': [ORGANIZATION, ...documents.map((document) => stringify(document))].join('---\n') };
}

const groups = ({ live }: Case) =>
  Object.fromEntries(TIERS.flatMap((tier) => (live[tier] === undefined ? [] : [[GROUP[tier], live[tier]]])));
/** Big changes are meant here. */
const FORCE = ['too-many-removals', 'empties-group', 'too-many-moves', 'monthly-increase'];
const SETTINGS = { applicationAssignments: 'manage' };

/** Writes by stage, each sorted, as a plan is. */
function story(writes: readonly Effect[]): readonly string[] {
  const assigned = writes
    .filter((write) => write.operation === 'CreateApplicationAssignment')
    .map(() => '+application-assignment')
    .sort();
  const others = writes.filter((write) => write.operation !== 'CreateApplicationAssignment').map(keyOf);
  const stage = (what: RegExp) => others.filter((key) => what.test(key)).sort();
  return [...stage(/^\+group\//), ...assigned, ...stage(/^\+membership\//), ...stage(/^-membership\//)];
}

async function begin(world: Incident, one: Case): Promise<void> {
  await world.emulator.control('reset', { seed: directory({ users: PEOPLE, groups: groups(one) }) });
}

describe('a plan of what does not exist yet', () => {
  test('is applied change for change, stage by stage; the next plan is empty', { timeout: 60_000 }, async () => {
    const world = await incident('empty');
    let created = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        await begin(world, one);
        const files = policy(one);
        const planned = await world.run(files, (io, deps) => plan({ format: 'json' }, io, deps), { settings: SETTINGS });
        const document = planOf(planned.stdout);
        expect(document.violations.filter(({ rule }) => !FORCE.includes(rule) && rule !== 'empty-configuration')).toEqual([]);
        const keys = keysOf(document).map((key) => (key.startsWith('+application-assignment/') ? '+application-assignment' : key));

        const ended = await world.run(files, (io, deps) => apply({ yes: true, force: FORCE }, io, deps), { settings: SETTINGS });
        const refused = document.violations.some(({ rule }) => rule === 'empty-configuration');
        expect(ended.code, ended.stdout + ended.stderr).toBe(refused ? 4 : 0);
        const writes = await world.writes();
        if (refused) {
          expect(writes).toEqual([]);
          return;
        }
        expect(story(writes)).toEqual(keys);
        created += writes.filter((write) => write.operation === 'CreateGroup').length;

        const again = planOf((await world.run(files, (io, deps) => plan({ format: 'json' }, io, deps), { settings: SETTINGS })).stdout);
        expect(keysOf(again)).toEqual([]);
      }),
      RUNS,
    );
    expect(created).toBeGreaterThan(5);
  });

  test('a group that is made comes before what needs it, and its members get the id that AWS gave it', async () => {
    const world = await incident({ users: PEOPLE, groups: {} });
    const ended = await world.run(policy(NOTHING_YET), (io, deps) => apply({ yes: true }, io, deps), { settings: SETTINGS });
    expect(ended.code, ended.stdout).toBe(0);
    const writes = await world.writes();
    const made = writes.findIndex((write) => write.operation === 'CreateGroup' && write.group === 'kiro-eng-power');
    expect(made).toBeGreaterThanOrEqual(0);
    const members = writes.filter((write) => write.operation === 'CreateGroupMembership');
    expect(members.map((write) => write.user).sort()).toEqual(['p00', 'p01', 'p02'].map(mail));
    for (const write of members) {
      expect(write.GroupId).toBe(writes[made]?.GroupId);
      expect(writes.indexOf(write)).toBeGreaterThan(made);
    }
  });
});
