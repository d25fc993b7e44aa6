import type { Assignment, Configuration, Expectation, Profile } from '../model/configuration.ts';
import type { Day } from '../model/day.ts';

export type Evaluated = { readonly expectation: Expectation; readonly result: 'holds' | 'fails' | 'not-evaluated' };

/** What is granted in one profile today, as far as the files alone tell. */
type Grants = { readonly profile: Profile; readonly active: readonly Assignment[] };

/**
 * Each expectation, judged by the files alone. It is `not-evaluated` wherever members of groups, or the question
 * whether two names are one person, could change the answer; a plan evaluates those. People named are taken to exist.
 */
export function evaluate(configuration: Configuration, today: Day): readonly Evaluated[] {
  const active = configuration.assignments.filter((a) => (a.from ?? today) <= today && today <= (a.until ?? today));
  const grants = configuration.profiles.map((profile) => ({ profile, active: active.filter((a) => a.profile === profile.name) }));
  const ranks = new Map([...configuration.tiers.values()].map((tier) => [tier.name, tier.rank]));
  return configuration.expectations.map((expectation) => {
    const scope = grants.filter(({ profile }) => expectation.profile === null || profile.name === expectation.profile);
    return { expectation, result: judge(expectation, scope, ranks) };
  });
}

function judge(expectation: Expectation, scope: readonly Grants[], ranks: ReadonlyMap<string, number>): Evaluated['result'] {
  const { user, tier, never, maxSeats } = expectation;
  if (maxSeats !== null) return atMost(maxSeats, tier, scope, ranks);
  if (never !== null) {
    if (scope.every((grants) => !offers(grants, never))) return 'holds';
    return user !== null && scope.some((grants) => surelyHolds(grants, user, never, ranks)) ? 'fails' : 'not-evaluated';
  }
  if (user === null || tier === null) return 'not-evaluated';
  if (scope.every((grants) => !offers(grants, tier))) return 'fails';
  return scope.some((grants) => surelyHolds(grants, user, tier, ranks)) ? 'holds' : 'not-evaluated';
}

/** True when somebody could have the tier there: it is granted, or an external group gives it. */
function offers({ profile, active }: Grants, tier: string): boolean {
  return active.some((a) => a.tier === tier) || profile.seats.some((seat) => seat.tier === tier && seat.members === 'external');
}

/** True when the person is granted the tier by name and nothing that only the directory knows can change that. */
function surelyHolds({ active }: Grants, user: string, tier: string, ranks: ReadonlyMap<string, number>): boolean {
  const rank = ranks.get(tier) ?? 0;
  const granted = active.some((a) => a.tier === tier && names(a.users, user) && nobodyExcluded(a));
  const higher = active.filter((a) => (ranks.get(a.tier) ?? 0) > rank);
  return granted && higher.every((a) => a.groups.length === 0 && !names(a.users, user));
}

/** Any exclude could mean the person: by group, or by another of their names. */
function nobodyExcluded(assignment: Assignment): boolean {
  return assignment.exclude.users.length === 0 && assignment.exclude.groups.length === 0;
}

function names(users: Assignment['users'], user: string): boolean {
  return users.some(({ name }) => name.toLowerCase() === user.toLowerCase());
}

/** Holds when even all names together are few enough; fails when those who surely hold a seat are too many. */
function atMost(limit: number, tier: string | null, scope: readonly Grants[], ranks: ReadonlyMap<string, number>): Evaluated['result'] {
  let [least, most] = [0, 0];
  for (const grants of scope) {
    const counted = grants.active.filter((a) => tier === null || a.tier === tier);
    const people = new Set(counted.flatMap((a) => a.users.map(({ name }) => name.toLowerCase())));
    const external = grants.profile.seats.some((seat) => seat.members === 'external' && (tier === null || seat.tier === tier));
    most += external || counted.some((a) => a.groups.length > 0) ? Number.POSITIVE_INFINITY : people.size;
    for (const person of people) if (counted.some((a) => surelyHolds(grants, person, a.tier, ranks))) least += 1;
  }
  return most <= limit ? 'holds' : least > limit ? 'fails' : 'not-evaluated';
}
