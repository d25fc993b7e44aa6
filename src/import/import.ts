import type { Day } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { type Choice, choiceFaults } from './choice.ts';
import { type Decision, decide, type ImportTiers } from './decide.ts';
import { type ImportProfile, importProfiles } from './profile.ts';
import { type Roster, roster } from './roster.ts';
import { assignmentFile, organizationFile, profileFile, type WrittenFile } from './write.ts';

export type ImportInput = {
  readonly live: Live;
  /** Region of the Identity Center instance. */
  readonly region: string;
  readonly today: Day;
  readonly choices: readonly Choice[];
  readonly tiers: ImportTiers;
  readonly seatGroups: readonly string[];
};

export type DecidedSeat = {
  readonly profile: string;
  readonly tier: string;
  readonly group: string;
  readonly external: string | null;
  readonly why: string;
};
export type UndecidedSeat = { readonly profile: string; readonly group: string; readonly members: number; readonly why: string };

export type Imported =
  | {
      readonly ok: true;
      readonly files: readonly WrittenFile[];
      readonly seats: readonly DecidedSeat[];
      readonly undecided: readonly UndecidedSeat[];
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The configuration of what is live, as YAML files whose plan has no changes: every decided managed seat with an
 * assignment that names its people one by one, `removals: never`, undecided groups commented out. Not ok, with every
 * reason, when a `--seat` does not fit what is live. Pure.
 */
export function importLive(input: ImportInput): Imported {
  const { live } = input;
  const { profiles, notes } = importProfiles(live);
  const problems = choiceFaults(input.choices, profiles);
  if (problems.length > 0) return { ok: false, problems };
  const parts = profiles.map((profile) => ({ profile, decisions: decide(profile, input) }));
  const rosters = parts.flatMap(({ profile, decisions }) =>
    decisions.flatMap((decision) =>
      decision.tier === null || decision.external !== null ? [] : [roster(profile.name, decision.tier, decision.group, live)],
    ),
  );
  return {
    ok: true,
    files: [
      organizationFile(live, input.region),
      ...parts.map(({ profile, decisions }) => profileFile(profile, decisions, input.today, memberCount(live))),
      ...rosters.filter((one) => one.people.length > 0).map(assignmentFile),
    ],
    seats: parts.flatMap(({ profile, decisions }) => decidedSeats(profile, decisions)),
    undecided: parts.flatMap(({ profile, decisions }) => undecidedSeats(profile, decisions, live)),
    notes: [...notes, ...profiles.flatMap(directNotes), ...rosters.flatMap(rosterNotes)],
  };
}

function memberCount(live: Live): (groupId: string) => number {
  return (groupId) => live.memberships.filter((membership) => membership.groupId === groupId).length;
}

function decidedSeats(profile: ImportProfile, decisions: readonly Decision[]): readonly DecidedSeat[] {
  return decisions.flatMap(({ group, tier, external, why }) =>
    tier === null ? [] : [{ profile: profile.name, tier, group: group.name, external, why }],
  );
}

function undecidedSeats(profile: ImportProfile, decisions: readonly Decision[], live: Live): readonly UndecidedSeat[] {
  const count = memberCount(live);
  return decisions
    .filter((decision) => decision.tier === null)
    .map(({ group, why }) => ({ profile: profile.name, group: group.name, members: count(group.id), why }));
}

function directNotes(profile: ImportProfile): readonly string[] {
  return profile.directUsers.map(
    (user) => `${user} is assigned to ${profile.application.name} directly; kirosync cannot end such a seat, so it is in no file.`,
  );
}

function rosterNotes({ profile, group, disabled, unnamed }: Roster): readonly string[] {
  return [
    ...disabled.map((user) => `${user} is disabled and a member of ${group} (${profile}); disabled people are granted nothing.`),
    ...unnamed.map(
      (user) => `${user}, a member of ${group} (${profile}), has no name that means this person alone, so no file can name them.`,
    ),
  ];
}
