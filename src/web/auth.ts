import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpSettings } from '../model/settings.ts';

/** What a route needs: nothing, a token that reads names, or one that asks for deeds. */
export type Need = 'none' | 'read' | 'write';

/** `403`: no token can help here as the settings are; `401`: one is missing or wrong. `wrong`: one was sent that is not known here. */
export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 401 | 403; readonly error: string; readonly advice: string; readonly wrong: boolean };

const OK: Verdict = { ok: true };

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Equal without telling by the time it takes where two texts differ, nor how long they are. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * The token of an Authorization header: `Bearer TOKEN`, or, for reading, the password of Basic (any user), which browsers
 * can send. Not for writing: a browser would also send it along with a form that another site submits.
 */
export function tokenOf(header: string | undefined, need: Need): string | null {
  const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)\s*$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic' || need === 'write') return null;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

/** Whether a request may have what it asks for. Write tokens also read. On loopback without tokens reads are open and writes are not. */
export function authorize(http: HttpSettings, need: Need, header: string | undefined): Verdict {
  if (need === 'none') return OK;
  const { read, write } = http.tokens;
  const accepted = need === 'write' ? write : [...read, ...write];
  if (need === 'write' && write.length === 0) {
    return {
      ok: false,
      status: 403,
      error: 'This daemon has no write token.',
      advice: 'Set http.tokens.write in the settings and restart it.',
      wrong: false,
    };
  }
  if (need === 'read' && accepted.length === 0 && isLoopback(http.host)) return OK;
  const token = tokenOf(header, need);
  // Every token is compared, so that the time does not tell which one was near.
  const matches = token !== null && accepted.map((each) => sameSecret(each, token)).includes(true);
  if (matches) return OK;
  const basic = need === 'read' ? ', or HTTP Basic with it as the password' : '';
  const advice = `Send a ${need} token: "Authorization: Bearer TOKEN"${basic}.`;
  if (token !== null && need === 'write' && read.map((each) => sameSecret(each, token)).includes(true)) {
    return { ok: false, status: 403, error: 'This token may only read.', advice, wrong: false };
  }
  const error = token === null ? 'A token is needed.' : 'The token is not known here.';
  return { ok: false, status: 401, error, advice, wrong: token !== null };
}

/**
 * True when the Host header names the address that was bound. A page of another origin whose name was made to point at
 * this machine (DNS rebinding) sends its own name here, so on loopback only loopback names are answered.
 */
export function hostAllowed(boundHost: string, header: string | undefined): boolean {
  if (!isLoopback(boundHost)) return true;
  const name = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  return isLoopback(name);
}

/** Shorter ones can be guessed: 16 characters of letters and digits are 95 bits when they are random. */
const LEAST_CHARACTERS = 16;

/** Full sentences on secrets that could be guessed, or that no header can carry; none of them repeats a secret. */
export function weakSecrets({ tokens, webhookSecret }: HttpSettings): readonly string[] {
  const named: readonly (readonly [name: string, secrets: readonly string[]])[] = [
    ['http.tokens.read', tokens.read],
    ['http.tokens.write', tokens.write],
    ['http.webhookSecret', webhookSecret === null ? [] : [webhookSecret]],
  ];
  const make = 'Make one with `openssl rand -hex 32`.';
  return named.flatMap(([name, secrets]) => [
    ...(secrets.some((each) => [...each].length < LEAST_CHARACTERS)
      ? [`A secret in ${name} has fewer than ${LEAST_CHARACTERS} characters and can be guessed. ${make}`]
      : []),
    ...(secrets.some((each) => !/^[\x21-\x7e]*$/.test(each)) && name !== 'http.webhookSecret'
      ? [`A token in ${name} has a character that a header cannot carry; use letters, digits and signs of ASCII. ${make}`]
      : []),
  ]);
}
