/**
 * Requests per second that AWS allows (AWS IAM Identity Center User Guide, quotas, 2026): each Identity Store
 * operation for itself, all sso-admin operations together.
 */
export const IDENTITY_STORE_PER_SECOND = 20;
export const SSO_ADMIN_PER_SECOND = 20;

/** Most items on a page of any list that kirosync reads (service models of both APIs). */
export const PAGE = 100;
