import type { HttpSettings } from '../model/settings.ts';
import { hostAllowed } from './auth.ts';
import type { Problem } from './problem.ts';

/** The method and headers of a request that say where it comes from. */
export type Arrival = { readonly method: string; readonly header: (name: string) => string | undefined };

/** Why a request is refused whatever token it carries; null when it may go on. */
export function stopped(http: Pick<HttpSettings, 'host'>, { method, header }: Arrival): Problem | null {
  if (!hostAllowed(http.host, header('host'))) {
    return {
      status: 403,
      error: 'The Host header names another machine.',
      advice: `Use the address that the daemon is bound to: ${http.host}. A proxy in front of it has to send that as Host.`,
    };
  }
  if (!fromElsewhere(method, header)) return null;
  return {
    status: 403,
    error: 'A page of another site sent this request.',
    advice: 'Open the status page itself, or use a program that is no browser, such as curl.',
  };
}

/**
 * True when a browser says that a page of another origin made the request. It may follow a link to here, and nothing
 * else: neither post, nor load an answer as an image, script or frame. Programs send none of these headers.
 * Sec-Fetch-*: W3C "Fetch Metadata Request Headers"; Origin: Fetch standard, sent with every cross-origin POST.
 */
function fromElsewhere(method: string, header: Arrival['header']): boolean {
  const site = header('sec-fetch-site');
  const isLink =
    (method === 'GET' || method === 'HEAD') && header('sec-fetch-mode') === 'navigate' && header('sec-fetch-dest') === 'document';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return !isLink;
  const origin = header('origin');
  if (origin === undefined || method === 'GET' || method === 'HEAD') return false;
  return !URL.canParse(origin) || new URL(origin).host !== (header('host') ?? '').toLowerCase();
}
