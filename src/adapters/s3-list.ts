import { ListObjectsV2Command, type ListObjectsV2Output } from '@aws-sdk/client-s3';
import { RemoteError, type RemoteFailure } from '../errors.ts';
import type { S3 } from './s3-client.ts';
import { s3Failure } from './s3-failure.ts';

/** One object as a list names it. `etag` is as S3 writes it, with its quotes. */
export type S3Object = { readonly key: string; readonly etag: string; readonly size: number };

/** `folders` are the common prefixes of a list with a delimiter, each ending in `/`. */
type Listed = { readonly objects: readonly S3Object[]; readonly folders: readonly string[]; readonly pages: number };

/** Where to look: a bucket, and the signal that ends it. */
export type Looking = { readonly s3: S3; readonly bucket: string; readonly signal: AbortSignal };

/** More objects than any year of reports has; a list beyond is taken for a wrong prefix, before it fills the memory. */
const MOST_PAGES = 500;

/**
 * Everything below a prefix to the last page, or with `folders` only its next level.
 * @throws RemoteError naming bucket, prefix and page, when a page fails or the list ends early, goes round or has no end.
 */
export async function list(at: Looking, prefix: string, folders = false): Promise<Listed> {
  const objects: S3Object[] = [];
  const found: string[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  for (let page = 1; ; page += 1) {
    const answer = await ask(at, prefix, folders, token, page);
    const problem = problemOf(answer, prefix, seen) ?? (page >= MOST_PAGES ? `it has more than ${MOST_PAGES} pages` : null);
    if (problem !== null) throw incomplete(at.bucket, prefix, page, problem);
    objects.push(...objectsOf(answer));
    found.push(...(answer.CommonPrefixes ?? []).map((each) => plain(each.Prefix ?? '', answer)));
    token = answer.NextContinuationToken;
    if (answer.IsTruncated !== true || token === undefined) return { objects, folders: found, pages: page };
    seen.add(token);
  }
}

async function ask(at: Looking, prefix: string, folders: boolean, token: string | undefined, page: number): Promise<ListObjectsV2Output> {
  const { s3, bucket, signal } = at;
  const command = (): ListObjectsV2Command =>
    new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      // Keys may hold characters that XML cannot.
      EncodingType: 'url',
      ...(folders ? { Delimiter: '/' } : {}),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
  try {
    return await s3.call((client) => client.send(command(), { abortSignal: signal }));
  } catch (error) {
    signal.throwIfAborted();
    const failure = s3Failure('s3:ListBucket', { bucket, key: prefix }, error, s3.region());
    throw new RemoteError([page === 1 || failure.kind === 'denied' ? failure : endedEarly(failure, page)], { cause: error });
  }
}

function endedEarly(failure: RemoteFailure, page: number): RemoteFailure {
  return { ...failure, kind: 'incomplete', message: `The list ended early, after page ${page - 1}: ${failure.message}` };
}

/** Why an answer is no whole page: half a page would make half a report. */
function problemOf(answer: ListObjectsV2Output, prefix: string, seen: ReadonlySet<string>): string | null {
  const { Contents = [], CommonPrefixes = [], KeyCount, IsTruncated, NextContinuationToken } = answer;
  if (typeof IsTruncated !== 'boolean') return 'the answer is no list, or was cut off';
  const count = Contents.length + CommonPrefixes.length;
  if (KeyCount !== undefined && KeyCount !== count) return `it announces ${KeyCount} keys and has ${count}`;
  if (IsTruncated && NextContinuationToken === undefined) return 'it says that it goes on, and not where';
  if (NextContinuationToken !== undefined && seen.has(NextContinuationToken)) return 'it gives the same continuation token again';
  const keys = [...Contents.map((each) => each.Key), ...CommonPrefixes.map((each) => each.Prefix)];
  try {
    const isForeign = keys.some((key) => key === undefined || !plain(key, answer).startsWith(prefix));
    return isForeign ? 'it names keys that do not begin with the prefix' : null;
  } catch {
    return 'it has a key that cannot be decoded';
  }
}

function objectsOf(answer: ListObjectsV2Output): readonly S3Object[] {
  return (answer.Contents ?? []).map((each) => ({ key: plain(each.Key ?? '', answer), etag: each.ETag ?? '', size: each.Size ?? 0 }));
}

/** A key as it is: with EncodingType url, S3 writes a space as `+` and everything unusual as `%XX`. */
function plain(key: string, answer: ListObjectsV2Output): string {
  return answer.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}

function incomplete(bucket: string, prefix: string, page: number, problem: string): RemoteError {
  const message = `s3:ListBucket on s3://${bucket}/${prefix} cannot be used: ${problem} (page ${page}).`;
  const advice =
    'Try again; if it stays, check the prefix, and what stands between this machine and S3. Nothing was made from the part that was read.';
  return new RemoteError([{ kind: 'incomplete', operation: 's3:ListBucket', message, advice, requestId: null }]);
}
