import {
  DescribeGroupCommand,
  DescribeUserCommand,
  GetGroupIdCommand,
  GetUserIdCommand,
  type IdentitystoreClient,
  ListGroupMembershipsCommand,
  ListGroupsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-identitystore';
import { PAGE } from '../../data/quotas.ts';
import type { LiveGroup, LiveMembership, LiveUser } from '../../model/live.ts';
import { type Caller, Expected, type Request } from './caller.ts';
import { groupOf, isPresent, membershipOf, userOf } from './normal.ts';
import { type Pager, pager } from './page.ts';
import type { Lookup } from './search.ts';
import { isMissing } from './trouble.ts';

/** What is read of one identity store; nothing in here writes. */
export type StoreRead = {
  readonly users: Lookup<LiveUser>;
  readonly groups: Lookup<LiveGroup>;
  readonly memberships: (groupId: string) => Pager<LiveMembership>;
};

type Ask = <Out>(request: Pick<Request<Out>, 'operation' | 'send' | 'expects'>) => Promise<Out>;

export function storeRead(caller: Caller, client: IdentitystoreClient, identityStoreId: string, signal: AbortSignal): StoreRead {
  const ask: Ask = (request) => caller.call({ ...request, signal });
  return {
    users: userLookup(ask, client, identityStoreId),
    groups: groupLookup(ask, client, identityStoreId),
    memberships: (GroupId) =>
      pager('identitystore:ListGroupMemberships', async (NextToken) => {
        const command = new ListGroupMembershipsCommand({ IdentityStoreId: identityStoreId, GroupId, MaxResults: PAGE, NextToken });
        const out = await ask({ operation: 'identitystore:ListGroupMemberships', send: (o) => client.send(command, o) });
        const items = (out.GroupMemberships ?? []).map((m) => membershipOf(GroupId, m)).filter(isPresent);
        return { items, next: out.NextToken || undefined };
      }),
  };
}

function userLookup(ask: Ask, client: IdentitystoreClient, IdentityStoreId: string): Lookup<LiveUser> {
  const byId = async (UserId: string): Promise<LiveUser | null> => {
    const command = new DescribeUserCommand({ IdentityStoreId, UserId });
    const out = await orNull(ask, 'USER', { operation: 'identitystore:DescribeUser', send: (o) => client.send(command, o) });
    return out === null ? null : userOf(out);
  };
  return {
    byId,
    async byName(name) {
      const AlternateIdentifier = { UniqueAttribute: { AttributePath: 'userName', AttributeValue: name } };
      const command = new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier });
      const out = await orNull(ask, 'USER', { operation: 'identitystore:GetUserId', send: (o) => client.send(command, o) });
      return out?.UserId === undefined ? null : byId(out.UserId);
    },
    sweep: () =>
      pager('identitystore:ListUsers', async (NextToken) => {
        const command = new ListUsersCommand({ IdentityStoreId, MaxResults: PAGE, NextToken });
        const out = await ask({ operation: 'identitystore:ListUsers', send: (o) => client.send(command, o) });
        return { items: (out.Users ?? []).map(userOf).filter(isPresent), next: out.NextToken || undefined };
      }),
  };
}

function groupLookup(ask: Ask, client: IdentitystoreClient, IdentityStoreId: string): Lookup<LiveGroup> {
  const byId = async (GroupId: string): Promise<LiveGroup | null> => {
    const command = new DescribeGroupCommand({ IdentityStoreId, GroupId });
    const out = await orNull(ask, 'GROUP', { operation: 'identitystore:DescribeGroup', send: (o) => client.send(command, o) });
    return out === null ? null : groupOf(out);
  };
  return {
    byId,
    async byName(name) {
      const AlternateIdentifier = { UniqueAttribute: { AttributePath: 'displayName', AttributeValue: name } };
      const command = new GetGroupIdCommand({ IdentityStoreId, AlternateIdentifier });
      const out = await orNull(ask, 'GROUP', { operation: 'identitystore:GetGroupId', send: (o) => client.send(command, o) });
      return out?.GroupId === undefined ? null : byId(out.GroupId);
    },
    sweep: () =>
      pager('identitystore:ListGroups', async (NextToken) => {
        const command = new ListGroupsCommand({ IdentityStoreId, MaxResults: PAGE, NextToken });
        const out = await ask({ operation: 'identitystore:ListGroups', send: (o) => client.send(command, o) });
        return { items: (out.Groups ?? []).map(groupOf).filter(isPresent), next: out.NextToken || undefined };
      }),
  };
}

/** Null when the thing itself is not there; a missing identity store stays an error. */
async function orNull<Out>(ask: Ask, type: string, request: Pick<Request<Out>, 'operation' | 'send'>): Promise<Out | null> {
  try {
    return await ask({ ...request, expects: (trouble) => isMissing(trouble, type) });
  } catch (error) {
    if (error instanceof Expected) return null;
    throw error;
  }
}
