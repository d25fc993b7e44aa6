/**
 * The spoken names of things that can change. `%`, `/` and control characters (with the invisible and
 * direction-changing ones, which could make one key look like another) are percent-encoded in each part.
 */
export type Key = string;

function part(name: string): string {
  return name.replace(/[%/\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, encodeURIComponent);
}

export function groupKey(group: string): Key {
  return `group/${part(group)}`;
}

export function membershipKey(group: string, userName: string): Key {
  return `membership/${part(group)}/${part(userName)}`;
}

export function applicationAssignmentKey(profile: string, group: string): Key {
  return `application-assignment/${part(profile)}/${part(group)}`;
}

/** The group of a membership key, as it is called; the key itself for any other. */
export function groupOf(key: Key): string {
  const [kind, group] = key.split('/');
  if (kind !== 'membership' || group === undefined) return key;
  try {
    return decodeURIComponent(group);
  } catch {
    return group; // no key that we made
  }
}
