import type { Live, LiveGroup } from '../model/live.ts';
import { names } from '../resolve/names.ts';

/** The people of one decided seat group, by name. */
export type Roster = {
  readonly profile: string;
  readonly tier: string;
  readonly group: string;
  /** Enabled members, by a name that means exactly them, sorted. */
  readonly people: readonly string[];
  readonly disabled: readonly string[];
  /** Members whom no name finds: the directory did not give them, or gives their names to several. */
  readonly unnamed: readonly string[];
};

/** Who is in a seat group now. The userName is taken where it finds exactly this person, else an e-mail that does. */
export function roster(profile: string, tier: string, group: LiveGroup, live: Live): Roster {
  const found = names(live.users, live.groups);
  const users = new Map(live.users.map((user) => [user.id, user]));
  const people: string[] = [];
  const disabled: string[] = [];
  const unnamed: string[] = [];
  for (const membership of live.memberships) {
    if (membership.groupId !== group.id) continue;
    const user = users.get(membership.userId);
    const name = [user?.userName ?? '', ...(user?.emails ?? [])].find((one) => found.user(one)?.found.id === membership.userId);
    if (user === undefined || name === undefined) unnamed.push(user?.userName ?? membership.userId);
    else (user.enabled ? people : disabled).push(name);
  }
  return { profile, tier, group: group.name, people: people.sort(), disabled: disabled.sort(), unnamed: unnamed.sort() };
}
