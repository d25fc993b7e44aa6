import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RemoteError } from '../errors.ts';
import { field } from '../forge/answer.ts';
import { appClaims, installationToken } from '../forge/jwt.ts';
import type { ForgeApp, ForgeSettings } from '../model/settings.ts';
import { learnSecret } from '../secret.ts';
import { forgeHttp } from './forge-http.ts';

export type TokenSource = {
  /** @throws RemoteError when an app gets none. */
  readonly token: (signal: AbortSignal) => Promise<string>;
  /** The token was refused: the next one is asked for anew. */
  readonly refused: () => void;
};

/** Headers that GitHub wants on every request. */
export const GITHUB_HEADERS = {
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
  'user-agent': 'kirosync',
} as const;

/** The token of the settings, or those of a GitHub App, each used until shortly before its end. */
export function tokenSource({ token, app, apiUrl }: ForgeSettings, now: () => Date): TokenSource {
  if (app === null) return { token: async () => token ?? '', refused: () => {} };
  let current: { readonly token: string; readonly until: Date } | null = null;
  return {
    token: async (signal) => {
      if (current === null || current.until <= now()) current = await fresh(app, apiUrl, now, signal);
      return current.token;
    },
    refused: () => {
      current = null;
    },
  };
}

const OPERATION = 'github: ask for an installation token';

async function fresh(app: ForgeApp, apiUrl: string, now: () => Date, signal: AbortSignal) {
  const jwt = await signed(app, now());
  learnSecret(jwt);
  const headers = async () => ({ ...GITHUB_HEADERS, authorization: `Bearer ${jwt}` });
  const http = forgeHttp({ apiUrl, headers, refused: () => {}, now });
  const path = `/app/installations/${encodeURIComponent(app.installationId)}/access_tokens`;
  const needs = 'a right git.forge.app (id, installationId and private key), and a clock that is right';
  const { body, requestId } = await http.send({ method: 'POST', path, operation: OPERATION, needs }, signal);
  const made = installationToken(field(body, 'token'), field(body, 'expires_at'));
  if (made === null) throw wrong('The answer has no token.', 'Correct git.forge.apiUrl: this is no answer of GitHub.', requestId);
  learnSecret(made.token);
  return made;
}

async function signed({ id, privateKeyFile }: ForgeApp, now: Date): Promise<string> {
  const claims = appClaims(id, now);
  try {
    const key = await readFile(privateKeyFile, 'utf8');
    return `${claims}.${createSign('RSA-SHA256').update(claims).sign(key, 'base64url')}`;
  } catch (cause) {
    // Not the words of the cause: they may repeat what the file holds.
    throw wrong(
      'The private key of the GitHub App cannot be read or used.',
      'Give the PEM file that GitHub made, in git.forge.app.privateKeyFile.',
      null,
      cause,
    );
  }
}

function wrong(message: string, advice: string, requestId: string | null, cause?: unknown): RemoteError {
  return new RemoteError([{ kind: 'wrong', operation: OPERATION, message, advice, requestId }], { cause });
}
