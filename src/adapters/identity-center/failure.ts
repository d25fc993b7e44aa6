import { RemoteError, type RemoteFailure } from '../../errors.ts';
import { ASSUME_ROLE_ERROR, natureOf, type Trouble, troubleOf } from './trouble.ts';

/** An operation as IAM names its action: `identitystore:ListUsers`, `sso:ListApplications`. */
export type Operation = `identitystore:${string}` | `sso:${string}`;

const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
const BAD_CREDENTIALS = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
]);

/** What may vanish between two calls, in the identity store's words. */
const GOES_AWAY = new Set(['GROUP', 'USER', 'GROUP_MEMBERSHIP']);

type Verdict = Pick<RemoteFailure, 'kind' | 'advice'>;

/** Why the call did not come back, and what a person does about it. */
function verdict(operation: Operation, t: Trouble, region: string): Verdict {
  if (t.name === ASSUME_ROLE_ERROR) {
    return {
      kind: 'denied',
      advice: 'Let these credentials assume the role (sts:AssumeRole, and the trust policy of the role), or correct assumeRoleArn.',
    };
  }
  if (NO_CREDENTIALS.has(t.name)) {
    return {
      kind: 'denied',
      advice:
        'Give AWS credentials in a standard way: AWS_PROFILE, environment variables, a web identity or an instance role. A profile that is named must exist.',
    };
  }
  if (/^Invalid URL/.test(t.message)) {
    return {
      kind: 'wrong',
      advice:
        'An endpoint is set that is no URL: correct AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_IDENTITYSTORE, AWS_ENDPOINT_URL_SSO_ADMIN).',
    };
  }
  if (t.name === 'SyntaxError') {
    return {
      kind: 'unreachable',
      advice: 'Something other than AWS answers there: a proxy or a sign-in page of the network. Check AWS_ENDPOINT_URL and the proxy.',
    };
  }
  if (BAD_CREDENTIALS.has(t.name)) return { kind: 'denied', advice: 'Check the AWS credentials: AWS does not know them.' };
  if (natureOf(t) === 'expired')
    return { kind: 'denied', advice: 'The credentials have expired and no fresh ones were found: sign in again.' };
  if (t.reason?.startsWith('KMS') === true) {
    return {
      kind: 'denied',
      advice: `Identity Center uses a customer managed key (${t.reason}): allow kms:Decrypt on it to this role, and see that the key is enabled.`,
    };
  }
  // Who may not ask what else a group opens must not be taken for somebody who found nothing.
  const account = operation.endsWith('ForPrincipal')
    ? ' This check needs the management account of the organization or a delegated administrator of Identity Center.'
    : '';
  if (t.name.startsWith('AccessDenied')) {
    return { kind: 'denied', advice: `Allow ${operation} to this role; \`kirosync iam-policy\` prints the whole policy.${account}` };
  }
  if (t.name === 'ResourceNotFoundException' && t.resourceType !== null && GOES_AWAY.has(t.resourceType)) {
    const isRead = /:(?:List|Describe|Get)/.test(operation);
    const advice = 'It was there when it was read and is gone now: run again, so that the plan is made from what is there.';
    return { kind: isRead ? 'incomplete' : 'wrong', advice };
  }
  if (t.name === 'ResourceNotFoundException' || t.name === 'ValidationException' || t.name.startsWith('UnknownOperation')) {
    const advice = `Check identityCenter in the Organization document (region ${region}, instanceArn, identityStoreId).${account}`;
    return { kind: 'wrong', advice };
  }
  if (natureOf(t) === 'final' && t.name !== 'Error') {
    return { kind: 'wrong', advice: `Look up ${t.name} of ${operation} in the AWS documentation; nothing else was done about it.` };
  }
  return { kind: 'unreachable', advice: `Try again later; if it stays, check the network, the Region (${region}) and AWS_ENDPOINT_URL.` };
}

/** The failure that a person reads: operation, AWS's own words, IAM action, request id. */
export function failureOf(operation: Operation, error: unknown, region: string): RemoteFailure {
  const t = troubleOf(error);
  const words = t.name === 'Error' || t.message.startsWith(t.name) ? t.message : `${t.name}: ${t.message}`;
  const request = t.requestId === null ? '' : ` (request ${t.requestId})`;
  return {
    ...verdict(operation, t, region),
    operation,
    message: `${operation} in ${region} failed: ${words}${request}`,
    requestId: t.requestId,
  };
}

/**
 * Failures of one pass, told once each: the same refusal of one operation for fifty groups is one thing to mend.
 * Sorted, so that the same trouble always reads the same.
 */
export function distinct(failures: readonly RemoteFailure[]): readonly RemoteFailure[] {
  const first = new Map<string, RemoteFailure>();
  for (const failure of failures) {
    const key = failure.kind === 'denied' || failure.kind === 'unreachable' ? `${failure.kind} ${failure.operation}` : failure.message;
    if (!first.has(key)) first.set(key, failure);
  }
  return [...first.values()].sort((a, b) =>
    a.operation < b.operation ? -1 : a.operation > b.operation ? 1 : a.message < b.message ? -1 : 1,
  );
}

/** An error made of one failure. */
export function remoteError(failure: RemoteFailure, cause?: unknown): RemoteError {
  return new RemoteError([failure], { cause });
}
