import { IDENTITY_STORE_PER_SECOND, SSO_ADMIN_PER_SECOND } from '../data/quotas.ts';

/**
 * Calls a second that the settings take of an operation's documented quota: all operations of sso-admin share one quota, each of the
 * Identity Store has its own.
 */
export function allowedRate(operation: string, share: number): number {
  return (operation.startsWith('sso') ? SSO_ADMIN_PER_SECOND : IDENTITY_STORE_PER_SECOND) * share;
}
