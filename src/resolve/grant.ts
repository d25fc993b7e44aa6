import type { Assignment, Configuration, SeatGroup } from '../model/configuration.ts';
import type { LiveUser } from '../model/live.ts';
import type { Seat, Shadowed } from '../model/seat.ts';

/** One assignment reaching one person. */
export type Grant = { readonly assignment: Assignment; readonly via: string };

/** What a profile gives for a tier, and how tiers rank; looked up once for everybody. */
export type Ranking = {
  readonly rank: (tier: string) => number;
  readonly seat: (profile: string, tier: string) => SeatGroup | null;
};

/** The ranking of a configuration; a tier without a managed seat group in the profile gives null (the loader reports that). */
export function ranking(configuration: Configuration): Ranking {
  const seats = new Map(
    configuration.profiles.map((profile) => {
      const managed = profile.seats.filter((seat) => seat.members === 'managed');
      return [profile.name, new Map(managed.map((seat) => [seat.tier, seat]))] as const;
    }),
  );
  return {
    rank: (tier) => configuration.tiers.get(tier)?.rank ?? Number.NEGATIVE_INFINITY,
    seat: (profile, tier) => seats.get(profile)?.get(tier) ?? null,
  };
}

/**
 * The seat of one person in one profile: the highest rank granted; among equal tiers the smallest assignment name
 * gives reason, owner and cost center. Null when the tier has no seat group there.
 */
export function winner(
  user: LiveUser,
  grants: readonly Grant[],
  { rank, seat: seatOf }: Ranking,
): { readonly seat: Seat; readonly shadowed: readonly Shadowed[] } | null {
  const ordered =
    grants.length > 1
      ? [...grants].sort((a, b) => rank(b.assignment.tier) - rank(a.assignment.tier) || (a.assignment.name < b.assignment.name ? -1 : 1))
      : grants;
  const [first] = ordered;
  if (first === undefined) return null;
  const { profile, tier, name } = first.assignment;
  const group = seatOf(profile, tier);
  if (group === null) return null;
  const grantedBy: string[] = [];
  const shadowed: Shadowed[] = [];
  for (const { assignment } of ordered) {
    if (assignment.tier === tier) grantedBy.push(assignment.name);
    else shadowed.push({ userId: user.id, profile, tier: assignment.tier, by: tier, assignment: assignment.name });
  }
  const seat: Seat = {
    userId: user.id,
    user: user.userName,
    profile,
    tier,
    group: group.group,
    external: false,
    assignment: first.assignment,
    grantedBy,
    why: `assignment ${name}, ${first.via}`,
  };
  return { seat, shadowed };
}
