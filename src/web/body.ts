/** Bodies are read up to this; nothing that is sent here comes near it. */
export const MOST_BYTES = 1024 * 1024;

/** `aborted`: the client hung up, or was too slow, before the body's end. */
export type BodyEnd = 'whole' | 'too-large' | 'aborted';

/**
 * Hands the body on piece by piece, so that nobody can make the daemon keep more than a piece of what they send. Stops
 * at once when more than `MOST_BYTES` are announced or have come. Bytes are taken as they are: no content encoding is undone.
 */
export async function readBody(request: Request, each: (piece: Uint8Array) => void): Promise<BodyEnd> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) return 'too-large';
  if (request.body === null) return 'whole';
  const reader = request.body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'whole';
      bytes += value.length;
      if (bytes > MOST_BYTES) return 'too-large';
      each(value);
    }
  } catch {
    return 'aborted';
  }
}
