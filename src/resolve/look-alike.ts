import type { LiveUser } from '../model/live.ts';

function localPart(name: string): string {
  const folded = name.toLowerCase();
  const at = folded.indexOf('@');
  return at === -1 ? folded : folded.slice(0, at);
}

function words(text: string): string {
  return text
    .split(/[._\-\s]+/)
    .filter((word) => word !== '')
    .sort()
    .join(' ');
}

/**
 * True when an unresolved name may be this person after a rename or a new mail domain: the same local part of
 * userName or an e-mail, or given and family names that are the name's words. Only ever keeps a seat, never gives one.
 */
export function looksLike(user: LiveUser, unresolved: string): boolean {
  const local = localPart(unresolved);
  if (local === '') return false;
  if ([user.userName, ...user.emails].some((name) => localPart(name) === local)) return true;
  if (user.givenName === null || user.familyName === null) return false;
  return words(local) === words(`${user.givenName} ${user.familyName}`.toLowerCase());
}
