/** GitHub asks for a past minute against clocks that differ, and takes at most ten minutes. */
const SKEW_S = 60;
const LIFE_S = 540;

/** The header and claims of the JWT with which a GitHub App asks for a token, as the text that is signed with RS256. */
export function appClaims(appId: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: seconds - SKEW_S, exp: seconds - SKEW_S + LIFE_S, iss: appId })}`;
}

/** An installation token lives an hour; it is taken as ended five minutes before, for clocks and requests under way. */
const MARGIN_MS = 300_000;

/** A token with when it must be replaced; null when the answer of "Create an installation access token" lacks either. */
export function installationToken(token: unknown, expiresAt: unknown): { readonly token: string; readonly until: Date } | null {
  if (typeof token !== 'string' || token === '' || typeof expiresAt !== 'string') return null;
  const end = Date.parse(expiresAt);
  return Number.isNaN(end) ? null : { token, until: new Date(end - MARGIN_MS) };
}
