import type { Assignment, Configuration } from '../model/configuration.ts';
import type { LiveUser } from '../model/live.ts';
import type { Seat, Shadowed } from '../model/seat.ts';

/** One assignment reaching one person. */
export type Grant = { readonly assignment: Assignment; readonly via: string };

/**
 * The seat of one person in one profile: the highest rank granted; among equal tiers the smallest assignment name
 * gives reason, owner and cost center. Null when the tier has no seat group there (the loader reports that).
 */
export function winner(
  user: LiveUser,
  grants: readonly Grant[],
  configuration: Configuration,
): { readonly seat: Seat; readonly shadowed: readonly Shadowed[] } | null {
  const rank = (grant: Grant) => configuration.tiers.get(grant.assignment.tier)?.rank ?? Number.NEGATIVE_INFINITY;
  const ordered = [...grants].sort((a, b) => rank(b) - rank(a) || (a.assignment.name < b.assignment.name ? -1 : 1));
  const [first] = ordered;
  if (first === undefined) return null;
  const { assignment } = first;
  const profile = configuration.profiles.find((candidate) => candidate.name === assignment.profile);
  const group = profile?.seats.find((seat) => seat.tier === assignment.tier && seat.members === 'managed');
  if (group === undefined) return null;
  const same = ordered.filter((grant) => grant.assignment.tier === assignment.tier);
  const seat: Seat = {
    userId: user.id,
    user: user.userName,
    profile: assignment.profile,
    tier: assignment.tier,
    group: group.group,
    external: false,
    assignment,
    grantedBy: same.map((grant) => grant.assignment.name),
    why: `assignment ${assignment.name}, ${first.via}`,
  };
  const shadowed = ordered
    .filter((grant) => grant.assignment.tier !== assignment.tier)
    .map((grant) => ({
      userId: user.id,
      profile: assignment.profile,
      tier: grant.assignment.tier,
      by: assignment.tier,
      assignment: grant.assignment.name,
    }));
  return { seat, shadowed };
}
