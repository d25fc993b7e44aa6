import { covers } from '../model/glob.ts';
import type { Released } from '../model/plan.ts';
import type { Board } from './board.ts';
import type { UsageTiers } from './manual.ts';
import { price } from './money.ts';

/** True when the operator lets kirosync write the group, by name. A leading `!` is a letter here: it must never mean "all others". */
export function allowedByOperator(globs: readonly string[]): (group: string) => boolean {
  return covers(globs);
}

/** Seat groups on a profile's application that no seat names any more: left alone, and named so that nobody forgets. */
export function released(b: Board, usage: UsageTiers): readonly Released[] {
  const allowed = allowedByOperator(b.operator.seatGroups);
  const groups = new Map(b.live.groups.map((group) => [group.id, group]));
  const rows: Released[] = [];
  for (const { profile, application } of b.profiles.values()) {
    const named = new Set(b.seats.flatMap((state) => state.group?.id ?? []));
    for (const principal of application?.principals ?? []) {
      const group = groups.get(principal.id);
      if (principal.type !== 'GROUP' || group === undefined || named.has(group.id) || !allowed(group.name)) continue;
      const members = b.live.memberships.filter((membership) => membership.groupId === group.id);
      const tiers = members.flatMap((member) => b.configuration.tiers.get(usage.get(profile.name)?.get(member.userId) ?? '') ?? []);
      const monthly = tiers.length === 0 ? null : tiers.reduce((sum, tier) => sum + price(tier), 0);
      rows.push({ profile: profile.name, group: group.name, members: members.length, monthly });
    }
  }
  return rows.sort((x, y) => (`${x.profile}/${x.group}` < `${y.profile}/${y.group}` ? -1 : 1));
}
