/**
 * The spoken names of things that can change. `%`, `/` and control characters (with the invisible and
 * direction-changing ones, which could make one key look like another) are percent-encoded in each part.
 */
export type Key = string;

function part(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return name.replace(/[%/\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu, encodeURIComponent);
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
