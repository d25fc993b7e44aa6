import { assignment, directory, mail, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import type { Grants } from './judge.ts';

/** A small organisation whose policy changes all the time: what it grants now, and the files that say so. */

export const PEOPLE = Array.from({ length: 24 }, (_, i) => `p${String(i).padStart(2, '0')}`);
const TEAM = ['t0', 't1', 't2', 't3', 't4', 't5'];
export const TEAM_GROUP = 'team-a';
/** Whose seat another administrator keeps undoing. */
export const VICTIM = 'p00';

const SEATS = ['kiro-eng-pro', 'kiro-eng-power', 'kiro-res-pro'] as const;
export type SeatGroup = (typeof SEATS)[number];
const APPLICATIONS: Readonly<Record<SeatGroup, string>> = {
  'kiro-eng-pro': 'KiroProfile-us-east-1',
  'kiro-eng-power': 'KiroProfile-us-east-1',
  'kiro-res-pro': 'KiroProfile-eu-central-1',
};

/** The application that a seat group's members get a seat of. */
export const applicationOf = (group: string): string | null =>
  SEATS.flatMap((each) => (each === group ? [APPLICATIONS[each]] : []))[0] ?? null;

export type World = {
  readonly seatOf: (person: string) => SeatGroup | null;
  readonly grant: (person: string, seat: SeatGroup | null) => void;
  readonly team: Set<string>;
  readonly disabled: Set<string>;
  readonly files: () => Readonly<Record<string, string>>;
  readonly grants: () => Grants;
};

export const SEED = directory({
  users: [...PEOPLE, ...TEAM],
  groups: {
    'kiro-eng-pro': PEOPLE.slice(0, 12),
    'kiro-eng-power': PEOPLE.slice(12, 18),
    'kiro-res-pro': PEOPLE.slice(18, 22),
    [TEAM_GROUP]: TEAM.slice(0, 4),
  },
});

const RESEARCH = `kind: Profile
name: research
account: "444455556666"
region: eu-central-1
application: KiroProfile-eu-central-1
seats:
  pro: { group: kiro-res-pro, confirmed: 2026-01-05 }
`;

export const newWorld = (): World => {
  const seats = new Map<string, SeatGroup>();
  PEOPLE.forEach((person, i) => {
    if (i < 22) seats.set(person, i < 12 ? 'kiro-eng-pro' : i < 18 ? 'kiro-eng-power' : 'kiro-res-pro');
  });
  const team = new Set(TEAM.slice(0, 4));
  const having = (seat: SeatGroup) => [...seats].flatMap(([person, each]) => (each === seat ? [person] : [])).sort();
  const document = (name: string, seat: SeatGroup, tier: string) =>
    having(seat).length === 0 ? [] : [assignment(name, tier, having(seat))];
  return {
    seatOf: (person) => seats.get(person) ?? null,
    grant: (person, seat) => {
      if (seat === null) seats.delete(person);
      else seats.set(person, seat);
    },
    team,
    disabled: new Set(),
    files: () => ({
      'organization.yaml': ORGANIZATION,
      'profiles.yaml': `${PROFILE}---\n${RESEARCH}`,
      'teams.yaml': [
        ...document('eng', 'kiro-eng-pro', 'pro'),
        ...document('eng-power', 'kiro-eng-power', 'power'),
        ...document('res', 'kiro-res-pro', 'pro').map((text) => text.replace('profile: engineering', 'profile: research')),
        `kind: Assignment\nname: team\nprofile: engineering\ntier: pro\ngroups: [${TEAM_GROUP}]\nreason: Test\n`,
      ].join('---\n'),
    }),
    grants: () =>
      new Map([
        ...[...seats].map(([person, seat]) => [userId(person), new Set([APPLICATIONS[seat]])] as const),
        ...[...team].map((person) => [userId(person), new Set([APPLICATIONS['kiro-eng-pro']])] as const),
      ]),
  };
};

/** Somebody of the team who is in it, or is not; null when that is nobody (the last one stays). */
export const teammate = (world: World, isIn: boolean, random: () => number): string | null => {
  const some = TEAM.filter((person) => world.team.has(person) === isIn);
  if (isIn && some.length < 2) return null;
  return some[Math.floor(random() * some.length)] ?? null;
};

export const anyOf = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];

/** Somebody's next seat: another tier, another profile, or none. */
export const otherSeat = (before: SeatGroup | null, random: () => number): SeatGroup | null => {
  const choices = [...SEATS, null].filter((seat) => seat !== before);
  return anyOf(choices, random) ?? null;
};

export { mail, userId };
