import { covers } from '../model/glob.ts';
import type { LiveGroup, LiveMembership } from '../model/live.ts';
import type { Released } from '../model/plan.ts';
import { seatKey } from '../model/seat.ts';
import type { Board } from './board.ts';
import type { UsageTiers } from './manual.ts';
import { price } from './money.ts';

/** True when the operator lets kirosync write the group, by name. A leading `!` is a letter here: it must never mean "all others". */
export function allowedByOperator(globs: readonly string[]): (group: string) => boolean {
  return covers(globs);
}

type ReleasedGroup = { readonly profile: string; readonly group: LiveGroup; readonly members: readonly LiveMembership[] };

function releasedGroups(b: Board): readonly ReleasedGroup[] {
  const allowed = allowedByOperator(b.operator.seatGroups);
  const groups = new Map(b.live.groups.map((group) => [group.id, group]));
  const named = new Set(b.seats.flatMap((state) => state.group?.id ?? []));
  const found: ReleasedGroup[] = [];
  for (const { profile, application } of b.profiles.values()) {
    for (const principal of application?.principals ?? []) {
      const group = groups.get(principal.id);
      if (principal.type !== 'GROUP' || group === undefined || named.has(group.id) || !allowed(group.name)) continue;
      found.push({ profile: profile.name, group, members: b.live.memberships.filter((membership) => membership.groupId === group.id) });
    }
  }
  return found;
}

/** Whoever sits in a released group of a profile, by `seatKey`, and is not counted there by a seat. */
export function releasedPeople(
  b: Board,
  counted: (key: string) => boolean,
): ReadonlyMap<string, { readonly profile: string; readonly userId: string }> {
  const people = releasedGroups(b).flatMap(({ profile, members }) => members.map(({ userId }) => ({ profile, userId })));
  return new Map(people.map((one) => [seatKey(one.profile, one.userId), one] as const).filter(([key]) => !counted(key)));
}

/** Seat groups on a profile's application that no seat names any more: left alone, and named so that nobody forgets. */
export function released(b: Board, usage: UsageTiers): readonly Released[] {
  const rows = releasedGroups(b).map(({ profile, group, members }): Released => {
    const tiers = members.flatMap((member) => b.configuration.tiers.get(usage.get(profile)?.get(member.userId) ?? '') ?? []);
    const monthly = tiers.length === 0 ? null : tiers.reduce((sum, tier) => sum + price(tier), 0);
    return { profile, group: group.name, members: members.length, monthly };
  });
  return rows.sort((x, y) => (`${x.profile}/${x.group}` < `${y.profile}/${y.group}` ? -1 : 1));
}
