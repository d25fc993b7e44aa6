import fc from 'fast-check';
import { stringify } from 'yaml';
import type { State } from '../../src/emulator/emulator.ts';
import { directory, groupId, mail, ORGANIZATION, userId } from '../cli/site.ts';

/** Small random organisations: what is live, and a policy about it. Everything is said in short names. */

export const PEOPLE = Array.from({ length: 12 }, (_, i) => `p${String(i).padStart(2, '0')}`);
const SEATS = {
  engineering: { pro: 'kiro-eng-pro', 'pro-plus': 'kiro-eng-plus', power: 'kiro-eng-power' },
  research: { pro: 'kiro-res-pro' },
} as const;
const SEAT_GROUPS = ['kiro-eng-pro', 'kiro-eng-plus', 'kiro-eng-power', 'kiro-res-pro'] as const;
const TEAMS = ['team-a', 'team-b'] as const;
/** A seat group that the operator's `seatGroups` does not allow. */
export const FOREIGN = 'prod-admins';

export type Grant = {
  readonly profile: 'engineering' | 'research';
  readonly tier: 'pro' | 'pro-plus' | 'power';
  readonly users: readonly string[];
  readonly teams: readonly string[];
  readonly excluded: readonly string[];
};

export type Organisation = {
  readonly members: Readonly<Record<string, readonly string[]>>;
  readonly disabled: readonly string[];
  readonly detached: readonly string[];
  readonly removals: 'never' | 'month-end' | 'immediate';
  readonly grants: readonly Grant[];
  readonly foreign: boolean;
};

const someOf = (most: number) => fc.uniqueArray(fc.constantFrom(...PEOPLE), { maxLength: most });

const grant: fc.Arbitrary<Grant> = fc
  .record({
    profile: fc.constantFrom('engineering' as const, 'engineering' as const, 'research' as const),
    tier: fc.constantFrom('pro' as const, 'pro-plus' as const, 'power' as const),
    users: fc.uniqueArray(fc.constantFrom(...PEOPLE), { minLength: 1, maxLength: 8 }),
    teams: fc.subarray([...TEAMS]),
    excluded: someOf(2),
  })
  .filter(({ users, excluded }) => users.some((name) => !excluded.includes(name))) // else it is an empty assignment, an error
  .map((each) => (each.profile === 'research' ? { ...each, tier: 'pro' as const } : each));

export const organisation: fc.Arbitrary<Organisation> = fc.record({
  members: fc.record({
    'kiro-eng-pro': someOf(12),
    'kiro-eng-plus': someOf(4),
    'kiro-eng-power': someOf(6),
    'kiro-res-pro': someOf(5),
    'team-a': someOf(6),
    'team-b': someOf(3),
    [FOREIGN]: someOf(2),
  }),
  disabled: someOf(2),
  detached: fc.subarray(['kiro-eng-plus', 'kiro-res-pro']),
  removals: fc.constantFrom('immediate' as const, 'immediate' as const, 'month-end' as const, 'never' as const),
  grants: fc.array(grant, { minLength: 1, maxLength: 4 }),
  foreign: fc.constantFrom(false, false, false, true),
});

const bare: Organisation = {
  members: {
    'kiro-eng-pro': PEOPLE,
    'kiro-eng-plus': [],
    'kiro-eng-power': [],
    'kiro-res-pro': [],
    'team-a': [],
    'team-b': [],
    [FOREIGN]: [],
  },
  disabled: [],
  detached: [],
  removals: 'immediate',
  grants: [],
  foreign: false,
};
const grantOf = (profile: Grant['profile'], tier: Grant['tier'], users: readonly string[]): Grant => ({
  profile,
  tier,
  users,
  teams: [],
  excluded: [],
});

/** In every run of a law: people who stay, go up, move to another profile, and lose their seat. */
export const RESHUFFLED: Organisation = {
  ...bare,
  grants: [
    grantOf('engineering', 'pro', PEOPLE.slice(0, 4)),
    grantOf('engineering', 'power', PEOPLE.slice(4, 7)),
    grantOf('research', 'pro', PEOPLE.slice(7, 9)),
  ],
};

/** One leaver in twelve, which no limit refuses. */
export const ONE_LEAVER: Organisation = { ...bare, grants: [grantOf('engineering', 'pro', PEOPLE.slice(1))] };

export function seed({ members, disabled, detached }: Organisation): State {
  return directory({ users: PEOPLE, disabled, detached, groups: members });
}

/** The policy as one YAML text. */
export function policy({ removals, grants, foreign }: Organisation): string {
  const profile = (name: keyof typeof SEATS, account: string, region: string, more: Readonly<Record<string, object>> = {}) => ({
    kind: 'Profile',
    name,
    account,
    region,
    seats: {
      ...Object.fromEntries(Object.entries(SEATS[name]).map(([tier, group]) => [tier, { group, confirmed: '2026-01-05' }])),
      ...more,
    },
  });
  const documents: readonly object[] = [
    profile('engineering', '111122223333', 'us-east-1', foreign ? { 'pro-max': { group: FOREIGN } } : {}),
    profile('research', '444455556666', 'eu-central-1'),
    ...grants.map((each, i) => ({
      kind: 'Assignment',
      name: `grant-${i}`,
      profile: each.profile,
      tier: each.tier,
      users: each.users.map(mail),
      ...(each.teams.length === 0 ? {} : { groups: each.teams, allowEmpty: true }),
      ...(each.excluded.length === 0 ? {} : { exclude: { users: each.excluded.map(mail) } }),
    })),
  ];
  return [ORGANIZATION.replace('immediate', removals), ...documents.map((document) => stringify(document))].join('---\n');
}

/** One person's seat in one profile. */
export type Place = { readonly profile: string; readonly userId: string };

export const placeName = ({ profile, userId: id }: Place): string => `${profile}/${PEOPLE.find((name) => userId(name) === id) ?? id}`;

/** The places of enabled people that some assignment grants, by reading the words of the policy again. */
export function granted({ grants, members, disabled }: Organisation): readonly Place[] {
  return grants.flatMap(({ profile, users, teams, excluded }) =>
    [...users, ...teams.flatMap((team) => members[team] ?? [])]
      .filter((name) => !excluded.includes(name) && !disabled.includes(name))
      .map((name) => ({ profile, userId: userId(name) })),
  );
}

export const ALLOWED: ReadonlySet<string> = new Set(SEAT_GROUPS.map(groupId));
