/** `prefix` has no `/` at its ends; '' is the whole bucket. */
export type S3Place = { readonly bucket: string; readonly prefix: string };

/** S3's rules for names of general purpose buckets, less those that no request could reach. */
const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

const LIKE = /^s3:\/\/([^/]*)/i;

/** What is wrong with an address for which `s3Place` is null, in words that follow a "because". */
export function faultOf(text: string): string {
  const bucket = LIKE.exec(text)?.[1];
  if (bucket === undefined) return 'it does not begin with s3://';
  if (!text.startsWith('s3://')) return 's3:// is written in lower case';
  if (bucket === '') return 'it names no bucket';
  const name = `the bucket name "${bucket}"`;
  if (bucket !== bucket.toLowerCase()) return `${name} has upper case letters, and names of buckets have none`;
  if (!/^[a-z0-9.-]*$/.test(bucket)) return `${name} has characters other than a to z, 0 to 9, "." and "-"`;
  if (bucket.length < 3 || bucket.length > 63) return `${name} has ${bucket.length} characters, and names of buckets have 3 to 63`;
  return /^[a-z0-9].*[a-z0-9]$/.test(bucket) ? 'it has a line break' : `${name} does not begin and end with a letter or a digit`;
}

/** Bucket and prefix of `s3://bucket/prefix`; null for anything else. */
export function s3Place(text: string): S3Place | null {
  const match = ADDRESS.exec(text);
  const [, bucket, rest = ''] = match ?? [];
  return bucket === undefined ? null : { bucket, prefix: rest.replace(/^\/+|\/+$/g, '') };
}
