import { expect, test } from 'vitest';
import { faultOf, s3Place } from '../../src/model/s3-place.ts';

test.each([
  ['s3://b1/reports', 'the bucket name "b1" has 2 characters, and names of buckets have 3 to 63'],
  [`s3://${'b'.repeat(64)}`, `the bucket name "${'b'.repeat(64)}" has 64 characters, and names of buckets have 3 to 63`],
  ['S3://bucket/reports', 's3:// is written in lower case'],
  ['s3://Bucket/reports', 'the bucket name "Bucket" has upper case letters, and names of buckets have none'],
  ['s3://my_bucket', 'the bucket name "my_bucket" has characters other than a to z, 0 to 9, "." and "-"'],
  ['s3://-bucket', 'the bucket name "-bucket" does not begin and end with a letter or a digit'],
  ['s3:///reports', 'it names no bucket'],
  ['gs://bucket', 'it does not begin with s3://'],
  ['s3://bucket/a\nb', 'it has a line break'],
])('%s is no place in S3, and it is said why', (text, fault) => {
  expect(s3Place(text)).toBeNull();
  expect(faultOf(text)).toBe(fault);
});
