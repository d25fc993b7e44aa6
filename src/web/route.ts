import type { Context } from 'hono';
import type { Need } from './auth.ts';

/** One path of the daemon with the token that it needs; `routes` puts it behind the checks that all share. */
export type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly need: Need;
  readonly answer: (c: Context) => Promise<Response> | Response;
};
