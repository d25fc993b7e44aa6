import { stringify } from 'yaml';
import type { State } from '../../src/emulator/emulator.ts';
import { groupId, INSTANCE, mail, STORE, userId } from '../cli/site.ts';

/** A made-up organisation as its people see it: who should have which seat, told without any word of the product. */

export const TIERS = ['pro', 'pro-plus', 'pro-max', 'power'] as const;
export type TierName = (typeof TIERS)[number];

export type ProfileModel = {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly tiers: readonly TierName[];
  /** A group that the identity provider fills and that is subscribed as it is. */
  readonly external: { readonly tier: TierName; readonly group: string } | null;
};

/** `inPolicy` is how the policy spells it; the directory may have moved on to `name`. */
export type Team = { name: string; inPolicy: string; readonly provisioned: boolean };

export type Grant = {
  readonly name: string;
  readonly profile: string;
  readonly tier: TierName;
  readonly users: readonly string[];
  readonly teams: readonly Team[];
  readonly excluded: readonly string[];
  /** Days, inclusive. */
  readonly from?: string;
  readonly until?: string;
};

export type Organisation = {
  readonly people: readonly string[];
  readonly profiles: readonly ProfileModel[];
  readonly teams: readonly Team[];
  readonly removals: 'never' | 'month-end' | 'immediate';
  readonly duplicates: 'warn' | 'allow';
  /** A seat group that does not exist at first: kirosync makes it, somebody adds it in the console later. */
  readonly late: { readonly profile: string; readonly tier: TierName } | null;
  readonly manage: boolean;
};

/** What the newest commit says. */
export type Policy = {
  readonly grants: readonly Grant[];
  readonly protectedPeople: readonly string[];
  /** Day on which the console step of the late seat was confirmed. */
  readonly lateConfirmed: string | null;
  readonly exceptions: readonly { readonly rule: string; readonly keys: readonly string[] }[];
};

export const START = new Date('2026-11-03T09:00:00.000Z');
const LONG_AGO = '2026-01-05T00:00:00.000Z';
const KIRO = 'arn:aws:sso::aws:applicationProvider/codewhisperer';
const PLACES = [
  ['engineering', '111122223333', 'us-east-1'],
  ['research', '444455556666', 'eu-central-1'],
  ['studio', '777788889999', 'us-west-2'],
] as const;

export const seatGroup = (profile: string, tier: string): string => `kiro-${profile}-${tier}`;
export const applicationName = (profile: Pick<ProfileModel, 'region'>): string => `KiroProfile-${profile.region}`;
const applicationArn = (profile: ProfileModel): string =>
  `arn:aws:sso::${profile.account}:application/ssoins-0123456789abcdef/apl-${profile.account}0000`;

/** Choices that depend on one generator alone. */
export type Dice = {
  readonly chance: (probability: number) => boolean;
  /** A whole number from `least` to `most`. */
  readonly number: (least: number, most: number) => number;
  readonly one: <T>(list: readonly T[]) => T;
  readonly some: <T>(list: readonly T[], count: number) => readonly T[];
};

