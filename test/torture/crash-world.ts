import { stringify } from 'yaml';
import type { State } from '../../src/emulator/emulator.ts';
import { directory, mail, ORGANIZATION, userId } from '../cli/site.ts';
import type { Grants } from './judge.ts';

/**
 * An organisation before a large reshuffle: every kind of change at once. What shall be true in the end is written down
 * here, person by person, and not asked of the product.
 */
export type CrashWorld = {
  readonly state: State;
  readonly policy: string;
  /** The same policy without one more person, whose removal is one too many. */
  readonly oneMoreRemoved: string;
  readonly grants: Grants;
  /** Members of each seat group in the end, as sorted `group/user`. */
  readonly end: readonly string[];
  /** `group/user` of every membership that is to go, and of every one that is to come. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Groups to make, each with its assignment to the Kiro application. */
  readonly made: readonly string[];
  readonly changes: number;
  /** People who are left without a seat in a profile: what the removal guard counts. */
  readonly unseated: number;
};

const PROFILES = {
  engineering: { account: '111122223333', region: 'us-east-1', application: 'KiroProfile-us-east-1', short: 'eng' },
  research: { account: '444455556666', region: 'eu-central-1', application: 'KiroProfile-eu-central-1', short: 'res' },
} as const;
type ProfileName = keyof typeof PROFILES;

/** Seat group of each tier; those of NEW are not there yet. */
const SEATS = {
  engineering: { pro: 'kiro-eng-pro', power: 'kiro-eng-power', 'pro-max': 'kiro-eng-max' },
  research: { pro: 'kiro-res-pro', 'pro-plus': 'kiro-res-wide', power: 'kiro-res-strong' },
} as const;
const NEW: readonly string[] = ['kiro-eng-max', 'kiro-res-wide', 'kiro-res-strong'];

/** The Kiro application whose seats a group's members get; null for a group without seats. */
export function applicationOf(group: string): string | null {
  const found = Object.values(PROFILES).find(({ short }) => group.startsWith(`kiro-${short}-`));
  return found?.application ?? null;
}

type Grant = readonly [profile: ProfileName, tier: string];

/** People of one kind: where they are, what they are granted, and how many of them there are. */
type Kind = {
  readonly name: string;
  readonly live: readonly string[];
  readonly granted: Grant | null;
  /** Memberships that wait (`overlap`) and so are still there in the end. */
  readonly waits?: readonly string[];
  readonly disabled?: boolean;
  readonly long: number;
  readonly short: number;
};

const KINDS: readonly Kind[] = [
  { name: 'stay', live: ['kiro-eng-pro'], granted: ['engineering', 'pro'], long: 120, short: 20 },
  { name: 'keep', live: ['kiro-res-pro'], granted: ['research', 'pro'], long: 60, short: 10 },
  { name: 'lead', live: ['kiro-eng-power'], granted: ['engineering', 'power'], long: 40, short: 6 },
  { name: 'join', live: [], granted: ['engineering', 'pro'], long: 50, short: 4 },
  { name: 'study', live: [], granted: ['research', 'pro'], long: 20, short: 1 },
  { name: 'max', live: [], granted: ['engineering', 'pro-max'], long: 15, short: 1 },
  { name: 'wide', live: [], granted: ['research', 'pro-plus'], long: 10, short: 1 },
  { name: 'strong', live: [], granted: ['research', 'power'], long: 10, short: 1 },
  { name: 'leave', live: ['kiro-eng-pro'], granted: null, long: 25, short: 3 },
  { name: 'quit', live: ['kiro-res-pro'], granted: null, long: 15, short: 2 },
  { name: 'closed', live: ['kiro-eng-pro'], granted: ['engineering', 'pro'], disabled: true, long: 5, short: 1 },
  { name: 'up', live: ['kiro-eng-pro', 'kiro-eng-power'], granted: ['engineering', 'power'], long: 20, short: 2 },
  { name: 'down', live: ['kiro-eng-power', 'kiro-eng-pro'], granted: ['engineering', 'pro'], long: 10, short: 1 },
  { name: 'rise', live: ['kiro-eng-pro'], granted: ['engineering', 'power'], waits: ['kiro-eng-pro'], long: 10, short: 1 },
  { name: 'cross', live: ['kiro-eng-pro', 'kiro-res-pro'], granted: ['research', 'pro'], long: 10, short: 1 },
  { name: 'go', live: ['kiro-res-pro'], granted: ['engineering', 'pro'], waits: ['kiro-res-pro'], long: 5, short: 1 },
];

type Person = Omit<Kind, 'long' | 'short'> & { readonly person: string };

function peopleOf(size: 'short' | 'long'): readonly Person[] {
  return KINDS.flatMap((kind) =>
    Array.from({ length: kind[size] }, (_, i): Person => ({ ...kind, person: `${kind.name}${String(i).padStart(3, '0')}` })),
  );
}

