import type { State } from '../../src/emulator/emulator.ts';
import { groupId, mail, userId } from '../cli/site.ts';
import { type CrashWorld, crashWorld } from './crash-world.ts';

/** People whom no plan speaks of, and groups that nobody's policy names. */
export const STRANGERS: readonly string[] = ['stranger0', 'stranger1', 'stranger2'];
export const ELSEWHERE: readonly string[] = ['designers', 'office'];

/** The reshuffled organisation with more around it that has nothing to do with any seat. */
export function staleWorld(): CrashWorld {
  const world = crashWorld('short');
  const state: State = {
    ...world.state,
    users: [
      ...world.state.users,
      ...STRANGERS.map((name) => ({
        UserId: userId(name),
        UserName: mail(name),
        DisplayName: name,
        Emails: [{ Value: mail(name), Type: 'work', Primary: true }],
        UserStatus: 'ENABLED' as const,
      })),
    ],
    groups: [...world.state.groups, ...ELSEWHERE.map((name) => ({ GroupId: groupId(name), DisplayName: name }))],
    memberships: [
      ...world.state.memberships,
      ...['stay001', 'join000', 'leave000', 'stranger0'].map((name) => ({
        GroupId: groupId('designers'),
        MemberId: { UserId: userId(name) },
      })),
    ],
  };
  return { ...world, state };
}
