import type { LiveUser } from '../model/live.ts';

/** Hyphens that join nothing, zero-width and direction-changing characters. */
const HIDDEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Text by what it looks like: case, composed or decomposed accents, full-width forms and hidden characters aside. */
function folded(text: string): string {
  return text.normalize('NFKC').replace(HIDDEN, '').toLowerCase().trim();
}

function localPart(name: string): string {
  const text = folded(name);
  const at = text.indexOf('@');
  return at === -1 ? text : text.slice(0, at);
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
  return words(local) === words(folded(`${user.givenName} ${user.familyName}`));
}
