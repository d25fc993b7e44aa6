import type { Context } from 'hono';
import { visibleJson } from '../report/escape.ts';
import type { BodyEnd } from './body.ts';

export type Problem = { readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 500 | 503; readonly error: string; readonly advice: string };

/**
 * An answer of JSON text in which control, zero-width and direction-changing characters are escapes: names and file names
 * are other people's, and answers are read in terminals.
 */
export function json(c: Context, text: string, status: 200 | 202 | 503 | Problem['status'] = 200): Response {
  return c.body(visibleJson(text), status, { 'content-type': 'application/json; charset=utf-8' });
}

/** An answer that says what is wrong and what to do, as JSON. */
export function problem(c: Context, { status, error, advice }: Problem): Response {
  return json(c, JSON.stringify({ error, advice }), status);
}

export const NOT_YET = {
  status: 404,
  error: 'No pass has made a plan yet.',
  advice: 'Look at /api/status for what the last pass said, and ask again later.',
} as const;

/** What is answered to a body that was not read to its end. */
export function unread(end: Exclude<BodyEnd, 'whole'>): Problem {
  return end === 'too-large'
    ? { status: 413, error: 'The body is larger than 1 MiB.', advice: 'Send less.' }
    : { status: 400, error: 'The body ended early.', advice: 'Send all of it, without delay.' };
}
