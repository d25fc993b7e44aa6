import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { discreet, role } from '../aws-credentials.ts';

export type Clients = {
  readonly store: IdentitystoreClient;
  readonly admin: SSOAdminClient;
  /** Fetches credentials anew, whatever the old ones say about their end. */
  readonly refresh: () => Promise<void>;
  readonly close: () => void;
};

/**
 * The two SDK clients, with the SDK's default chain and environment (`AWS_PROFILE`, `AWS_ENDPOINT_URL`, ...). The
 * Region is the Organization's, whatever `AWS_REGION` says. One attempt each: a retry inside the SDK would go past
 * our pace and would not be counted.
 */
export function clients(options: { readonly region: string; readonly assumeRoleArn: string | null }): Clients {
  const { region, assumeRoleArn } = options;
  const shared = {
    region,
    maxAttempts: 1,
    requestHandler: {
      requestTimeout: 8_000,
      throwOnRequestTimeout: true,
      connectionTimeout: 3_000,
      httpAgent: { keepAlive: true, maxSockets: 32 },
      httpsAgent: { keepAlive: true, maxSockets: 32 },
    },
    // The SDK's default chain hands these to the clients with which it assumes a role that a profile or a web identity names.
    clientPlugins: [discreet],
    ...(assumeRoleArn === null ? {} : { credentials: role(assumeRoleArn, region) }),
  };
  const store = new IdentitystoreClient(shared);
  const admin = new SSOAdminClient(shared);
  store.middlewareStack.use(discreet);
  admin.middlewareStack.use(discreet);
  return {
    store,
    admin,
    async refresh() {
      await Promise.all([store.config.credentials({ forceRefresh: true }), admin.config.credentials({ forceRefresh: true })]);
    },
    close() {
      store.destroy();
      admin.destroy();
    },
  };
}
