import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  GetGroupIdCommand,
  GetGroupMembershipIdCommand,
  type IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import { CreateApplicationAssignmentCommand, type SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { RemoteError } from '../../errors.ts';
import type { DirectoryWriter } from '../../ports.ts';
import { adminRead } from './admin-read.ts';
import { refuseWhatOpens } from './appeared.ts';
import { type Caller, Expected } from './caller.ts';
import { failureOf, remoteError } from './failure.ts';
import { readAll } from './page.ts';
import { isAlreadyThere, isMissing, type Trouble, troubleOf } from './trouble.ts';

type Wired = {
  readonly caller: Caller;
  readonly store: IdentitystoreClient;
  readonly admin: SSOAdminClient;
  readonly identityStoreId: () => string;
};

/** A write's answer, or the expected refusal ("already there", "already gone"). */
type Answer<Out> = { readonly out: Out } | { readonly refused: Expected };

async function answered<Out>(sending: Promise<Out>): Promise<Answer<Out>> {
  try {
    return { out: await sending };
  } catch (error) {
    if (error instanceof Expected) return { refused: error };
    throw error;
  }
}

function requestIdOf(out: { readonly $metadata: { readonly requestId?: string | undefined } }): string | null {
  return out.$metadata.requestId ?? null;
}

/**
 * The four writes. A refusal that says the wish is already true is confirmed by a read and then is success; it counts
 * as an effect of ours only after an earlier send of the same request whose answer was lost.
 */
export function writer(wired: Wired): DirectoryWriter {
  /** Groups made here: another host may not know them yet, so "no such group" passes. */
  const made = new Set<string>();
  return { ...groups(wired, made), ...memberships(wired, made), ...assignments(wired, made) };
}

function groups({ caller, store, admin, identityStoreId }: Wired, made: Set<string>): Pick<DirectoryWriter, 'createGroup'> {
  return {
    async createGroup(DisplayName, signal) {
      const IdentityStoreId = identityStoreId();
      const create = new CreateGroupCommand({ IdentityStoreId, DisplayName, Description: 'Kiro seats, members kept by kirosync' });
      const send = () => store.send(create);
      const answer = await answered(
        caller.call({ operation: 'identitystore:CreateGroup', signal, write: true, expects: isAlreadyThere, send }),
      );
      if ('out' in answer) {
        const groupId = answer.out.GroupId ?? '';
        made.add(groupId);
        return { effect: true, requestId: requestIdOf(answer.out), groupId };
      }
      const AlternateIdentifier = { UniqueAttribute: { AttributePath: 'displayName', AttributeValue: DisplayName } };
      const find = new GetGroupIdCommand({ IdentityStoreId, AlternateIdentifier });
      const out = await caller.call({
        operation: 'identitystore:GetGroupId',
        signal,
        passing: (t) => isMissing(t),
        send: (o) => store.send(find, o),
      });
      const groupId = out.GroupId ?? '';
      if (!answer.refused.unsure)
        await refuseWhatOpens(adminRead(caller, admin, signal), IdentityStoreId, { id: groupId, name: DisplayName });
      made.add(groupId);
      return { effect: answer.refused.unsure, requestId: answer.refused.trouble.requestId, groupId };
    },
  };
}

function memberships(
  { caller, store, identityStoreId }: Wired,
  made: ReadonlySet<string>,
): Pick<DirectoryWriter, 'createMembership' | 'deleteMembership'> {
  return {
    async createMembership({ groupId, userId }, signal) {
      const member = { IdentityStoreId: identityStoreId(), GroupId: groupId, MemberId: { UserId: userId } };
      const create = new CreateGroupMembershipCommand(member);
      const operation = 'identitystore:CreateGroupMembership';
      const passing = (t: Trouble): boolean => made.has(groupId) && isMissing(t, 'GROUP');
      const send = () => store.send(create);
      const answer = await answered(caller.call({ operation, signal, write: true, expects: isAlreadyThere, passing, send }));
      if ('out' in answer) return { effect: true, requestId: requestIdOf(answer.out) };
      const find = new GetGroupMembershipIdCommand(member);
      // A read may lag behind the write that refused us, so "no such membership" passes for a while.
      await caller.call({
        operation: 'identitystore:GetGroupMembershipId',
        signal,
        passing: (t) => isMissing(t, 'GROUP_MEMBERSHIP'),
        send: (o) => store.send(find, o),
      });
      return { effect: answer.refused.unsure, requestId: answer.refused.trouble.requestId };
    },

    async deleteMembership({ membershipId }, signal) {
      const remove = new DeleteGroupMembershipCommand({ IdentityStoreId: identityStoreId(), MembershipId: membershipId });
      const operation = 'identitystore:DeleteGroupMembership';
      const expects = (t: Trouble): boolean => isMissing(t, 'GROUP_MEMBERSHIP');
      const answer = await answered(caller.call({ operation, signal, write: true, expects, send: () => store.send(remove) }));
      if ('out' in answer) return { effect: true, requestId: requestIdOf(answer.out) };
      return { effect: answer.refused.unsure, requestId: answer.refused.trouble.requestId };
    },
  };
}

function assignments({ caller, admin }: Wired, made: ReadonlySet<string>): Pick<DirectoryWriter, 'assignApplication'> {
  return {
    async assignApplication({ applicationArn, groupId }, signal) {
      const input = { ApplicationArn: applicationArn, PrincipalId: groupId, PrincipalType: 'GROUP' } as const;
      const create = new CreateApplicationAssignmentCommand(input);
      const operation = 'sso:CreateApplicationAssignment';
      const passing = (t: Trouble): boolean => made.has(groupId) && isMissing(t);
      const send = () => admin.send(create);
      const isThere = async (): Promise<boolean> => {
        const principals = await readAll(adminRead(caller, admin, signal).principals(applicationArn));
        return principals.some((p) => p.id === groupId && p.type === 'GROUP');
      };
      try {
        const answer = await answered(caller.call({ operation, signal, write: true, expects: isAlreadyThere, passing, send }));
        if ('out' in answer) return { effect: true, requestId: requestIdOf(answer.out) };
        if (await isThere()) return { effect: answer.refused.unsure, requestId: answer.refused.trouble.requestId };
        throw remoteError(failureOf(operation, answer.refused.cause, caller.region), answer.refused.cause);
      } catch (error) {
        // A Conflict of sso-admin names no reason: "not yet everywhere" and "already there" read the same.
        const trouble = error instanceof RemoteError ? troubleOf(error.cause) : null;
        if (trouble?.name === 'ConflictException' && (await isThere())) return { effect: false, requestId: trouble.requestId };
        throw error;
      }
    },
  };
}
