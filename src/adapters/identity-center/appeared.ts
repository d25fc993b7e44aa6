import { RemoteError } from '../../errors.ts';
import type { AdminRead } from './admin-read.ts';
import { readAll } from './page.ts';

/** Accounts, and applications that are not Kiro's: an earlier run of ours may have attached it to those. */
async function opened(admin: AdminRead, identityStoreId: string, groupId: string): Promise<readonly string[]> {
  const instance = (await readAll(admin.instances())).find((each) => each.identityStoreId === identityStoreId);
  if (instance === undefined) return ['what cannot be told, because its instance is not listed'];
  const [accounts, applications, kiro] = await Promise.all([
    readAll(admin.accountsOf(instance.arn, groupId)),
    readAll(admin.applicationsOf(instance.arn, groupId)),
    readAll(admin.applications(instance.arn, null)),
  ]);
  return [...new Set([...accounts, ...applications.filter((arn) => !kiro.some((each) => each.arn === arn))])];
}

/**
 * A group that somebody else made since the plan was read: no guard has seen what it opens, so it is looked at here.
 * @throws RemoteError when it opens an application or an account, or when that cannot be read: then nobody is added to it.
 */
export async function refuseWhatOpens(
  admin: AdminRead,
  identityStoreId: string,
  group: { readonly id: string; readonly name: string },
): Promise<void> {
  const opens = await opened(admin, identityStoreId, group.id);
  if (opens.length === 0) return;
  throw new RemoteError([
    {
      kind: 'wrong',
      operation: 'identitystore:CreateGroup',
      message: `Group ${group.name} was made by somebody else since the plan, and it opens ${opens.join(', ')}; nobody is added to it.`,
      advice: 'Find out who made it. The next plan checks it like every seat group.',
      requestId: null,
    },
  ]);
}
