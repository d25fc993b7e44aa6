import { createHash } from 'node:crypto';
import type { Change } from '../model/plan.ts';

/** What makes two changes the same: the ids too, so that a group made anew under its old name voids an approval. */
export type Identity = {
  readonly action: string;
  readonly key: string;
  readonly groupId: string | null;
  readonly userId: string | null;
  readonly membershipId: string | null;
};

export function identity(change: Change): Identity {
  return {
    action: change.action,
    key: change.key,
    groupId: 'groupId' in change ? change.groupId : null,
    userId: 'userId' in change ? change.userId : null,
    membershipId: 'membershipId' in change ? change.membershipId : null,
  };
}

/** sha256 over the ordered identities: not revision, time, money or warnings. 64 hex digits. */
export function hashOf(changes: readonly Change[]): string {
  return createHash('sha256')
    .update(JSON.stringify(changes.map(identity)))
    .digest('hex');
}
