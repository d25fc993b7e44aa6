import { createHash } from 'node:crypto';
import type { Change } from '../model/plan.ts';

/** What makes two changes the same: the ids too, so that a group made anew under its old name voids an approval. */
export type Identity = {
  readonly action: string;
  readonly key: string;
  readonly groupId: string | null;
  readonly userId: string | null;
  readonly membershipId: string | null;
  /** Of an application assignment; the approved application, not another one that has taken its name. */
  readonly applicationArn: string | null;
};

export function identity(change: Change): Identity {
  return {
    action: change.action,
    key: change.key,
    groupId: 'groupId' in change ? change.groupId : null,
    userId: 'userId' in change ? change.userId : null,
    membershipId: 'membershipId' in change ? change.membershipId : null,
    applicationArn: 'applicationArn' in change ? change.applicationArn : null,
  };
}

/** sha256 over the ordered changes (action, key, group, user and membership id): not revision, time, money or warnings. 64 hex digits. */
export function hashOf(changes: readonly Change[]): string {
  const hashed = changes.map((change) => {
    const { action, key, groupId, userId, membershipId } = identity(change);
    return { action, key, groupId, userId, membershipId };
  });
  return createHash('sha256').update(JSON.stringify(hashed)).digest('hex');
}
