/**
 * Incident: groups that Control Tower owns were deleted because the identity provider did not have them; recovery was to
 * enrol every account again (awslabs/ssosync#105, #88).
 * Property: what somebody else owns is in no set of writes, whatever the policy and even the operator's globs say: groups
 * named AWS*, groups with ExternalIds, groups that open an AWS account or another application. No group is ever deleted.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { apply } from '../../src/commands/apply.ts';
import type { State } from '../../src/emulator/emulator.ts';
import { APPLICATION, directory, groupId, mail, ORGANIZATION } from '../cli/site.ts';
import { crew, type Files, incident } from './world.ts';

const PEOPLE = crew(6);
const OURS = ['kiro-eng-pro', 'kiro-eng-power'];
const FOREIGN = ['AWSControlTowerAdmins', 'awsServiceCatalog', 'kiro-from-idp', 'kiro-opens-account', 'kiro-opens-payroll'];
const PAYROLL = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-3333333333333333';

/** Everybody's groups side by side; each has members and each is on the Kiro application, as an attacker would like it. */
function seed(): State {
  const names = [...OURS, ...FOREIGN];
  const base = directory({ users: PEOPLE, groups: Object.fromEntries(names.map((name) => [name, ['p00', 'p01']])) });
  const attached = (name: string, ApplicationArn: string = APPLICATION.engineering) => ({
    ApplicationArn,
    PrincipalId: groupId(name),
    PrincipalType: 'GROUP' as const,
  });
  return {
    ...base,
    groups: base.groups.map((group) =>
      group.DisplayName === 'kiro-from-idp' ? { ...group, ExternalIds: [{ Issuer: 'https://idp.example.com', Id: 'ext-1' }] } : group,
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
    assignments: [...base.assignments, ...FOREIGN.map((name) => attached(name)), attached('kiro-opens-payroll', PAYROLL)],
    accountAssignments: [
      {
        AccountId: '444455556666',
        PermissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789eeeeee',
        PrincipalId: groupId('kiro-opens-account'),
        PrincipalType: 'GROUP',
      },
    ],
  };
}

type Case = {
  readonly seats: readonly string[];
  readonly granted: readonly (readonly string[])[];
  readonly globs: readonly string[];
  readonly force: boolean;
};
/** Names as a pull request would write them: exact, in other letters, and one that is not there yet. */
const named = fc.constantFrom(...OURS, ...OURS, ...FOREIGN, 'KIRO-OPENS-ACCOUNT', 'awscontroltoweradmins', 'AWS-kiro-new');
const cases: fc.Arbitrary<Case> = fc.record({
  seats: fc.uniqueArray(named, { minLength: 1, maxLength: 3, selector: (name) => name.toLowerCase() }),
  granted: fc.tuple(...[0, 1, 2].map(() => fc.subarray([...PEOPLE], { minLength: 1 }))),
  globs: fc.constantFrom(['kiro-*'], ['*'], ['AWS*', 'aws*', 'kiro-*'], ['**']),
  force: fc.boolean(),
});
const TIERS = ['pro', 'pro-plus', 'power'];
/** Every limit that can be lifted is lifted: what holds here holds nowhere else up the line. */
const FORCE = ['too-many-removals', 'empties-group', 'too-many-moves', 'monthly-increase'];

function policy({ seats, granted }: Case, create = true): Files {
  const profile = {
    kind: 'Profile',
    name: 'engineering',
    account: '111122223333',
    region: 'us-east-1',
    applicationAssignments: 'manage',
    seats: Object.fromEntries(seats.map((group, i) => [TIERS[i], { group, create }])),
  };
  const assignments = seats.map((_, i) => ({
    kind: 'Assignment',
    name: `grant-${i}`,
    profile: 'engineering',
    tier: TIERS[i],
    users: (granted[i] ?? []).map(mail),
  }));
  return { 'all.yaml': [ORGANIZATION, ...[profile, ...assignments].map((document) => stringify(document))].join('---\n') };
}

const isForeign = (name: string): boolean => /^aws/i.test(name) || FOREIGN.some((foreign) => foreign.toLowerCase() === name.toLowerCase());
const ofOthers = (state: State) => {
  const ids = new Set(FOREIGN.map(groupId));
  return {
    groups: state.groups.filter((group) => ids.has(group.GroupId)),
    memberships: state.memberships.filter((row) => ids.has(row.GroupId)),
  };
};

describe('groups of others', () => {
  test('law: no policy and no glob of the operator makes a write to one', { timeout: 60_000 }, async () => {
    const world = await incident(seed());
    const codes = new Map<number, number>();
    let written = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        await world.emulator.control('reset', { seed: seed() });
        const before = ofOthers(world.emulator.state());
        const settings = { seatGroups: one.globs, applicationAssignments: 'manage', overlapHours: 0 };
        const ended = await world.run(policy(one), (io, deps) => apply({ yes: true, force: one.force ? FORCE : [] }, io, deps), {
          settings,
        });
        codes.set(ended.code, (codes.get(ended.code) ?? 0) + 1);
        const writes = await world.writes();
        written += writes.length;
        const names = new Set([...OURS.map(groupId)]);
        expect(writes.filter((write) => !names.has(write.GroupId ?? String(write['PrincipalId' as keyof typeof write])))).toEqual([]);
        expect(writes.filter((write) => write.operation === 'DeleteGroup')).toEqual([]);
        expect(ofOthers(world.emulator.state())).toEqual(before);
        if (!one.seats.some(isForeign)) return;
        expect(ended.code, ended.stdout + ended.stderr).toBe(4);
        expect(ended.stdout).toContain('foreign-group');
        expect(writes).toEqual([]);
      }),
      { seed: 105, numRuns: 10 },
    );
    expect(Object.fromEntries(codes)).toMatchObject({ 0: expect.any(Number), 4: expect.any(Number) });
    expect(written).toBeGreaterThan(5);
  });

  test.each<[name: string, why: RegExp]>([
    ['AWSControlTowerAdmins', /AWS\* belong to AWS/],
    ['awsServiceCatalog', /AWS\* belong to AWS/],
    ['kiro-from-idp', /ExternalIds/],
    ['kiro-opens-account', /AWS account 444455556666/],
    ['kiro-opens-payroll', /another application/],
  ])('%s as a seat group: 4, the reason in words, and no --force for it', async (name, why) => {
    const world = await incident(seed());
    const files = policy({ seats: [name], granted: [['p02']], globs: [], force: false }, false);
    const settings = { seatGroups: ['*'] };
    const ended = await world.run(files, (io, deps) => apply({ yes: true }, io, deps), { settings });
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(why);
    const forced = await world.run(files, (io, deps) => apply({ yes: true, force: ['foreign-group'] }, io, deps), { settings });
    expect(forced.code).toBe(1);
    expect(await world.writes()).toEqual([]);
  });

  test('a group that becomes somebody else’s is left alone from the next pass on', async () => {
    const world = await incident(seed());
    const files = (users: readonly string[]) => policy({ seats: ['kiro-eng-pro'], granted: [users], globs: [], force: false }, false);
    const daemon = world.daemon(files(['p00', 'p01', 'p02']));
    expect((await daemon.pass()).result.outcome).toBe('applied');
    await world.emulator.control('outsider', { action: 'assign-account', account: '111122223333', group: 'kiro-eng-pro' });
    daemon.push(files(['p00', 'p01', 'p02', 'p03']));
    expect((await daemon.pass()).result.outcome).toBe('refused');
    expect(world.members('kiro-eng-pro')).toEqual(['p00', 'p01', 'p02']);
  });

  test('a seat group that the policy drops stays, with its members', async () => {
    const world = await incident(seed());
    const daemon = world.daemon(
      policy(
        {
          seats: OURS,
          granted: [
            ['p00', 'p01'],
            ['p00', 'p01'],
          ],
          globs: [],
          force: false,
        },
        false,
      ),
    );
    await daemon.pass();
    daemon.push(policy({ seats: ['kiro-eng-pro'], granted: [['p00', 'p01']], globs: [], force: false }, false));
    const result = (await daemon.pass()).result;
    expect(result.plan?.released.map((one) => one.group)).toContain('kiro-eng-power');
    expect(world.members('kiro-eng-power')).toEqual(['p00', 'p01']);
    expect((await world.writes()).filter((write) => write.group === 'kiro-eng-power')).toEqual([]);
  });
});
