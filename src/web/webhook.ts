import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { checkOf, passedOver, proofOf } from '../forge/webhook.ts';
import { sameSecret } from './auth.ts';
import { readBody } from './body.ts';
import { problem, unread } from './problem.ts';

/** A push is kept up to this, to look for its branch; a larger one asks for a pass whatever its branch is. */
const KEPT_BYTES = 64 * 1024;

/**
 * `POST /hooks/git`: asks for a pass when a forge pushed to the followed branch and the delivery proves that it knows the
 * secret, by the forge's own scheme (`proofOf`). A replayed delivery only asks again, and asks merge: it costs at most one
 * extra pass. Other events and branches are answered with why they ask for nothing. `refused` is told of a wrong proof.
 */
export async function webhook(c: Context, daemon: Daemon, refused: () => void): Promise<Response> {
  const { settings, now } = daemon.deps;
  const secret = settings.http.webhookSecret;
  if (secret === null)
    return problem(c, {
      status: 404,
      error: 'This daemon takes no webhooks.',
      advice: 'Set http.webhookSecret in the settings and restart it.',
    });
  const header = (name: string) => c.req.header(name);
  const proof = proofOf(header, secret, now());
  const check = proof === null ? null : checkOf(proof, secret, sameSecret);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const end = await readBody(c.req.raw, (piece) => {
    check?.take(piece);
    bytes += piece.length;
    if (bytes <= KEPT_BYTES) pieces.push(piece);
    else pieces.length = 0;
  });
  if (end !== 'whole') return problem(c, unread(end));
  if (check?.holds() !== true) {
    refused();
    const advice = 'Give the forge http.webhookSecret as the secret of its webhook; the schemes that are taken are in docs/forge.md.';
    return problem(c, { status: 401, error: 'The signature does not match.', advice });
  }
  const body = bytes > KEPT_BYTES ? null : Buffer.concat(pieces).toString('utf8');
  const why = passedOver(header, body, settings.git?.branch ?? 'main');
  if (why !== null) return c.json({ asked: false, why }, 202);
  return c.json({ asked: true, ticket: daemon.ask({ kind: 'reconcile', reason: 'push', by: 'webhook' }) }, 202);
}
