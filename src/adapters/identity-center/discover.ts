import { RemoteError } from '../../errors.ts';
import type { AdminRead } from './admin-read.ts';
import { readAll } from './page.ts';

/** The one instance of a Region, and the accounts that have Kiro applications on it. */
export type Discovered = { readonly instanceArn: string; readonly identityStoreId: string; readonly accounts: readonly string[] };

/**
 * Looks around before anything is configured.
 * @throws RemoteError when the Region cannot be read, or has not exactly one ACTIVE instance.
 */
export async function discover(admin: AdminRead, region: string): Promise<Discovered> {
  const instances = await readAll(admin.instances());
  const active = instances.filter((instance) => instance.status === 'ACTIVE');
  const [only, ...others] = active;
  if (only === undefined || others.length > 0) {
    const message = `Region ${region} lists ${instances.length} Identity Center instances, ${active.length} of them ACTIVE; exactly one is needed.`;
    const advice = 'Set AWS_REGION to the primary Region of the instance, and use credentials of the account that owns or administers it.';
    throw new RemoteError([{ kind: 'wrong', operation: 'sso:ListInstances', message, advice, requestId: null }]);
  }
  const applications = await readAll(admin.applications(only.arn, null));
  const accounts = [...new Set(applications.map((application) => application.account))].sort();
  return { instanceArn: only.arn, identityStoreId: only.identityStoreId, accounts };
}
