import { load } from '../../src/config/load.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import type { Live, LiveGroup, LiveMembership } from '../../src/model/live.ts';
import type { Seat } from '../../src/model/seat.ts';
import type { SourceFile } from '../../src/ports.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { OPERATOR, TODAY } from './directory.ts';
import { INSTANCE } from './organisation.ts';
import { random } from './scenario.ts';

export type PlanWorld = {
  readonly configuration: Configuration;
  readonly live: Live;
  readonly now: Date;
  readonly seats: readonly Seat[];
  /** Memberships of teams, and those of seat groups. */
  readonly teams: readonly LiveMembership[];
  readonly held: readonly LiveMembership[];
};

const TIERS = ['pro', 'pro-plus', 'pro-max', 'power'] as const;
const PROFILES = [
  { name: 'engineering', account: '111122223333' },
  { name: 'research', account: '444455556666' },
] as const;
/** Teams of one assignment, and teams of one person. */
const TEAMS_EACH = 5;
const TEAMS_OF_ONE = 5;
const MADE = '2026-01-05T00:00:00.000Z';
const NOW = new Date(`${TODAY}T12:00:00.000Z`);

const number = (n: number): string => String(n).padStart(7, '0');
const groupOf = (profile: string, tier: string): string => `kiro-${profile}-${tier}`;

function policy(teams: number): string {
  const assignments = Array.from({ length: Math.ceil(teams / TEAMS_EACH) }, (_, i) => {
    const groups = Array.from({ length: TEAMS_EACH }, (_each, j) => `team-${number((i * TEAMS_EACH + j) % teams)}`);
    return `kind: Assignment\nname: a${number(i)}\nprofile: ${PROFILES[0].name}\ntier: ${TIERS[i % TIERS.length]}\ngroups: [${[...new Set(groups)].join(', ')}]\n`;
  });
  const profiles = PROFILES.map(
    ({ name, account }) =>
      `kind: Profile\nname: ${name}\naccount: "${account}"\nregion: us-east-1\nseats:\n${TIERS.map((tier) => `  ${tier}: { group: ${groupOf(name, tier)}, confirmed: 2026-01-05 }\n`).join('')}`,
  );
  const head = `kind: Organization\nversion: 1\nidentityCenter: { region: eu-west-1, instanceArn: "${INSTANCE}" }\nremovals: immediate\nduplicates: allow\n`;
  return [head, ...profiles, ...assignments].join('---\n');
}

const teamsOf = (people: number): number => Math.max(20, Math.round(people / 50));

/** The policy repository of so many people: one file. */
export function repositoryOf(people: number): readonly SourceFile[] {
  return [{ path: 'policy.yaml', content: new TextEncoder().encode(policy(teamsOf(people))), id: `policy-${people}` }];
}

/**
 * So many people in five teams each, a team for fifty people. All but one of `missing` people hold the seats that their teams
 * give them, and one of 200 holds one that nobody grants; with `missing` 1 everybody holds exactly what they are granted.
 */
export function planWorld(people: number, seed: number, missing = 100): PlanWorld {
  const chance = random(seed);
  const teamCount = teamsOf(people);
  const users = Array.from({ length: people }, (_, i) => {
    const name = `person${number(i)}@example.com`;
    return { id: `id-${number(i)}`, userName: name, emails: [name], givenName: `Given${i}`, familyName: `Family${i}`, enabled: true };
  });
  const teams: LiveGroup[] = Array.from({ length: teamCount }, (_, i) => ({
    id: `team-id-${number(i)}`,
    name: `team-${number(i)}`,
    provisioned: true,
  }));
  const seatGroups = PROFILES.flatMap(({ name }) =>
    TIERS.map((tier) => ({ id: `seat-id-${name}-${tier}`, name: groupOf(name, tier), provisioned: false })),
  );
  const membership = (groupId: string, userId: string): LiveMembership => ({
    id: `m-${groupId}-${userId}`,
    groupId,
    userId,
    createdAt: MADE,
    createdBy: null,
  });
  const inTeams = users.flatMap(({ id }, i) =>
    Array.from({ length: TEAMS_OF_ONE }, (_, k) =>
      membership(`team-id-${number((i * 7 + k * 13 + Math.floor(chance() * 97)) % teamCount)}`, id),
    ),
  );
  const applications = PROFILES.map(({ name, account }) => ({
    arn: `arn:aws:sso::${account}:application/ssoins-0123456789abcdef/apl-${name}`,
    name: 'KiroProfile-us-east-1',
    account,
    principals: TIERS.map((tier) => ({ id: `seat-id-${name}-${tier}`, type: 'GROUP' as const })),
  }));
  const groups = [...teams, ...seatGroups];
  const live: Live = {
    format: 'kirosync.live/v1',
    instant: NOW.toISOString(),
    instance: { arn: INSTANCE, identityStoreId: 'd-0123456789' },
    asked: { users: null, groups: null },
    users,
    groups,
    membersRead: groups.map(({ id }) => id),
    memberships: inTeams,
    applications,
    access: seatGroups.map(({ id }) => ({
      groupId: id,
      applications: applications.filter(({ principals }) => principals.some((principal) => principal.id === id)).map(({ arn }) => arn),
      accounts: [],
    })),
  };
  const loaded = load(repositoryOf(people), TODAY);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
  const { seats } = resolve(loaded.configuration, live, NOW, OPERATOR);
  const held = seats
    .filter((_, i) => missing === 1 || i % missing !== 0)
    .map((seat) => membership(`seat-id-${seat.profile}-${seat.tier}`, seat.userId));
  const leavers = users.slice(0, missing === 1 ? 0 : Math.round(people / 200)).map(({ id }) => membership('seat-id-research-power', id));
  const known = new Set(held.map(({ id }) => id));
  const all = [...held, ...leavers.filter(({ id }) => !known.has(id))];
  return {
    configuration: loaded.configuration,
    live: { ...live, memberships: [...inTeams, ...all] },
    now: NOW,
    seats,
    teams: inTeams,
    held: all,
  };
}
