import { createHash } from 'node:crypto';
import type { Input } from './shape.ts';

/** Paging tokens name nothing: a digest of operation and arguments, and the place, in one opaque word. */

const DIGEST = 18;

const canonical = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [key, canonical(item)]),
      )
    : value;

const digest = (operation: string, input: Input): Buffer => {
  const { NextToken: _token, MaxResults: _size, ...rest } = input;
  return createHash('sha256')
    .update(`${operation} ${JSON.stringify(canonical(rest))}`)
    .digest()
    .subarray(0, DIGEST);
};

/** Mixed into the place so that a token does not read as a number. */
const mask = (bound: Buffer): number => bound.readUInt32BE(0);

export const writeToken = (after: number, operation: string, input: Input): string => {
  const bound = digest(operation, input);
  const place = Buffer.alloc(6);
  place.writeUIntBE(after + mask(bound), 0, 6);
  return Buffer.concat([bound, place]).toString('base64');
};

/** @returns the place, or null when the token was made for something else. */
export const readToken = (token: string, operation: string, input: Input): number | null => {
  const bytes = Buffer.from(token, 'base64');
  const bound = digest(operation, input);
  if (bytes.length !== DIGEST + 6 || !bytes.subarray(0, DIGEST).equals(bound)) return null;
  const after = bytes.readUIntBE(DIGEST, 6) - mask(bound);
  return after < 0 ? null : after;
};
