import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { RemoteError, type RemoteFailure } from '../errors.ts';
import { type Clock, systemClock } from './identity-center/clock.ts';
import { troubleOf } from './identity-center/trouble.ts';
import { s3Failure } from './s3-failure.ts';
import type { Looking, S3Object } from './s3-list.ts';

/** A body that breaks off is asked for again this often in all; an answer that never begins is the client's to repeat. */
const MOST_TRIES = 4;
const WAIT_MS = 200;

/**
 * Streams an object into a new file; gives the SHA-256 of its content in hex, or null when the object is no longer the
 * one that was listed (replaced, removed), with no file left.
 * @throws RemoteError when it cannot be fetched whole; the system's error when the disk refuses; the signal's reason.
 */
export async function download(at: Looking, object: S3Object, file: string, clock: Clock = systemClock): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    const body = await open(at, object);
    if (body === null) return null;
    const { digest, failed } = await write(body, object.size, file, at.signal);
    if (failed === null) return digest;
    await rm(file, { force: true });
    at.signal.throwIfAborted();
    if (tries >= MOST_TRIES) throw new RemoteError([broken(at, object, failed)], { cause: failed });
    await clock.sleep(WAIT_MS * 2 ** (tries - 1) * (0.5 + clock.random()), at.signal);
  }
}

async function open(at: Looking, { key, etag, size }: S3Object): Promise<Readable | null> {
  const { s3, bucket, signal } = at;
  try {
    const match = etag === '' ? {} : { IfMatch: etag };
    const answer = await s3.call((client) =>
      client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...match }), { abortSignal: signal }),
    );
    if (!(answer.Body instanceof Readable)) throw new Error('the answer has no body');
    // For servers that do not know If-Match.
    const isOther = answer.ETag !== undefined && etag !== '' && answer.ETag !== etag;
    if (!isOther && (answer.ContentLength ?? size) === size) return answer.Body;
    answer.Body.destroy();
    return null;
  } catch (error) {
    signal.throwIfAborted();
    const { name, status } = troubleOf(error);
    if (status === 412 || name === 'NoSuchKey') return null;
    throw new RemoteError([s3Failure('s3:GetObject', { bucket, key }, error, s3.region())], { cause: error });
  }
}

type Result = { readonly digest: string; readonly failed: Error | null };

/** `failed`: the body broke off, is longer or shorter than announced, or does not have the checksum that S3 gave. */
async function write(body: Readable, size: number, file: string, signal: AbortSignal): Promise<Result> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(bytes > size ? new Error(`the body has more than the ${size} bytes announced`) : null, chunk);
    },
  });
  const disk = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  let refused: Error | null = null;
  disk.on('error', (error) => {
    if ('syscall' in error) refused = error;
  });
  try {
    await pipeline(body, counted, disk, { signal });
  } catch (error) {
    if (refused !== null) {
      await rm(file, { force: true });
      throw refused;
    }
    return { digest: '', failed: error instanceof Error ? error : new Error(String(error)) };
  }
  const short = bytes < size ? new Error(`the body ended after ${bytes} of ${size} bytes`) : null;
  return { digest: hash.digest('hex'), failed: short };
}

function broken({ bucket }: Looking, { key }: S3Object, error: Error): RemoteFailure {
  return {
    kind: 'incomplete',
    operation: 's3:GetObject',
    message: `s3:GetObject on s3://${bucket}/${key} broke off ${MOST_TRIES} times: ${error.message}`,
    advice: 'Try again; if it stays, look at what stands between this machine and S3. Nothing was made from the part that was read.',
    requestId: null,
  };
}
