import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RemoteError, type RemoteFailure, UserError } from '../errors.ts';
import { redactUrls } from '../model/git-url.ts';
import type { Io } from './io.ts';

/** Flags of the commands that talk to a running daemon. */
export type ClientOptions = {
  /** Else KIROSYNC_URL, else the settings' own port on this machine. */
  readonly url?: string | undefined;
  /** Else KIROSYNC_TOKEN. */
  readonly tokenFile?: string | undefined;
};

export type ClientDeps = { readonly fetch: typeof fetch; readonly port: () => number };

export type Client = {
  readonly url: string;
  /** The parsed answer. @throws RemoteError for a daemon that cannot be reached or refuses; UserError for a 400. */
  readonly call: (method: 'GET' | 'POST', path: string, body?: object) => Promise<ReadonlyMap<string, unknown>>;
};

const TIMEOUT_MS = 15_000;

/** A client of the daemon. @throws UserError for a URL or token file that cannot be used. */
export async function client(options: ClientOptions, io: Io, deps: ClientDeps): Promise<Client> {
  const url = baseUrl(options.url ?? (io.env['KIROSYNC_URL'] || undefined) ?? `http://127.0.0.1:${deps.port()}`);
  const token = usable(options.tokenFile === undefined ? (io.env['KIROSYNC_TOKEN'] ?? '').trim() : await readToken(io, options.tokenFile));
  return {
    url,
    call: async (method, path, body) => {
      const operation = `${method} ${path}`;
      const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
      const init = {
        method,
        headers: { ...authorization, 'content-type': 'application/json' },
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      } as const;
      const signal = AbortSignal.any([io.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const answer = await deps.fetch(`${url}${path}`, { ...init, signal }).then(
        async (response) => ({ response, text: await response.text() }),
        (cause: unknown) => {
          throw new RemoteError([unreachable(operation, url, cause)], { cause });
        },
      );
      if (answer.response.ok) return fields(answer.text);
      throw refusal(operation, url, answer.response.status, fields(answer.text));
    },
  };
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UserError(`The daemon's URL must be http:// or https://, not "${redactUrls(text)}" (--url or KIROSYNC_URL).`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const what = 'must not hold a user, a password, a query or a fragment';
    throw new UserError(`The daemon's URL ${what} (--url or KIROSYNC_URL); give the token with KIROSYNC_TOKEN or --token-file.`);
  }
  return url.href.replace(/\/+$/, '');
}

/** The token, if a header can carry it: else fetch would repeat it in its message. @throws UserError that does not. */
function usable(token: string): string {
  if (/^[\x21-\x7e]*$/.test(token)) return token;
  throw new UserError(
    'The token has line ends, blanks or other characters that a header cannot carry; give exactly one token with KIROSYNC_TOKEN or --token-file.',
  );
}

async function readToken(io: Io, file: string): Promise<string> {
  try {
    return (await readFile(resolve(io.cwd, file), 'utf8')).trim();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new UserError(`The token file of --token-file cannot be read${code}; it takes the name of a file, not the token.`, { cause });
  }
}

/** The fields of a JSON object; none for what is no JSON object (a proxy's error page). */
function fields(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : new Map();
  } catch {
    return new Map();
  }
}

function unreachable(operation: string, url: string, cause: unknown): RemoteFailure {
  const inner =
    cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : cause instanceof Error ? cause.message : String(cause);
  return {
    kind: 'unreachable',
    operation,
    message: `No daemon answered at ${url}: ${inner}.`,
    advice: 'Start it with `kirosync serve`, or name its address with --url or KIROSYNC_URL.',
    requestId: null,
  };
}

function refusal(operation: string, url: string, status: number, answer: ReadonlyMap<string, unknown>): Error {
  const said = String(answer.get('error') ?? `HTTP status ${status}.`);
  const advice = String(answer.get('advice') ?? `See whether ${url} is the daemon of kirosync.`);
  if (status === 400) return new UserError(`${said} ${advice}`);
  const denied = status === 401 || status === 403;
  const hint = denied ? `${advice} Give the token with KIROSYNC_TOKEN or --token-file.` : advice;
  return new RemoteError([
    { kind: denied ? 'denied' : 'wrong', operation, message: `The daemon at ${url} answered: ${said}`, advice: hint, requestId: null },
  ]);
}
