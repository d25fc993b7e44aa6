import type { RemoteFailure } from '../errors.ts';
import { ASSUME_ROLE_ERROR, natureOf, type Trouble, troubleOf } from './identity-center/trouble.ts';

/** What was asked of S3, as IAM names it. */
export type S3Action = 's3:ListBucket' | 's3:GetObject' | 's3:PutObject';

/** What it was asked of; `key` is a key, or for a list the prefix. */
export type S3Target = { readonly bucket: string; readonly key: string };

const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
const BAD_CREDENTIALS = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'InvalidClientTokenId']);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'AllAccessDisabled', 'AccountProblem', 'Forbidden']);
const ELSEWHERE = new Set(['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']);

type Verdict = Pick<RemoteFailure, 'kind' | 'advice'>;

function refusal(action: S3Action, { bucket }: S3Target, t: Trouble): Verdict | null {
  if (t.name === ASSUME_ROLE_ERROR) {
    const advice =
      'Let these credentials assume the role (sts:AssumeRole, and its trust policy), or correct assumeRoleArn in the settings (that of the profile comes first).';
    return { kind: 'denied', advice };
  }
  if (NO_CREDENTIALS.has(t.name))
    return { kind: 'denied', advice: 'Give AWS credentials in a standard way: AWS_PROFILE, environment variables, or a role.' };
  if (BAD_CREDENTIALS.has(t.name)) return { kind: 'denied', advice: 'Check the AWS credentials: S3 does not know them.' };
  if (natureOf(t) === 'expired')
    return { kind: 'denied', advice: 'The credentials have expired and no fresh ones were found: sign in again.' };
  if (t.name.startsWith('KMS.') || /\bkms:/i.test(t.message))
    return {
      kind: 'denied',
      advice: `Allow the KMS key of bucket ${bucket} to this role (kms:Decrypt to read, kms:GenerateDataKey to write).`,
    };
  if (DENIED.has(t.name) || t.status === 403)
    return {
      kind: 'denied',
      advice: `Allow ${action} on bucket ${bucket} to this role (\`kirosync iam-policy\` prints it), and see that the bucket policy of another account does too.`,
    };
  return null;
}

function verdict(action: S3Action, target: S3Target, t: Trouble, region: string): Verdict {
  const refused = refusal(action, target, t);
  if (refused !== null) return refused;
  if (t.name === 'NoSuchBucket') return { kind: 'wrong', advice: `Correct the s3:// address: no bucket is called ${target.bucket}.` };
  if (ELSEWHERE.has(t.name) || t.status === 301)
    return {
      kind: 'wrong',
      advice: `Bucket ${target.bucket} is not in ${region}: set AWS_REGION, or the Region of the profile, to where it is.`,
    };
  if (t.name === 'InvalidObjectState')
    return { kind: 'wrong', advice: 'The object is archived (Glacier): restore it, or keep the last four months out of the archive.' };
  if (t.name === 'RequestTimeTooSkewed') return { kind: 'wrong', advice: 'Set the clock of this machine: it differs from that of AWS.' };
  if (/^Invalid URL/.test(t.message))
    return { kind: 'wrong', advice: 'An endpoint is set that is no URL: correct AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_S3.' };
  const isKnown = t.status !== null && t.status >= 400 && t.status < 500 && t.status !== 429;
  if (isKnown) return { kind: 'wrong', advice: `Look up ${t.name} in the documentation of S3, and check bucket and prefix.` };
  return { kind: 'unreachable', advice: `Try again later; if it stays, check the network, the Region (${region}) and AWS_ENDPOINT_URL.` };
}

/** The failure that a person reads: action, bucket and key, AWS's own words, request id. */
export function s3Failure(action: S3Action, target: S3Target, error: unknown, region: string): RemoteFailure {
  const t = troubleOf(error);
  const words = t.name === 'Error' || t.message.startsWith(t.name) ? t.message : `${t.name}: ${t.message}`;
  const request = t.requestId === null ? '' : ` (request ${t.requestId})`;
  const message = `${action} on s3://${target.bucket}/${target.key} failed: ${words}${request}`;
  return { ...verdict(action, target, t, region), operation: action, message, requestId: t.requestId };
}
