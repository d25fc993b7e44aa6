import type { Configuration } from '../model/configuration.ts';
import type { DriftItem } from '../model/drift.ts';
import { applicationAssignmentKey } from '../model/key.ts';
import type { Live } from '../model/live.ts';
import { applicationOf } from '../plan/board.ts';
import { names } from '../resolve/names.ts';

const ADVICE = 'kirosync cannot end such a seat: name its group in a profile, or remove it in the Kiro console';

/** Everything assigned to a profile's Kiro application that no seat names: other groups, and single users. */
export function unmanaged(configuration: Configuration, live: Live): readonly DriftItem[] {
  const groups = new Map(live.groups.map((group) => [group.id, group.name]));
  const users = new Map(live.users.map((user) => [user.id, user.userName]));
  const find = names([], live.groups).group;
  const named = new Set(configuration.profiles.flatMap((profile) => profile.seats.map((seat) => find(seat.group)?.found.id)));
  return configuration.profiles.flatMap((profile) => {
    const principals = applicationOf(profile, live).application?.principals ?? [];
    return principals
      .filter((principal) => !named.has(principal.id))
      .map((principal) => {
        const isGroup = principal.type === 'GROUP';
        const name = (isGroup ? groups : users).get(principal.id) ?? principal.id;
        return {
          kind: 'unmanaged',
          key: applicationAssignmentKey(profile.name, name),
          person: isGroup ? null : name,
          profile: profile.name,
          monthly: null,
          firstSeen: null,
          actor: null,
          held: false,
          note: `${isGroup ? 'the group' : 'the user'} is assigned to the Kiro application and no seat names it; ${ADVICE}`,
        } satisfies DriftItem;
      });
  });
}
