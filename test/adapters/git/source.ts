import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemoteError } from '../../../src/errors.ts';
import type { GitSettings } from '../../../src/model/settings.ts';

export type Over = Partial<Omit<GitSettings, 'auth'>> & { readonly auth?: Partial<GitSettings['auth']> };

export function gitSettings(url: string, over: Over = {}): GitSettings {
  const auth = { token: null, sshKeyFile: null, knownHostsFile: null, allowHttp: false, ...over.auth };
  return { url, branch: 'main', path: '', verify: null, forge: null, ...over, auth };
}

export const signal = () => new AbortController().signal;

/** A folder of its own, and how it goes away. */
export function temporary(name: string): { readonly folder: string; readonly dispose: () => void } {
  const folder = mkdtempSync(join(tmpdir(), `kirosync-${name}-`));
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The RemoteError that a promise rejects with. @throws Error when it does anything else. */
export async function failureOf(promise: Promise<unknown>): Promise<RemoteError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof RemoteError) return error;
  throw new Error(`expected a RemoteError, got ${String(error)}`);
}
