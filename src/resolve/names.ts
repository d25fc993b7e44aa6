import type { LiveGroup, LiveUser } from '../model/live.ts';

/** A match; `differs` when only letter case tells the written name and the found one apart. */
export type Match<T> = { readonly found: T; readonly differs: boolean };

/** Looks names up the way design §3 says: exact; else a unique match differing only in case; else nothing. */
export type Names = {
  readonly user: (name: string) => Match<LiveUser> | null;
  readonly group: (name: string) => Match<LiveGroup> | null;
};

function index<T>(things: readonly T[], namesOf: (thing: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const thing of things) {
    for (const name of new Set(namesOf(thing))) {
      const same = found.get(name);
      if (same === undefined) found.set(name, [thing]);
      else same.push(thing);
    }
  }
  return found;
}

function unique<T>(things: readonly T[] | undefined): T | null {
  const [only, ...others] = things ?? [];
  return only !== undefined && others.length === 0 ? only : null;
}

/**
 * Indexes of everybody and every group that was read. Guessing seats is worse than leaving a name unresolved: two exact
 * e-mail matches are no match, nor is the e-mail of one person that is another's userName but for case, since whoever
 * may write e-mails could take that seat by it.
 */
export function names(users: readonly LiveUser[], groups: readonly LiveGroup[]): Names {
  const byUserName = index(users, (user) => [user.userName]);
  const byEmail = index(users, (user) => user.emails);
  const byFoldedUserName = index(users, (user) => [user.userName.toLowerCase()]);
  const byFolded = index(users, (user) => [user.userName, ...user.emails].map((name) => name.toLowerCase()));
  const byGroup = index(groups, (group) => [group.name]);
  const byFoldedGroup = index(groups, (group) => [group.name.toLowerCase()]);
  return {
    user: (name) => {
      const isOthers = (found: LiveUser) => (byFoldedUserName.get(name.toLowerCase()) ?? []).some((one) => one !== found);
      const exact = unique(byUserName.get(name)) ?? unique(byEmail.get(name));
      if (exact !== null && exact.userName !== name && isOthers(exact)) return null;
      if (exact !== null) return { found: exact, differs: false };
      const folded = byEmail.has(name) ? null : unique(byFolded.get(name.toLowerCase()));
      return folded === null ? null : { found: folded, differs: true };
    },
    group: (name) => {
      const exact = unique(byGroup.get(name));
      if (exact !== null) return { found: exact, differs: false };
      const folded = unique(byFoldedGroup.get(name.toLowerCase()));
      return folded === null ? null : { found: folded, differs: true };
    },
  };
}
