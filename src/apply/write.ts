import type { Change } from '../model/plan.ts';
import type { DirectoryWriter, Written } from '../ports.ts';

/**
 * Sends one change through the port. `made` is the id of the group that this plan has just created, if it did.
 * @throws whatever the port throws; Error when a change has no group id and no group was made for it.
 */
export async function write(
  change: Change,
  made: string | null,
  writer: DirectoryWriter,
  signal: AbortSignal,
): Promise<Written & { readonly groupId: string | null }> {
  if (change.kind === 'group') return await writer.createGroup(change.group, signal);
  if (change.action === 'delete')
    return { ...(await writer.deleteMembership({ membershipId: change.membershipId }, signal)), groupId: null };

  const groupId = change.groupId ?? made;
  if (groupId === null) throw new Error(`${change.key} names a group without an id, and nothing in the plan creates it`);
  const written =
    change.kind === 'membership'
      ? await writer.createMembership({ groupId, userId: change.userId }, signal)
      : await writer.assignApplication({ applicationArn: change.applicationArn, groupId }, signal);
  return { ...written, groupId: null };
}
