import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { ASSUME_ROLE_ERROR, natureOf, troubleOf } from './trouble.ts';

// The SDK would write its own notice about Node versions between our lines on stderr.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

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
    ...(assumeRoleArn === null ? {} : { credentials: role(assumeRoleArn, region) }),
  };
  const store = new IdentitystoreClient(shared);
  const admin = new SSOAdminClient(shared);
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

/** Credentials of a role; a refusal gets a name of its own, because the operation in hand is not to blame. */
function role(arn: string, region: string): ReturnType<typeof fromTemporaryCredentials> {
  const provider = fromTemporaryCredentials({ params: { RoleArn: arn, RoleSessionName: 'kirosync' }, clientConfig: { region } });
  return async (identity) => {
    try {
      return await provider(identity);
    } catch (cause) {
      if (natureOf(troubleOf(cause)) !== 'final') throw cause;
      const error = new Error(`the role ${arn} cannot be assumed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      error.name = ASSUME_ROLE_ERROR;
      throw error;
    }
  };
}
