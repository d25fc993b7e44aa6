import type { State } from './state.ts';

/** Each value that stands there more than once, in a sentence. */
function* twice<T>(rows: readonly T[], what: string, keyOf: (row: T) => string | undefined): Generator<string> {
  const times = new Map<string, number>();
  for (const row of rows) {
    const value = keyOf(row);
    if (value === undefined) continue;
    const count = (times.get(value) ?? 0) + 1;
    times.set(value, count);
    if (count === 2) yield `the ${what} '${value}' is given more than once`;
  }
}

/**
 * What a state that keeps its schema still says against itself: AWS has every id and name once, and no membership of
 * something that does not exist. Every problem in words; none when it can be loaded.
 */
export const contradictions = (state: State): readonly string[] => {
  const groups = new Set(state.groups.map((g) => g.GroupId));
  const users = new Set(state.users.map((u) => u.UserId));
  return [
    ...twice(state.users, 'UserId', (u) => u.UserId),
    ...twice(state.users, 'UserName', (u) => u.UserName),
    ...twice(state.groups, 'GroupId', (g) => g.GroupId),
    ...twice(state.groups, 'DisplayName', (g) => g.DisplayName),
    ...twice(state.memberships, 'MembershipId', (m) => m.MembershipId),
    ...twice(state.memberships, 'membership (group, user)', (m) => `${m.GroupId}, ${m.MemberId.UserId}`),
    ...twice(state.applications, 'ApplicationArn', (a) => a.ApplicationArn),
    ...state.memberships.flatMap((m, i) => [
      ...(groups.has(m.GroupId) ? [] : [`/memberships/${i} names the group '${m.GroupId}', which is not in groups`]),
      ...(users.has(m.MemberId.UserId) ? [] : [`/memberships/${i} names the user '${m.MemberId.UserId}', who is not in users`]),
    ]),
  ];
};
