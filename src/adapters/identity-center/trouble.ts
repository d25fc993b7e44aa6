/** The fields of SDK and socket errors that decide something; null where the error does not have one. */
export type Trouble = {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly resourceType: string | null;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
  readonly status: number | null;
};

/** What an error means for a retry. `unreached`: the request never left; `transient`: it may have been done. */
export type Nature = 'throttled' | 'unreached' | 'transient' | 'conflict' | 'expired' | 'final';

const THROTTLED = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottledException',
]);
const EXPIRED = new Set(['ExpiredTokenException', 'ExpiredToken', 'TokenRefreshRequired']);
/** SyntaxError: the body was no JSON, as a load balancer's error page or a cut-off answer is not. */
const TRANSIENT = new Set(['InternalServerException', 'InternalFailure', 'ServiceUnavailableException', 'TimeoutError', 'SyntaxError']);
const UNREACHED = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);
const CUT_OFF = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Name of the error that says: the role in `assumeRoleArn` could not be assumed. */
export const ASSUME_ROLE_ERROR = 'AssumeRoleError';
/** Said by this process or by STS, so a status in them is not the operation's. */
const LOCAL = new Set([ASSUME_ROLE_ERROR, 'CredentialsProviderError', 'TokenProviderError']);

/** Reads an unknown error; never throws. */
export function troubleOf(error: unknown): Trouble {
  // The SDK's errors are open-ended: each field is looked at before it is believed.
  const e = (typeof error === 'object' && error !== null ? error : { message: String(error) }) as Record<string, unknown>;
  const meta = (typeof e['$metadata'] === 'object' && e['$metadata'] !== null ? e['$metadata'] : {}) as Record<string, unknown>;
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
  return {
    name: text(e['name']) ?? 'Error',
    message: (text(e['message']) ?? text(e['Message']) ?? 'no message').split('\n')[0] ?? '',
    code: text(e['code']),
    reason: text(e['Reason']),
    resourceType: text(e['ResourceType']),
    retryAfterSeconds: number(e['RetryAfterSeconds']),
    requestId: text(meta['requestId']) ?? text(e['RequestId']),
    status: number(meta['httpStatusCode']),
  };
}

/**
 * Decided by name: on the wire nearly every error has status 400, and the status in the SDK's error classes is not
 * the one received. A status counts only for an answer without a modelled name.
 */
export function natureOf(t: Trouble): Nature {
  if (LOCAL.has(t.name)) return 'final';
  if (THROTTLED.has(t.name)) return 'throttled';
  if (EXPIRED.has(t.name)) return 'expired';
  if (t.name === 'ConflictException') return 'conflict';
  if (t.code !== null && UNREACHED.has(t.code)) return 'unreached';
  if (TRANSIENT.has(t.name) || (t.code !== null && CUT_OFF.has(t.code))) return 'transient';
  const modelled = t.name.endsWith('Exception') && !t.name.startsWith('Unknown') && !t.name.endsWith('ServiceException');
  return !modelled && t.status !== null && t.status >= 500 ? 'transient' : 'final';
}

/** A create that was refused because the thing is there already. */
export function isAlreadyThere(t: Trouble): boolean {
  return t.name === 'ConflictException' && (t.reason === 'UNIQUENESS_CONSTRAINT_VIOLATION' || /already exists|duplicate/i.test(t.message));
}

/** A thing that is not there; `type` as the identity store names it, any type without it. */
export function isMissing(t: Trouble, type?: string): boolean {
  return t.name === 'ResourceNotFoundException' && (type === undefined || t.resourceType === type);
}
