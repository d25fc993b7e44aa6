import type { Configuration } from '../model/configuration.ts';
import { s3Place } from '../model/s3-place.ts';
import { type UsagePlace, type UsageSettings, usagePlaces } from '../model/usage-place.ts';
import type { Statement } from './iam-policy.ts';

/** The places in S3 that a role reads: null is the role of the SDK's default chain. */
export function usageOf(configuration: Configuration, usage: UsageSettings, role: string | null): readonly UsagePlace[] {
  return usagePlaces(undefined, usage, configuration).remote.filter((place) => place.assumeRoleArn === role);
}

/** What listing and fetching usage reports takes: lists below the months' folders alone, and the reports themselves. */
export function usageStatements(
  places: readonly UsagePlace[],
  arn: (service: string, account: string, resource: string) => string,
): readonly Statement[] {
  const buckets = [...new Set(places.map(({ bucket }) => bucket))].sort();
  return buckets.flatMap((bucket, i): readonly Statement[] => {
    const below = [...new Set(places.filter((place) => place.bucket === bucket).map(folderOf))].sort();
    const number = i === 0 ? '' : String(i + 1);
    // An ARN of S3 names neither Region nor account.
    const of = (resource: string): string => arn('s3', '', resource);
    return [
      {
        Sid: `ListUsageReports${number}`,
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: [of(bucket)],
        Condition: { StringLike: { 's3:prefix': below.map((folder) => `${folder}*`) } },
      },
      {
        Sid: `ReadUsageReports${number}`,
        Effect: 'Allow',
        Action: ['s3:GetObject'],
        Resource: below.map((folder) => of(`${bucket}/${folder}*`)),
      },
    ];
  });
}

/** Where Kiro puts the reports of a place; where account and Region are not known, they are looked for from `AWSLogs/` on. */
function folderOf({ prefix, within }: UsagePlace): string {
  const root = prefix === '' ? '' : `${prefix}/`;
  if (prefix.split('/').includes('AWSLogs')) return root;
  return within === null ? `${root}AWSLogs/` : `${root}AWSLogs/${within.account}/KiroLogs/user_report/${within.region}/`;
}

/** What the policy of one role cannot say of the buckets: other roles, and keys. */
export function usageNotes(configuration: Configuration, usage: UsageSettings): readonly string[] {
  const { remote } = usagePlaces(undefined, usage, configuration);
  const others = [...new Set(remote.map((place) => place.assumeRoleArn))]
    .filter((role) => role !== null && role !== usage.assumeRoleArn)
    .sort();
  const roles = others.map((role) => {
    const buckets = [...new Set(usageOf(configuration, usage, role).map(({ bucket }) => bucket))].sort();
    return `Usage in ${buckets.join(', ')} is read with ${role}: allow s3:ListBucket and s3:GetObject there to that role, and sts:AssumeRole on it to whoever runs kirosync.`;
  });
  const kms =
    'If a bucket with usage reports is encrypted with a customer managed KMS key, allow kms:Decrypt on that key to the role that reads it.';
  return remote.length === 0 ? [] : [kms, ...roles];
}

/** What writing credits reports to the places in S3 of the setting `reports.to` takes. */
export function reportStatements(
  to: readonly string[],
  arn: (service: string, account: string, resource: string) => string,
): readonly Statement[] {
  const places = to.map(s3Place).filter((place) => place !== null);
  const objects = places.map(({ bucket, prefix }) => arn('s3', '', `${bucket}/${prefix === '' ? '' : `${prefix}/`}*`));
  const Resource = [...new Set(objects)].sort();
  return Resource.length === 0 ? [] : [{ Sid: 'WriteCreditsReports', Effect: 'Allow', Action: ['s3:PutObject'], Resource }];
}

/** A role that only plans writes nothing; a daemon in observe mode still writes its reports. */
export function reportNotes(to: readonly string[]): readonly string[] {
  const places = to.filter((place) => s3Place(place) !== null);
  if (places.length === 0) return [];
  return [`A daemon writes credits reports to ${places.join(', ')} in observe mode too: allow it s3:PutObject there.`];
}
