import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/adapters/identity-center/clock.ts';
import { type Connection, connect } from '../../../src/adapters/identity-center/connect.ts';
import { apply } from '../../../src/apply/apply.ts';
import { membershipKey } from '../../../src/model/key.ts';
import type { Change } from '../../../src/model/plan.ts';
import { groupId, KIRO, REGION, SCOPE, SEED, STORE_ID, userId } from '../../contract/seed.ts';
import { awsEnvironment } from '../../contract/wire-server.ts';
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts';
import { virtualClock } from './virtual-clock.ts';

const never = new AbortController().signal;
const bob = { groupId: groupId('kiro-pro'), userId: userId('bob') };
let emulator: TestEmulator;
const open: Connection[] = [];

beforeEach(async () => {
  awsEnvironment();
  emulator = await startTestEmulator({ seed: SEED, limiter: true });
  process.env['AWS_ENDPOINT_URL'] = emulator.url;
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  await emulator.close();
});

function connected(options: { quotaShare?: number; clock?: Clock; identityStoreId?: string } = {}): Connection {
  const connection = connect({
    region: REGION,
    identityStoreId: STORE_ID,
    quotaShare: 0.75,
    assumeRoleArn: null,
    now: () => new Date(),
    ...options,
  });
  open.push(connection);
  return connection;
}

async function control(route: string, body: object): Promise<void> {
  await emulator.control(route, body);
}

async function effects(): Promise<readonly { readonly operation: string }[]> {
  return (await emulator.control('writes')) as { operation: string }[];
}

/** Enough adds to need several seconds of quota. */
const MANY = 60;
const crewPlan = (): { readonly stages: readonly { readonly name: 'memberships-to-add'; readonly changes: readonly Change[] }[] } => ({
  stages: [
    {
      name: 'memberships-to-add',
      changes: Array.from({ length: MANY }, (_, i) => {
        const user = `crew${String(i).padStart(3, '0')}@example.com`;
        const rest = { profile: 'engineering', group: 'kiro-pro', groupId: groupId('kiro-pro'), userId: userId(user), user };
        return { action: 'create', kind: 'membership', key: membershipKey('kiro-pro', user), reason: '', ...rest } as const;
      }),
    },
  ],
});

