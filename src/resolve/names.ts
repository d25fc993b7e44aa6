import type { LiveGroup, LiveUser } from '../model/live.ts';

/** A match; `differs` when only letter case tells the written name and the found one apart. */
export type Match<T> = { readonly found: T; readonly differs: boolean };

/** Looks names up the way design §3 says: exact; else a unique match differing only in case; else nothing. */
export type Names = {
  readonly user: (name: string) => Match<LiveUser> | null;
  readonly group: (name: string) => Match<LiveGroup> | null;
};

/** Name → the one thing that has it, or the list of those that share it. */
type Index<T> = ReadonlyMap<string, T | readonly T[]>;

/** Made at the first look-up: most callers ask for few kinds of name, and a directory has many people. */
function index<T>(things: readonly T[], namesOf: (thing: T) => string | readonly string[]): () => Index<T> {
  let made: Index<T> | null = null;
  const make = (): Index<T> => {
    const found = new Map<string, T | T[]>();
    const add = (name: string, thing: T) => {
      const same = found.get(name);
      if (same === undefined) found.set(name, thing);
      else if (!Array.isArray(same)) {
        if (same !== thing) found.set(name, [same, thing]);
      } else if (same.at(-1) !== thing) same.push(thing);
    };
    for (const thing of things) {
      const names = namesOf(thing);
      if (typeof names === 'string') add(names, thing);
      else for (const name of names) add(name, thing);
    }
    return found;
  };
  return () => {
    made ??= make();
    return made;
  };
}

/** The only thing of a name; null for none and for several. */
function unique<T>(found: T | readonly T[] | undefined): T | null {
  return found === undefined || Array.isArray(found) ? null : (found as T); // an array is never a thing here
}

/**
 * Indexes of everybody and every group that was read. Guessing seats is worse than leaving a name unresolved: two exact
 * e-mail matches are no match, nor is the e-mail of one person that is another's userName but for case, since whoever
 * may write e-mails could take that seat by it.
 */
export function names(users: readonly LiveUser[], groups: readonly LiveGroup[]): Names {
  const byUserName = index(users, (user) => user.userName);
  const byEmail = index(users, (user) => user.emails);
  const byFoldedUserName = index(users, (user) => user.userName.toLowerCase());
  const byFolded = index(users, (user) => [user.userName, ...user.emails].map((name) => name.toLowerCase()));
  const byGroup = index(groups, (group) => group.name);
  const byFoldedGroup = index(groups, (group) => group.name.toLowerCase());
  const isOthers = (name: string, found: LiveUser): boolean => {
    const same = byFoldedUserName().get(name.toLowerCase());
    return same !== undefined && same !== found;
  };
  return {
    user: (name) => {
      const exact = unique(byUserName().get(name)) ?? unique(byEmail().get(name));
      if (exact !== null && exact.userName !== name && isOthers(name, exact)) return null;
      if (exact !== null) return { found: exact, differs: false };
      const folded = byEmail().has(name) ? null : unique(byFolded().get(name.toLowerCase()));
      return folded === null ? null : { found: folded, differs: true };
    },
    group: (name) => {
      const exact = unique(byGroup().get(name));
      if (exact !== null) return { found: exact, differs: false };
      const folded = unique(byFoldedGroup().get(name.toLowerCase()));
      return folded === null ? null : { found: folded, differs: true };
    },
  };
}
