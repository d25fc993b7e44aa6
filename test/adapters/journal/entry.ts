import type { ChangeEntry, PassEnded, SeatsEntry } from '../../../src/model/journal.ts';

export function ended(pass: number, at = '2026-11-01T00:00:00.000Z'): PassEnded {
  const counts = { planned: 0, applied: 0, failed: 0, skipped: 0, effects: 0, held: 0, drift: 0 };
  return {
    type: 'pass-ended',
    at,
    pass,
    askedBy: ['cron'],
    attempted: null,
    applied: null,
    planHash: null,
    outcome: 'in-sync',
    counts,
    milliseconds: 5,
    message: null,
  };
}

export function change(over: Partial<ChangeEntry> = {}): ChangeEntry {
  return {
    type: 'change',
    at: '2026-11-01T00:00:00.000Z',
    pass: 1,
    key: 'membership/kiro-pro/ana@example.com',
    action: 'delete',
    profile: 'engineering',
    userId: 'u-1',
    unseats: true,
    result: 'succeeded',
    effect: true,
    requestId: 'r-1',
    error: null,
    ...over,
  };
}

export function seats(pass: number, users: readonly string[] = ['u-1']): SeatsEntry {
  const at = '2026-11-01T00:00:00.000Z';
  return {
    type: 'seats',
    at,
    pass,
    record: {
      at,
      revision: null,
      seats: users.map((userId) => ({ profile: 'p', group: 'g', groupId: 'g-1', userId, user: `${userId}@example.com`, since: at })),
    },
  };
}
