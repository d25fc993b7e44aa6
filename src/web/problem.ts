import type { Context } from 'hono';
import type { BodyEnd } from './body.ts';

export type Problem = { readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 500; readonly error: string; readonly advice: string };

/** An answer that says what is wrong and what to do, as JSON. */
export function problem(c: Context, { status, error, advice }: Problem): Response {
  return c.json({ error, advice }, status);
}

/** What is answered to a body that was not read to its end. */
export function unread(end: Exclude<BodyEnd, 'whole'>): Problem {
  return end === 'too-large'
    ? { status: 413, error: 'The body is larger than 1 MiB.', advice: 'Send less.' }
    : { status: 400, error: 'The body ended early.', advice: 'Send all of it, without delay.' };
}