export const dice = (random: () => number): Dice => {
  const number: Dice['number'] = (least, most) => least + Math.floor(random() * (most - least + 1));
  const shuffled = <T>(list: readonly T[]): readonly T[] =>
    list
      .map((item) => [random(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  return {
    chance: (probability) => random() < probability,
    number,
    one: (list) => {
      const item = list[number(0, list.length - 1)];
      if (item === undefined) throw new Error('nothing to choose from');
      return item;
    },
    some: (list, count) => shuffled(list).slice(0, count),
  };
};

export const organisation = (d: Dice): Organisation => {
  const people = Array.from({ length: d.number(20, 60) }, (_, i) => `p${String(i).padStart(2, '0')}`);
  const profiles = PLACES.slice(0, d.number(2, 3)).map(([name, account, region]): ProfileModel => {
    const tiers = TIERS.slice(0, d.number(2, 4));
    const spare = TIERS.find((tier) => !tiers.includes(tier));
    const external = spare !== undefined && d.chance(0.3) ? { tier: spare, group: `idp-${name}` } : null;
    return { name, account, region, tiers, external };
  });
  const teams = Array.from({ length: d.number(2, 4) }, (_, i): Team => {
    const name = `team-${'abcd'.charAt(i)}`;
    return { name, inPolicy: name, provisioned: d.chance(0.5) };
  });
  const home = d.one(profiles);
  const lateTier = home.tiers.at(-1);
  return {
    people,
    profiles,
    teams,
    removals: d.chance(0.75) ? 'immediate' : d.chance(0.7) ? 'month-end' : 'never',
    duplicates: d.chance(0.5) ? 'warn' : 'allow',
    late: lateTier !== undefined && d.chance(0.3) ? { profile: home.name, tier: lateTier } : null,
    manage: d.chance(0.4),
  };
};

export const isLate = ({ late }: Organisation, profile: string, tier: string): boolean => late?.profile === profile && late.tier === tier;

/** The policy of the first day: most people by name, some by their team, nobody in the late seat yet. */
export const firstPolicy = (org: Organisation, d: Dice): Policy => {
  const places = org.profiles.flatMap(({ name, tiers }) =>
    tiers.filter((tier) => !isLate(org, name, tier)).map((tier) => ({ name, tier })),
  );
  const lists = new Map(places.map((place) => [place, [] as string[]]));
  for (const person of org.people) if (d.chance(0.75)) lists.get(d.one(places))?.push(person);
  const named = [...lists].map(([{ name, tier }, users]): Grant => grantOf(name, tier, users));
  const byTeam = org.teams.map((team, i): Grant => {
    const { name, tier } = d.one(places);
    return { name: `by-team-${i}`, profile: name, tier, users: [], teams: [team], excluded: d.chance(0.3) ? d.some(org.people, 1) : [] };
  });
  return { grants: [...named, ...byTeam], protectedPeople: d.some(org.people, 1), lateConfirmed: null, exceptions: [] };
};

export const grantOf = (profile: string, tier: TierName, users: readonly string[]): Grant => ({
  name: `${profile}-${tier}`,
  profile,
  tier,
  users,
  teams: [],
  excluded: [],
});

export const policyText = (org: Organisation, policy: Policy): string => {
  const profiles = org.profiles.map((profile) => ({
    kind: 'Profile',
    name: profile.name,
    account: profile.account,
    region: profile.region,
    applicationAssignments: org.manage ? 'manage' : 'verify',
    seats: Object.fromEntries([
      ...profile.tiers.map((tier) => {
        const group = seatGroup(profile.name, tier);
        if (!isLate(org, profile.name, tier)) return [tier, { group, confirmed: '2026-01-05' }];
        return [tier, { group, create: true, ...(policy.lateConfirmed === null ? {} : { confirmed: policy.lateConfirmed }) }];
      }),
      ...(profile.external === null ? [] : [[profile.external.tier, { group: profile.external.group, members: 'external' }]]),
    ]),
  }));
  const assignments = policy.grants
    .filter(({ users, teams }) => users.length + teams.length > 0)
    .map(({ name, profile, tier, users, teams, excluded, from, until }) => ({
      kind: 'Assignment',
      name,
      profile,
      tier,
      ...(users.length === 0 ? {} : { users: users.map(mail) }),
      ...(teams.length === 0 ? {} : { groups: teams.map((team) => team.inPolicy) }),
      ...(excluded.length === 0 ? {} : { exclude: { users: excluded.map(mail) } }),
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
      reason: 'Soak',
    }));
  const documents: readonly object[] = [
    {
      kind: 'Organization',
      version: 1,
      identityCenter: { region: 'eu-west-1', instanceArn: INSTANCE },
      removals: org.removals,
      duplicates: org.duplicates,
    },
    { kind: 'Policy', protected: { users: policy.protectedPeople.map(mail) } },
    ...profiles,
    ...assignments,
    ...policy.exceptions.map((each) => ({ kind: 'Exception', ...each, until: '2027-12-31', reason: 'Looked at by a person' })),
  ];
  return documents.map((document) => stringify(document)).join('---\n');
};

/** Members of each group, by display name. */
export const membersOf = (state: State): ReadonlyMap<string, ReadonlySet<string>> => {
  const names = new Map(state.groups.map((group) => [group.GroupId, group.DisplayName ?? '']));
  const found = new Map<string, Set<string>>([...names.values()].map((name) => [name, new Set()]));
  for (const { GroupId, MemberId } of state.memberships) found.get(names.get(GroupId) ?? '')?.add(MemberId.UserId);
  return found;
};

export type Wish = { readonly userId: string; readonly profile: string; readonly tier: TierName };

/** Who should have which seat on a day, by reading the policy as its author means it: a renamed team is still that team. */
export const wishes = (policy: Policy, state: State, day: string): readonly Wish[] => {
  const members = membersOf(state);
  const enabled = new Set(state.users.filter((user) => user.UserStatus !== 'DISABLED').map((user) => user.UserId));
  const best = new Map<string, Wish>();
  for (const grant of policy.grants) {
    if ((grant.from ?? day) > day || (grant.until ?? day) < day) continue;
    const excluded = new Set(grant.excluded.map(userId));
    const reached = [...grant.users.map(userId), ...grant.teams.flatMap((team) => [...(members.get(team.name) ?? [])])];
    for (const id of reached) {
      if (excluded.has(id) || !enabled.has(id)) continue;
      const key = `${grant.profile} ${id}`;
      const known = best.get(key);
      if (known === undefined || TIERS.indexOf(grant.tier) > TIERS.indexOf(known.tier))
        best.set(key, { userId: id, profile: grant.profile, tier: grant.tier });
    }
  }
  return [...best.values()];
};

/** The directory of the first day: what the first policy wants, and a few things that it does not. */
export const firstState = (org: Organisation, policy: Policy, d: Dice): State => {
  const disabled = new Set(d.some(org.people, d.number(0, 3)));
  const users: State['users'] = org.people.map((name) => ({
    UserId: userId(name),
    UserName: mail(name),
    DisplayName: name,
    Emails: [{ Value: mail(name), Type: 'work', Primary: true }],
    ...(disabled.has(name) ? { UserStatus: 'DISABLED' as const } : d.chance(0.5) ? { UserStatus: 'ENABLED' as const } : {}),
  }));
  const external = (name: string) => ({ ExternalIds: [{ Issuer: 'https://idp.example.com/scim', Id: name }] });
  const seats = org.profiles.flatMap((profile) =>
    profile.tiers
      .filter((tier) => !isLate(org, profile.name, tier))
      .map((tier) => ({ profile, tier, name: seatGroup(profile.name, tier) })),
  );
  const outside = org.profiles.flatMap((profile) =>
    profile.external === null ? [] : [{ profile, tier: profile.external.tier, name: profile.external.group }],
  );
  const membership = (group: string, id: string) => ({
    GroupId: groupId(group),
    MemberId: { UserId: id },
    CreatedAt: LONG_AGO,
    CreatedBy: 'arn:aws:iam::111122223333:user/admin',
  });
  const teams = org.teams.flatMap((team) => d.some(org.people, d.number(3, 8)).map((name) => membership(team.name, userId(name))));
  const base: State = {
    instance: { InstanceArn: INSTANCE, IdentityStoreId: STORE, OwnerAccountId: '111122223333', Status: 'ACTIVE' },
    users,
    groups: [
      ...seats.map(({ name }) => ({ GroupId: groupId(name), DisplayName: name })),
      ...outside.map(({ name }) => ({ GroupId: groupId(name), DisplayName: name, ...external(name) })),
      ...org.teams.map(({ name, provisioned }) => ({ GroupId: groupId(name), DisplayName: name, ...(provisioned ? external(name) : {}) })),
    ],
    memberships: [...teams, ...outside.flatMap(({ name }) => d.some(org.people, 3).map((person) => membership(name, userId(person))))],
    applications: org.profiles.map((profile) => ({
      ApplicationArn: applicationArn(profile),
      ApplicationProviderArn: KIRO,
      ApplicationAccount: profile.account,
      Name: applicationName(profile),
    })),
    assignments: [...seats, ...outside].map(({ profile, name }) => assigned(profile, name)),
    accountAssignments: [],
    subscriptions: [...seats, ...outside].map(({ profile, name, tier }) => ({
      ...assigned(profile, name),
      Tier: tier,
      CreatedAt: LONG_AGO,
    })),
  };
  const settled = wishes(policy, base, START.toISOString().slice(0, 10)).filter(() => d.chance(0.95));
  const wanted = new Set(settled.map((wish) => `${seatGroup(wish.profile, wish.tier)} ${wish.userId}`));
  const strangers = d
    .some(org.people, 2)
    .map((name) => ({ group: d.one(seats).name, id: userId(name) }))
    .filter(({ group, id }) => !wanted.has(`${group} ${id}`));
  return {
    ...base,
    memberships: [
      ...base.memberships,
      ...settled.map((wish) => membership(seatGroup(wish.profile, wish.tier), wish.userId)),
      ...strangers.map(({ group, id }) => membership(group, id)),
    ],
  };
};

const assigned = (profile: ProfileModel, group: string) => ({
  ApplicationArn: applicationArn(profile),
  PrincipalId: groupId(group),
  PrincipalType: 'GROUP' as const,
});

/** The next commit: people join, leave, move and are granted seats for a while. */
export const nextPolicy = (org: Organisation, before: Policy, day: string, d: Dice): Policy => {
  const later = (days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  const lists = new Map<string, { readonly profile: string; readonly tier: TierName; readonly users: Set<string> }>(
    org.profiles.flatMap(({ name, tiers }) =>
      tiers.map((tier) => [`${name}-${tier}`, { profile: name, tier, users: new Set<string>() }] as const),
    ),
  );
  for (const grant of before.grants)
    if (grant.teams.length === 0 && grant.from === undefined && grant.until === undefined)
      for (const user of grant.users) lists.get(grant.name)?.users.add(user);
  const all = [...lists.values()];
  const homeOf = (person: string) => all.find(({ users }) => users.has(person));
  const leave = (person: string) => all.forEach(({ users }) => void users.delete(person));
  const [seated, unseated] = [org.people.filter((p) => homeOf(p) !== undefined), org.people.filter((p) => homeOf(p) === undefined)];
  for (const person of d.some(unseated, d.number(1, 3))) d.one(all).users.add(person);
  for (const person of d.some(seated, d.number(0, 2))) leave(person);
  for (const person of d.some(seated, d.number(2, 5))) {
    const home = homeOf(person);
    const elsewhere = all.filter((place) => place !== home && (d.chance(0.25) || place.profile === home?.profile));
    if (elsewhere.length === 0) continue;
    leave(person);
    d.one(elsewhere).users.add(person);
  }
  const waves = before.grants.filter((grant) => grant.until !== undefined || grant.from !== undefined).slice(-3);
  const place = d.one(all);
  const wave: Grant = {
    ...grantOf(place.profile, place.tier, d.some(org.people, d.number(1, 3))),
    name: `wave-${day}`,
    ...(d.chance(0.5) ? { from: later(d.number(0, 3)) } : {}),
    until: later(d.number(3, 12)),
  };
  const grants: Grant[] = [
    ...all.map(({ profile, tier, users }) => grantOf(profile, tier, [...users].sort())),
    ...before.grants.filter((grant) => grant.teams.length > 0),
    ...waves.filter((grant) => grant.name !== wave.name),
    ...(d.chance(0.7) ? [wave] : []),
  ];
  for (const team of org.teams) team.inPolicy = team.name;
  return { ...before, grants };
};
