import { PutObjectCommand } from '@aws-sdk/client-s3';
import { RemoteError, type RemoteFailure } from '../errors.ts';
import type { S3Place } from '../model/s3-place.ts';
import type { ReportFile, ReportSink } from '../ports.ts';
import { openS3, type S3 } from './s3-client.ts';
import { s3Failure } from './s3-failure.ts';

/** Reports below a prefix of a bucket: one PutObject a file, which replaces the object of that key; nothing is ever removed. */
export function reportS3({ bucket, prefix }: S3Place, assumeRoleArn: string | null): ReportSink {
  const keyOf = ({ path }: ReportFile) => (prefix === '' ? path : `${prefix}/${path}`);
  return {
    to: `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`,
    kind: 's3',
    async write(files, signal) {
      // Reports are hours apart: no socket and no credentials are kept between them.
      const s3 = openS3({ region: null, assumeRoleArn, maxSockets: 1 });
      try {
        const failures: RemoteFailure[] = [];
        // One after the other, in the order given: what is called the latest comes after what it is.
        for (const file of files) {
          await put(s3, bucket, keyOf(file), file, signal).catch((error: unknown) => {
            signal.throwIfAborted();
            failures.push(s3Failure('s3:PutObject', { bucket, key: keyOf(file) }, error, s3.region()));
          });
        }
        if (failures.length > 0) throw new RemoteError(failures);
      } finally {
        s3.close();
      }
    },
  };
}

async function put(s3: S3, Bucket: string, Key: string, { type, text }: ReportFile, abortSignal: AbortSignal): Promise<void> {
  const command = () => new PutObjectCommand({ Bucket, Key, Body: text, ContentType: type });
  await s3.call((client) => client.send(command(), { abortSignal }));
}
