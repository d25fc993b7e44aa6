/** `prefix` has no `/` at its ends; '' is the whole bucket. */
export type S3Place = { readonly bucket: string; readonly prefix: string };

/** S3's rules for names of general purpose buckets, less those that no request could reach. */
const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** Bucket and prefix of `s3://bucket/prefix`; null for anything else. */
export function s3Place(text: string): S3Place | null {
  const match = ADDRESS.exec(text);
  const [, bucket, rest = ''] = match ?? [];
  return bucket === undefined ? null : { bucket, prefix: rest.replace(/^\/+|\/+$/g, '') };
}
