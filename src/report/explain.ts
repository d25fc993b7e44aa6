import type { Configuration, Profile } from '../model/configuration.ts';
import type { CreditsPerson } from '../model/credits.ts';
import type { LiveUser } from '../model/live.ts';
import type { Named } from '../model/place.ts';
import { changesOf } from '../model/plan.ts';
import { didYouMean } from '../model/suggest.ts';
import { names } from '../resolve/names.ts';
import { rounded } from '../usage/amount.ts';
import { bareUserId } from '../usage/facts.ts';
import { assignmentSteps, sourceGroupSteps } from './explain-assignment.ts';
import type { ExplainInput, Step } from './explain-input.ts';
import { liveSteps, seatSteps } from './explain-seat.ts';
import { untilText } from './summary.ts';

/** What usage reports show of one person in one profile this month; people and ids as `credits` gives them. */
export type ExplainUsage = Pick<CreditsPerson, 'userId' | 'profile' | 'usageTier' | 'used' | 'planCredits' | 'lastActive' | 'state'>;

export type ProfileExplanation = { readonly profile: string; readonly verdict: string; readonly steps: readonly Step[] };

export type Explanation =
  | { readonly ok: true; readonly person: LiveUser; readonly profiles: readonly ProfileExplanation[] }
  | { readonly ok: false; readonly message: string };

/**
 * Why a person has, gets, loses or does not have a seat, profile by profile. Not ok, with a sentence, when the directory
 * has no such person or the configuration no such profile.
 */
export function explain(input: ExplainInput): Explanation {
  const { configuration, live, user } = input;
  const only = input.profile ?? null;
  const profiles = configuration.profiles.filter((profile) => only === null || profile.name === only);
  if (only !== null && profiles.length === 0) {
    const known = configuration.profiles.map((profile) => profile.name);
    return { ok: false, message: `No profile is named ${only}${didYouMean(only, known) || '.'}` };
  }
  const match = names(live.users, live.groups).user(user);
  if (match === null) return { ok: false, message: notFound(input) };
  return { ok: true, person: match.found, profiles: profiles.map((profile) => explainProfile(input, match.found, profile)) };
}

function notFound({ configuration, live, user }: ExplainInput): string {
  const written = namedPeople(configuration).filter((named) => named.name.toLowerCase() === user.toLowerCase());
  const places = written.map(({ place }) => `${place.file}:${place.line}:${place.column}`);
  const inYaml = places.length === 0 ? '' : ` It is written at ${places.join(', ')}, and unresolved there.`;
  const known = live.users.flatMap((one) => [one.userName, ...one.emails]);
  return `Nobody in the directory has the userName or e-mail ${user}${didYouMean(user, known) || '.'}${inYaml}`;
}

function namedPeople(configuration: Configuration): readonly Named[] {
  const assigned = configuration.assignments.flatMap((assignment) => [...assignment.users, ...assignment.exclude.users]);
  return [...assigned, ...configuration.protectedUsers];
}

function explainProfile(input: ExplainInput, person: LiveUser, profile: Profile): ProfileExplanation {
  return {
    profile: profile.name,
    verdict: verdict(input, person, profile),
    steps: [
      ...assignmentSteps(input, person, profile),
      ...sourceGroupSteps(input, profile),
      ...seatSteps(input, person, profile),
      ...liveSteps(input, person, profile),
      ...planSteps(input, person, profile),
      ...usageSteps(input, person, profile),
    ],
  };
}

/** The answer in a few words; what the person is to have, even while a hold keeps it waiting. */
function verdict({ configuration, resolution, plan }: ExplainInput, person: LiveUser, profile: Profile): string {
  const label = (tier: string) => configuration.tiers.get(tier)?.label ?? tier;
  const mine = resolution.seats.filter((seat) => seat.userId === person.id && seat.profile === profile.name);
  const isTheirs = (one: { readonly userId: string | null; readonly profile: string }) =>
    one.userId === person.id && one.profile === profile.name;
  const moving = changesOf(plan).some((change) => change.kind === 'membership' && isTheirs(change));
  const held = !moving && plan.held.some(isTheirs) ? ', held for now' : '';
  const move = plan.people.find(isTheirs);
  if (move !== undefined && move.from !== null && move.to === null) return `loses ${label(move.from)}${held}`;
  if (move !== undefined && move.from !== null && move.to !== null) return `moves from ${label(move.from)} to ${label(move.to)}${held}`;
  if (move !== undefined && move.to !== null) return `gets ${label(move.to)}${held}`;
  const names = mine.map((seat) => (seat.external ? `${label(seat.tier)} by an external group` : label(seat.tier)));
  return names.length === 0 ? 'no seat' : names.join(', and ');
}

function planSteps({ plan }: ExplainInput, person: LiveUser, profile: Profile): readonly Step[] {
  const changes = changesOf(plan).flatMap((change): Step[] =>
    change.kind === 'membership' && change.userId === person.id && change.profile === profile.name
      ? [
          {
            about: 'plan',
            text: `${change.action === 'create' ? 'adds to' : 'removes from'} ${change.group}: ${change.reason}`,
            place: null,
          },
        ]
      : [],
  );
  const held = plan.held
    .filter((one) => one.userId === person.id && one.profile === profile.name)
    .map((one): Step => {
      const what = one.action === 'create' ? 'adding' : 'removing';
      return { about: 'held', text: `${what} ${one.key} waits, ${untilText(one.until)}: ${one.reason}`, place: null };
    });
  return [...changes, ...held];
}

function usageSteps({ usage }: ExplainInput, person: LiveUser, profile: Profile): readonly Step[] {
  if (usage === undefined) return [];
  const mine = usage.find((one) => one.profile === profile.name && one.userId === bareUserId(person.id));
  if (mine === undefined || mine.lastActive === null) {
    const unsure = mine?.state === 'unconfirmed' ? '; never seated and merely idle cannot be told apart' : '';
    return [{ about: 'usage', text: `no usage row names this person${unsure}`, place: null }];
  }
  const of = mine.planCredits === null ? '' : ` of ${rounded(mine.planCredits)}`;
  const tier = mine.usageTier === null ? '' : `, reported as ${mine.usageTier}`;
  const idle = mine.state === 'idle' ? ' (idle)' : '';
  return [
    { about: 'usage', text: `${rounded(mine.used)}${of} credits this month${tier}, last active ${mine.lastActive}${idle}`, place: null },
  ];
}
