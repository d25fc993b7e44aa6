import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { afterEach } from 'vitest';
import { startTestEmulator, type TestEmulator, type TestEmulatorOptions } from '../support/emulator.ts';

export const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
export const STORE = Object.freeze({ IdentityStoreId: 'd-0123456789' });

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export type Bench = TestEmulator & { readonly store: IdentitystoreClient; readonly sso: SSOAdminClient };

/** An emulator with both real clients, which try once; closed after the test. */
export const bench = async (options: TestEmulatorOptions = {}): Promise<Bench> => {
  const emulator = await startTestEmulator(options);
  const config = {
    endpoint: emulator.url,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
  };
  const store = new IdentitystoreClient(config);
  const sso = new SSOAdminClient(config);
  open.push(async () => {
    store.destroy();
    sso.destroy();
    await emulator.close();
  });
  return { ...emulator, store, sso };
};

/** A clock that stands until it is moved. */
export const stoppedClock = (start = '2026-11-10T12:00:00Z') => {
  let at = Date.parse(start);
  const move = (ms: number): void => {
    at += ms;
  };
  return { now: () => new Date(at), move };
};

/** The error name in a raw response. */
export const errorType = async (response: Response): Promise<unknown> => {
  const body: unknown = await response.json();
  return typeof body === 'object' && body !== null && '__type' in body ? body.__type : body;
};

/** What the promise was rejected with. */
export const failure = async (promise: Promise<unknown>): Promise<Record<string, unknown>> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return { ...error, name: error.name, message: error.message };
  }
  throw new Error('expected a rejection');
};
