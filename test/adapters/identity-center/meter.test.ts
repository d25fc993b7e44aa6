import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/adapters/identity-center/failure.ts';
import { meter } from '../../../src/adapters/identity-center/meter.ts';
import { IDENTITY_STORE_PER_SECOND, SSO_ADMIN_PER_SECOND } from '../../../src/data/quotas.ts';
import { virtualClock } from './virtual-clock.ts';

const going = new AbortController().signal;

/** Sends `rounds` requests of each operation in turn; the milliseconds that took. */
async function interleaved(operations: readonly Operation[], rounds: number, throttled?: Operation): Promise<number> {
  const clock = virtualClock();
  const m = meter({ quotaShare: 1, clock });
  if (throttled !== undefined) m.throttled(throttled);
  for (let i = 0; i < rounds; i += 1) for (const operation of operations) await m.admit(operation, 'read', going);
  expect(m.calls()).toEqual(Object.fromEntries(operations.map((operation) => [operation, rounds])));
  return clock.monotonic();
}

describe('meter', () => {
  test('all of sso-admin has one pace, as AWS counts it', async () => {
    const apart = await interleaved(['sso:ListApplications'], 10 * SSO_ADMIN_PER_SECOND);
    const together = await interleaved(['sso:ListApplications', 'sso:ListApplicationAssignments'], 10 * SSO_ADMIN_PER_SECOND);
    // The first second's requests leave at once, and all others one by one: at most a second more than the least time.
    const within = (least: number, took: number) => expect(took).toSatisfy((ms: number) => ms >= least && ms < least + 1000);
    within(9000, apart);
    within(19_000, together);
  });

  test('a throttle of one operation of sso-admin slows the others down', async () => {
    const quick = await interleaved(['sso:ListApplications'], 2 * SSO_ADMIN_PER_SECOND);
    const slow = await interleaved(['sso:ListApplications'], 2 * SSO_ADMIN_PER_SECOND, 'sso:CreateApplicationAssignment');
    expect(slow).toBeGreaterThan(quick);
  });

  test('each operation of the identity store has a pace of its own', async () => {
    const rounds = 3 * IDENTITY_STORE_PER_SECOND;
    const alone = await interleaved(['identitystore:ListUsers'], rounds);
    expect(alone).toBeGreaterThanOrEqual(2000);
    expect(alone).toBeLessThan(3000);
    expect(await interleaved(['identitystore:ListUsers', 'identitystore:ListGroups'], rounds)).toBe(alone);
    expect(await interleaved(['identitystore:ListUsers'], rounds, 'identitystore:ListGroups')).toBe(alone);
  });
});
