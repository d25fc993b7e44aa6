import {
  ListAccountAssignmentsForPrincipalCommand,
  ListApplicationAssignmentsCommand,
  ListApplicationAssignmentsForPrincipalCommand,
  ListApplicationsCommand,
  ListInstancesCommand,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { PAGE } from '../../data/quotas.ts';
import type { LiveApplication } from '../../model/live.ts';
import type { Caller, Request } from './caller.ts';
import { type Pager, pager } from './page.ts';

/** The provider of every Kiro (and Amazon Q Developer) application, whatever its name (observed in Identity Center, 2026). */
export const KIRO_PROVIDER = 'arn:aws:sso::aws:applicationProvider/codewhisperer';

export type LiveInstance = { readonly arn: string; readonly identityStoreId: string; readonly status: string };
type Principal = LiveApplication['principals'][number];

/** What is read through the sso-admin API; nothing in here writes. */
export type AdminRead = {
  readonly instances: () => Pager<LiveInstance>;
  /** Applications of the Kiro provider, of one account or of all. */
  readonly applications: (instanceArn: string, account: string | null) => Pager<Omit<LiveApplication, 'principals'>>;
  readonly principals: (applicationArn: string) => Pager<Principal>;
  /** ARNs of the applications that a group is assigned to. */
  readonly applicationsOf: (instanceArn: string, groupId: string) => Pager<string>;
  /** Accounts in which a group has a permission set. */
  readonly accountsOf: (instanceArn: string, groupId: string) => Pager<string>;
};

type Ask = <Out>(request: Pick<Request<Out>, 'operation' | 'send'>) => Promise<Out>;

export function adminRead(caller: Caller, client: SSOAdminClient, signal: AbortSignal): AdminRead {
  const ask: Ask = (request) => caller.call({ ...request, signal });
  return { ...discovery(ask, client), ...access(ask, client) };
}

function discovery(ask: Ask, client: SSOAdminClient): Pick<AdminRead, 'instances' | 'applications' | 'principals'> {
  return {
    instances: () =>
      pager('sso:ListInstances', async (NextToken) => {
        const out = await ask({ operation: 'sso:ListInstances', send: (o) => client.send(new ListInstancesCommand({ NextToken }), o) });
        const items = (out.Instances ?? []).map((i) => ({
          arn: i.InstanceArn ?? '',
          identityStoreId: i.IdentityStoreId ?? '',
          status: i.Status ?? 'unknown',
        }));
        return { items, next: out.NextToken || undefined };
      }),
    applications: (InstanceArn, account) =>
      pager('sso:ListApplications', async (NextToken) => {
        const Filter = { ApplicationProvider: KIRO_PROVIDER, ...(account === null ? {} : { ApplicationAccount: account }) };
        const command = new ListApplicationsCommand({ InstanceArn, Filter, MaxResults: PAGE, NextToken });
        const out = await ask({ operation: 'sso:ListApplications', send: (o) => client.send(command, o) });
        const items = (out.Applications ?? [])
          // The filter is AWS's word; a server that does not know it must not turn every application into a Kiro one.
          .filter((a) => a.ApplicationProviderArn === KIRO_PROVIDER && (account === null || a.ApplicationAccount === account))
          .map((a) => ({ arn: a.ApplicationArn ?? '', name: a.Name ?? '', account: a.ApplicationAccount ?? '' }));
        return { items, next: out.NextToken || undefined };
      }),
    principals: (ApplicationArn) =>
      pager('sso:ListApplicationAssignments', async (NextToken) => {
        const command = new ListApplicationAssignmentsCommand({ ApplicationArn, MaxResults: PAGE, NextToken });
        const out = await ask({ operation: 'sso:ListApplicationAssignments', send: (o) => client.send(command, o) });
        const items = (out.ApplicationAssignments ?? []).flatMap((a): Principal[] =>
          a.PrincipalId === undefined ? [] : [{ id: a.PrincipalId, type: a.PrincipalType === 'USER' ? 'USER' : 'GROUP' }],
        );
        return { items, next: out.NextToken || undefined };
      }),
  };
}

function access(ask: Ask, client: SSOAdminClient): Pick<AdminRead, 'applicationsOf' | 'accountsOf'> {
  return {
    applicationsOf: (InstanceArn, PrincipalId) =>
      pager('sso:ListApplicationAssignmentsForPrincipal', async (NextToken) => {
        const input = { InstanceArn, PrincipalId, PrincipalType: 'GROUP', MaxResults: PAGE, NextToken } as const;
        const command = new ListApplicationAssignmentsForPrincipalCommand(input);
        const out = await ask({ operation: 'sso:ListApplicationAssignmentsForPrincipal', send: (o) => client.send(command, o) });
        const items = (out.ApplicationAssignments ?? []).flatMap((a) => (a.ApplicationArn === undefined ? [] : [a.ApplicationArn]));
        return { items, next: out.NextToken || undefined };
      }),
    accountsOf: (InstanceArn, PrincipalId) =>
      pager('sso:ListAccountAssignmentsForPrincipal', async (NextToken) => {
        const input = { InstanceArn, PrincipalId, PrincipalType: 'GROUP', MaxResults: PAGE, NextToken } as const;
        const command = new ListAccountAssignmentsForPrincipalCommand(input);
        const out = await ask({ operation: 'sso:ListAccountAssignmentsForPrincipal', send: (o) => client.send(command, o) });
        const items = (out.AccountAssignments ?? []).flatMap((a) => (a.AccountId === undefined ? [] : [a.AccountId]));
        return { items, next: out.NextToken || undefined };
      }),
  };
}
