import { createHmac } from 'node:crypto';
import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { sameSecret } from './auth.ts';
import { readBody } from './body.ts';
import { problem, unread } from './problem.ts';

/**
 * `POST /hooks/git`: asks for a pass when `X-Hub-Signature-256` is `sha256=<hex>` of the HMAC-SHA256 of exactly these
 * bytes under the secret. A replayed delivery only asks again, and asks merge: it costs at most one extra pass. What the
 * body says is not looked at. `refused` is told of a signature that does not match.
 */
export async function webhook(c: Context, daemon: Daemon, refused: () => void): Promise<Response> {
  const secret = daemon.deps.settings.http.webhookSecret;
  if (secret === null)
    return problem(c, {
      status: 404,
      error: 'This daemon takes no webhooks.',
      advice: 'Set http.webhookSecret in the settings and restart it.',
    });
  const signature = createHmac('sha256', secret);
  const end = await readBody(c.req.raw, (piece) => void signature.update(piece));
  if (end !== 'whole') return problem(c, unread(end));
  const given = (c.req.header('x-hub-signature-256') ?? '').trim().toLowerCase();
  if (!sameSecret(`sha256=${signature.digest('hex')}`, given)) {
    refused();
    const advice = 'Sign the body with the shared secret: X-Hub-Signature-256: sha256=<HMAC-SHA256 in hex>.';
    return problem(c, { status: 401, error: 'The signature does not match.', advice });
  }
  return c.json({ asked: true, ticket: daemon.ask({ kind: 'reconcile', reason: 'push', by: 'webhook' }) }, 202);
}
