import type { LiveApplication, LiveGroup, ReadScope } from '../../model/live.ts';

/** The group with this name: exactly, else the only one that differs in case alone. */
export function groupNamed(name: string, groups: readonly LiveGroup[]): LiveGroup | null {
  const exact = groups.find((g) => g.name === name);
  if (exact !== undefined) return exact;
  const [only, ...others] = groups.filter((g) => g.name.toLowerCase() === name.toLowerCase());
  return only !== undefined && others.length === 0 ? only : null;
}

/** The groups that exist of these names, each once. */
export function groupsNamed(names: readonly string[], groups: readonly LiveGroup[]): readonly LiveGroup[] {
  return [...new Set(names.flatMap((name) => groupNamed(name, groups) ?? []))];
}

/** The application behind the sign-in to Kiro: it has the provider of the profiles, and gives nobody a seat. */
const SIGN_IN = 'Kiro Sign-In';

/** True for a profile's application in an account that no profile of the configuration has: somebody may be billed there. */
export function isElsewhere(application: Omit<LiveApplication, 'principals'>, scope: ReadScope): boolean {
  return !scope.accounts.includes(application.account) && application.name !== SIGN_IN;
}

/**
 * True for an application that can belong to a profile: named in the configuration by name or ARN, or with one of the
 * names that Kiro gives (`KiroProfile-<region>`, `QDevProfile-<region>` for older ones) in a profile's account.
 * "Kiro Sign-In", which carries the same provider and no seats, is neither.
 */
export function isCandidate(application: Omit<LiveApplication, 'principals'>, scope: ReadScope): boolean {
  if (scope.applications.includes(application.arn)) return true;
  if (!scope.accounts.includes(application.account)) return false;
  return scope.applications.includes(application.name) || /^(?:KiroProfile|QDevProfile)-/.test(application.name);
}