describe('over HTTP, with faults', () => {
  test('a connection cut after the write counts one effect and makes one', async () => {
    const { writer } = connected({ clock: virtualClock() });
    await control('faults', { operation: 'CreateGroupMembership', kind: 'drop-after-write', times: 1 });
    expect(await writer.createMembership(bob, never)).toMatchObject({ effect: true });
    await control('faults', { operation: 'CreateGroup', kind: 'drop-after-write', times: 1 });
    const made = await writer.createGroup('kiro-new', never);
    expect(made.effect).toBe(true);
    await control('faults', { operation: 'CreateApplicationAssignment', kind: 'drop-after-write', times: 1 });
    expect(await writer.assignApplication({ applicationArn: KIRO, groupId: made.groupId }, never)).toMatchObject({ effect: true });
    await control('faults', { operation: 'DeleteGroupMembership', kind: 'drop-after-write', times: 1 });
    expect(await writer.deleteMembership({ membershipId: SEED.memberships[0]?.MembershipId ?? '' }, never)).toMatchObject({ effect: true });
    expect((await effects()).map((w) => w.operation)).toEqual([
      'CreateGroupMembership',
      'CreateGroup',
      'CreateApplicationAssignment',
      'DeleteGroupMembership',
    ]);
  });

  test.each(['throttle', 'conflict', 'unavailable', 'expired-token'])('%s passes', async (kind) => {
    const { writer } = connected({ clock: virtualClock() });
    await control('faults', { operation: 'CreateGroupMembership', kind, times: 1 });
    expect(await writer.createMembership(bob, never)).toMatchObject({ effect: true });
    expect(await effects()).toHaveLength(1);
  });

  test('a write that is throttled nine times is done in the end, once; the tenth is its last', async () => {
    const { writer, throttles } = connected({ clock: virtualClock() });
    await control('faults', { operation: 'CreateGroup', kind: 'throttle', times: 9 });
    expect(await writer.createGroup('kiro-new', never)).toMatchObject({ effect: true });
    expect(throttles()).toBe(9);
    expect((await effects()).map((w) => w.operation)).toEqual(['CreateGroup']);
    await control('faults', { operation: 'CreateGroup', kind: 'throttle', times: 20 });
    await expect(writer.createGroup('kiro-newer', never)).rejects.toMatchObject({ failures: [{ operation: 'identitystore:CreateGroup' }] });
    expect(throttles()).toBe(19);
  });

  test('a group that somebody else made meanwhile is taken up when it opens nothing, and refused when it opens an account', async () => {
    const { writer } = connected({ clock: virtualClock() });
    await control('outsider', { action: 'create-group', group: 'kiro-harmless' });
    expect(await writer.createGroup('kiro-harmless', never)).toMatchObject({ effect: false });
    await control('outsider', { action: 'create-group', group: 'kiro-trap' });
    const permissionSet = 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef';
    await control('outsider', { action: 'assign-account', account: '999988887777', permissionSet, group: 'kiro-trap' });
    await expect(writer.createGroup('kiro-trap', never)).rejects.toThrow(/kiro-trap was made by somebody else .* it opens 999988887777/);
    expect(await effects()).toEqual([]);
  });

  test('expired credentials that stay expired are denied', async () => {
    await control('faults', { operation: '*', kind: 'expired-token', times: 50 });
    const failing = connected({ clock: virtualClock() }).reader.observe(SCOPE, never);
    await expect(failing).rejects.toMatchObject({ failures: [{ kind: 'denied' }, { kind: 'denied' }, { kind: 'denied' }] });
  });

  test('a failing page is an incomplete read', async () => {
    await control('faults', { operation: 'ListUsers', kind: 'page-error', times: 50 });
    const scope = { ...SCOPE, memberGroups: ['everybody'] };
    await expect(connected({ clock: virtualClock() }).reader.observe(scope, never)).rejects.toMatchObject({
      failures: [{ kind: 'incomplete', operation: 'identitystore:ListUsers' }],
    });
  });

  test('short pages are not the end', async () => {
    const scope = { ...SCOPE, memberGroups: ['everybody'] };
    const { reader } = connected();
    const whole = await reader.observe(scope, never);
    await control('faults', { operation: '*', kind: 'short-page', times: 8, size: 0 });
    await control('faults', { operation: '*', kind: 'short-page', times: 8, size: 1 });
    expect({ ...(await reader.observe(scope, never)), instant: whole.instant }).toEqual(whole);
  });

  test('an abort lets the write in flight end and does not send the next', async () => {
    await control('faults', { operation: 'CreateGroupMembership', kind: 'latency', ms: 300 });
    const controller = new AbortController();
    const { writer } = connected();
    const inFlight = writer.createMembership(bob, controller.signal);
    await expect.poll(async () => (await effects()).length).toBe(1);
    controller.abort(new Error('stop'));
    expect(await inFlight).toMatchObject({ effect: true });
    await expect(writer.createMembership(bob, controller.signal)).rejects.toThrow('stop');
  });
});

describe("within AWS's quota, in real time", () => {
  test('at the usual share nothing is throttled', async () => {
    const connection = connected();
    const applied = await apply(crewPlan(), { writer: connection.writer, emit: () => undefined, signal: never });
    expect(applied).toMatchObject({ planned: MANY, applied: MANY, effects: MANY });
    expect(connection.throttles()).toBe(0);
    expect(connection.calls()['identitystore:CreateGroupMembership']).toBe(MANY);
  });

  test('with a neighbour that eats half of the quota everything is done, slower', async () => {
    await control('limits', { perSecond: 20, neighbour: 0.5 });
    const connection = connected();
    const applied = await apply(crewPlan(), { writer: connection.writer, emit: () => undefined, signal: never });
    expect(applied).toMatchObject({ planned: MANY, applied: MANY, effects: MANY });
    expect(connection.throttles()).toBeGreaterThan(0);
    expect(connection.calls()['identitystore:CreateGroupMembership']).toBeLessThan(2 * MANY);
  }, 60_000);
});