function seatGroup([profile, tier]: Grant): string {
  return new Map<string, string>(Object.entries(SEATS[profile])).get(tier) ?? '';
}

/** Where a person shall be in the end: the granted seat, and what waits beside it. */
function endOf({ granted, waits = [], disabled = false }: Person): readonly string[] {
  return [...(granted === null || disabled ? [] : [seatGroup(granted)]), ...waits];
}

/** The organisation in one of two sizes: 211 changes, or 26. */
export function crashWorld(size: 'short' | 'long'): CrashWorld {
  const people = peopleOf(size);
  const added = people.flatMap((one) => endOf(one).flatMap((group) => (one.live.includes(group) ? [] : [`${group}/${mail(one.person)}`])));
  const gone = people.flatMap((one) =>
    one.live.flatMap((group) => (endOf(one).includes(group) ? [] : [{ group, person: one.person, end: endOf(one) }])),
  );
  const unseated = gone.filter(({ group, end }) => end.every((other) => applicationOf(other) !== applicationOf(group)));
  const grants = people.flatMap(({ granted, disabled, person }) =>
    granted === null || disabled === true ? [] : [[userId(person), new Set([PROFILES[granted[0]].application])] as const],
  );
  return {
    state: stateOf(people),
    policy: policyOf(people),
    oneMoreRemoved: policyOf(people.filter(({ person }) => person !== 'stay000')),
    grants: new Map(grants),
    end: people.flatMap((one) => endOf(one).map((group) => `${group}/${mail(one.person)}`)).sort(),
    removed: gone.map(({ group, person }) => `${group}/${mail(person)}`).sort(),
    added: added.sort(),
    made: NEW,
    changes: added.length + gone.length + 2 * NEW.length,
    unseated: unseated.length,
  };
}

function stateOf(people: readonly Person[]): State {
  const existing = Object.values(SEATS).flatMap((seats) => Object.values(seats).filter((group) => !NEW.includes(group)));
  const members = (group: string) => people.filter(({ live }) => live.includes(group)).map(({ person }) => person);
  return directory({
    users: people.map(({ person }) => person),
    disabled: people.filter(({ disabled }) => disabled === true).map(({ person }) => person),
    groups: {
      ...Object.fromEntries(existing.map((group) => [group, members(group)])),
      // A source group, so that members of a team are read page by page.
      team: people.filter(({ name }) => name === 'stay').map(({ person }) => person),
    },
  });
}

function policyOf(people: readonly Person[]): string {
  const profiles = Object.entries(PROFILES).map(([name, { account, region, application }]) => ({
    kind: 'Profile',
    name,
    account,
    region,
    application,
    applicationAssignments: 'manage',
    // `name` is a key of PROFILES, whose keys SEATS has.
    seats: Object.fromEntries(
      Object.entries(SEATS[name === 'research' ? 'research' : 'engineering']).map(([tier, group]) => [
        tier,
        NEW.includes(group) ? { group, create: true } : { group, confirmed: '2026-01-05' },
      ]),
    ),
  }));
  const kinds = [...new Set(people.map(({ name }) => name))].filter((name) => name !== 'stay');
  const assignments = kinds.flatMap((name) => {
    const of = people.filter((one) => one.name === name);
    const granted = of[0]?.granted ?? null;
    if (granted === null) return [];
    return [{ kind: 'Assignment', name, profile: granted[0], tier: granted[1], users: of.map(({ person }) => mail(person)) }];
  });
  const staying = people.filter(({ name }) => name === 'stay').map(({ person }) => person);
  const without = staying.includes('stay000') ? {} : { exclude: { users: [mail('stay000')] } };
  const team = { kind: 'Assignment', name: 'team', profile: 'engineering', tier: 'pro', groups: ['team'], ...without };
  const organization = ORGANIZATION.replace('duplicates: warn', 'duplicates: allow');
  return [organization, ...[...profiles, team, ...assignments].map((document) => stringify(document))].join('---\n');
}

/** Members of the seat groups of a state, as sorted `group/user`. */
export function seatsOf(state: State): readonly string[] {
  const groups = new Map(state.groups.map((group) => [group.GroupId, group.DisplayName ?? '']));
  const users = new Map(state.users.map((user) => [user.UserId, user.UserName ?? '']));
  return state.memberships
    .map((each) => `${groups.get(each.GroupId)}/${users.get(each.MemberId.UserId)}`)
    .filter((name) => applicationOf(name) !== null)
    .sort();
}

/** Seat groups on the application that they belong to, as sorted names. */
export function attachedOf(state: State): readonly string[] {
  const groups = new Map(state.groups.map((group) => [group.GroupId, group.DisplayName ?? '']));
  const names = new Map(state.applications.map((one) => [one.ApplicationArn, one.Name]));
  return state.assignments
    .filter((each) => applicationOf(groups.get(each.PrincipalId) ?? '') === names.get(each.ApplicationArn))
    .map((each) => groups.get(each.PrincipalId) ?? '')
    .sort();
}
