import { createHmac } from 'node:crypto';

/** A header of the request by its name in lower case; undefined where it is not there. */
export type Header = (name: string) => string | undefined;

/**
 * How a delivery proves that it is of somebody who knows the secret. `body`: an HMAC over `key` begins with `before`, the
 * body follows, and its end in `encoding` after `prefix` must be among `given`. `token`: `given` is the secret itself.
 */
export type Proof =
  | {
      readonly form: 'body';
      readonly key: Uint8Array;
      readonly before: string;
      readonly encoding: 'hex' | 'base64';
      readonly prefix: string;
      readonly given: readonly string[];
    }
  | { readonly form: 'token'; readonly given: string };

/** Standard Webhooks: older deliveries may be somebody's recording. */
const TOLERANCE_MS = 300_000;

/**
 * The proof that a delivery brings, the strongest where it brings several; null without any.
 *
 * - GitHub: `X-Hub-Signature-256: sha256=<hex HMAC-SHA256 of the body>`; Gitea and Forgejo send it too
 * - Gitea: `X-Gitea-Signature`, Forgejo: `X-Forgejo-Signature`, the same without `sha256=`
 * - GitLab with a signing token `whsec_<base64 key>`: `webhook-signature: v1,<base64>` over `id.timestamp.body`, as Standard
 *   Webhooks has it; not taken when its timestamp is more than five minutes away
 * - GitLab with a secret token: `X-Gitlab-Token`, the secret itself
 */
export function proofOf(header: Header, secret: string, now: Date): Proof | null {
  const whole = { form: 'body', key: Buffer.from(secret), before: '', encoding: 'hex' } as const;
  const github = header('x-hub-signature-256');
  if (github !== undefined) return { ...whole, prefix: 'sha256=', given: [github.trim().toLowerCase()] };
  const gitea = header('x-gitea-signature') ?? header('x-forgejo-signature');
  if (gitea !== undefined) return { ...whole, prefix: '', given: [gitea.trim().toLowerCase()] };
  const signed = header('webhook-signature');
  const key = signingKey(secret);
  if (signed !== undefined && key !== null) {
    const [id = '', timestamp = ''] = [header('webhook-id'), header('webhook-timestamp')];
    const isNear = /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1000 - now.getTime()) <= TOLERANCE_MS;
    if (id === '' || !isNear) return null;
    // Several, while a key is being changed.
    return { form: 'body', key, before: `${id}.${timestamp}.`, encoding: 'base64', prefix: 'v1,', given: signed.trim().split(/\s+/) };
  }
  const token = header('x-gitlab-token');
  return token === undefined ? null : { form: 'token', given: token };
}

/** The key in a signing token of GitLab; null when the secret is none. */
function signingKey(secret: string): Uint8Array | null {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  return base64 === undefined ? null : Buffer.from(base64, 'base64');
}

/** Takes a body piece by piece, and says at its end whether the proof holds; `same` compares without telling by its time. */
export function checkOf(proof: Proof, secret: string, same: (a: string, b: string) => boolean) {
  if (proof.form === 'token') return { take: () => {}, holds: () => same(secret, proof.given) };
  const hmac = createHmac('sha256', proof.key).update(proof.before);
  return {
    take: (piece: Uint8Array) => void hmac.update(piece),
    holds: () => {
      const right = proof.prefix + hmac.digest(proof.encoding);
      return proof.given.map((each) => same(right, each)).includes(true);
    },
  };
}

/** Events of several forges that are a push. */
const PUSH = new Set(['push', 'push hook']);
const EVENT = ['x-gitea-event', 'x-forgejo-event', 'x-github-event', 'x-gitlab-event'];

/**
 * Why a delivery asks for no pass; null when it does. Only what is surely about something else is passed over: a sender
 * without an event, or a body that does not say its branch (null where it was too large to be kept), asks for one, which
 * changes nothing that the policy does not say.
 */
export function passedOver(header: Header, body: string | null, branch: string): string | null {
  const event = EVENT.map(header)
    .find((each) => each !== undefined)
    ?.trim();
  if (event === undefined) return null;
  const push = body === null ? {} : fieldsOf(body);
  // System hooks of GitLab are named so whatever they tell of.
  const isSystem = event.toLowerCase() === 'system hook';
  if (!(isSystem ? push['event_name'] === 'push' : PUSH.has(event.toLowerCase())))
    return event.toLowerCase() === 'ping' ? 'a ping' : 'not a push';
  const { ref } = push;
  return typeof ref !== 'string' || ref === `refs/heads/${branch}` ? null : 'a push to another branch';
}

/** The fields of a JSON body, also of one in a form field `payload` as GitHub sends it unless told otherwise; none where it is neither. */
function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  const text = body.startsWith('payload=') ? (new URLSearchParams(body).get('payload') ?? '') : body;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  } catch {
    return {};
  }
}
