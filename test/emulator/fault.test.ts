import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  ListGroupsCommand,
  ListUsersCommand,
  paginateListGroups,
} from '@aws-sdk/client-identitystore';
import { ListApplicationsCommand, ListInstancesCommand } from '@aws-sdk/client-sso-admin';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Buckets, NO_LIMITS, take } from '../../src/emulator/limiter.ts';
import { type Bench, bench, failure, INSTANCE, STORE, stoppedClock } from './client.ts';

const listUsers = ({ store }: Bench) => store.send(new ListUsersCommand({ ...STORE, MaxResults: 1 }));
const create = ({ store }: Bench, DisplayName: string) => store.send(new CreateGroupCommand({ ...STORE, DisplayName }));
const names = (b: Bench) => b.state().groups.map((g) => g.DisplayName);

describe('limiter', () => {
  it('never grants more than the capacity and what was added since', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (gaps, neighbour) => {
          const buckets: Buckets = new Map();
          let now = 0;
          let granted = 0;
          for (const gap of gaps) {
            now += gap;
            if (take(buckets, { perSecond: 20, neighbour, retryAfter: null }, 'x', now)) granted += 1;
            expect(granted).toBeLessThanOrEqual(20 + (now / 1000) * 20 * (1 - neighbour) + 1e-6);
          }
        },
      ),
    );
  });

  it('grants everything when it is off', () => {
    expect(Array.from({ length: 100 }, () => take(new Map(), NO_LIMITS, 'x', 0))).not.toContain(false);
  });

  it('counts each identitystore operation for itself and sso-admin together', async () => {
    const clock = stoppedClock();
    const b = await bench({ limiter: true, now: clock.now });
    for (let i = 0; i < 20; i += 1) await listUsers(b);
    expect(await failure(listUsers(b))).toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    });
    await b.store.send(new ListGroupsCommand({ ...STORE }));
    clock.move(50);
    await listUsers(b);
    for (let i = 0; i < 10; i += 1) await b.sso.send(new ListInstancesCommand({}));
    for (let i = 0; i < 10; i += 1) await b.sso.send(new ListApplicationsCommand({ InstanceArn: INSTANCE }));
    expect(await failure(b.sso.send(new ListInstancesCommand({})))).toMatchObject({ name: 'ThrottlingException' });
  });

  it('can be changed, shared with a neighbour and switched off', async () => {
    const clock = stoppedClock();
    const b = await bench({ limiter: true, now: clock.now });
    await b.control('limits', { perSecond: 2, neighbour: 0.5, retryAfter: 3 });
    await listUsers(b);
    await listUsers(b);
    const refused = await failure(listUsers(b));
    expect(refused).toMatchObject({ name: 'ThrottlingException', RetryAfterSeconds: 3 });
    clock.move(999);
    expect(await failure(listUsers(b))).toMatchObject({ name: 'ThrottlingException' });
    clock.move(1);
    await listUsers(b);
    await b.control('limits', { perSecond: null });
    for (let i = 0; i < 40; i += 1) await listUsers(b);
  });
});

describe('faults', () => {
  const cases = [
    ['throttle', { name: 'ThrottlingException' }],
    ['conflict', { name: 'ConflictException', Reason: 'CONCURRENT_MODIFICATION' }],
    ['unavailable', { name: 'SyntaxError' }],
    ['expired-token', { name: 'ExpiredTokenException' }],
    ['reject', { name: 'AccessDeniedException' }],
  ] as const;
  it.each(cases)('%s refuses before anything happens, as often as asked', async (kind, expected) => {
    const b = await bench();
    await b.control('faults', { operation: 'CreateGroup', kind, times: 2 });
    for (const name of ['one', 'two']) expect(await failure(create(b, name))).toMatchObject(expected);
    await create(b, 'three');
    expect(names(b)).not.toContain('one');
    expect(names(b)).toContain('three');
    expect(await b.control('calls')).toEqual({ CreateGroup: 3 });
  });

  it('drop-after-write cuts the connection after the write took effect', async () => {
    const b = await bench();
    await b.control('faults', { operation: 'identitystore:CreateGroup', kind: 'drop-after-write' });
    await failure(create(b, 'made'));
    expect(names(b)).toContain('made');
    expect(await failure(create(b, 'made'))).toMatchObject({ message: 'Duplicate GroupDisplayName' });
  });

  it('latency delays an answer', async () => {
    const b = await bench();
    await b.control('faults', { operation: 'ListUsers', kind: 'latency', ms: 80, times: 1 });
    const start = performance.now();
    await listUsers(b);
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
  });

  it.each([0, 1, 5])('a short page of %i items is not the end', async (size) => {
    const b = await bench();
    await b.control('faults', { operation: 'ListGroups', kind: 'short-page', times: 3, size });
    const seen: (string | undefined)[] = [];
    let pages = 0;
    for await (const page of paginateListGroups({ client: b.store }, { ...STORE })) {
      pages += 1;
      if (pages <= 3) expect(page.Groups).toHaveLength(size);
      seen.push(...(page.Groups ?? []).map((g) => g.DisplayName));
    }
    expect(seen).toEqual(names(b));
  });

  it('page-error strikes a later page only', async () => {
    const b = await bench();
    await b.control('faults', { operation: 'ListUsers', kind: 'page-error' });
    const { NextToken } = await listUsers(b);
    const error = await failure(b.store.send(new ListUsersCommand({ ...STORE, NextToken })));
    expect(error).toMatchObject({ name: 'InternalServerException', $metadata: { httpStatusCode: 500 } });
    expect((await b.store.send(new ListUsersCommand({ ...STORE, NextToken }))).Users).toHaveLength(100);
  });

  it('lag serves lists from the past until the clock has moved on', async () => {
    const clock = stoppedClock();
    const b = await bench({ now: clock.now });
    await b.control('faults', { operation: 'ListGroups', kind: 'lag', ms: 2000 });
    const listed = async () => (await b.store.send(new ListGroupsCommand({ ...STORE }))).Groups?.map((g) => g.DisplayName);
    await create(b, 'first');
    clock.move(1000);
    await create(b, 'second');
    expect(await listed()).not.toContain('first');
    clock.move(1000);
    expect(await listed()).toContain('first');
    expect(await listed()).not.toContain('second');
    clock.move(1000);
    expect(await listed()).toContain('second');
  });

  it('reject can be for one principal only, with another error', async () => {
    const b = await bench();
    const [one, two] = b.state().users.map((u) => u.UserId);
    const GroupId = b.state().groups.find((g) => g.DisplayName === 'kiro-engineering-pro-max')?.GroupId;
    await b.control('faults', { operation: 'CreateGroupMembership', kind: 'reject', principal: one, error: 'ValidationException' });
    const add = (UserId = '') => b.store.send(new CreateGroupMembershipCommand({ ...STORE, GroupId, MemberId: { UserId } }));
    expect(await failure(add(one))).toMatchObject({ name: 'ValidationException' });
    await add(two);
    expect(await failure(add(one))).toMatchObject({ name: 'ValidationException' });
    await b.control('faults', { clear: true });
    await add(one);
  });

  it('strike at random the same way for the same seed', async () => {
    const run = async (seed: number) => {
      const b = await bench();
      await b.control('faults', { operation: 'ListUsers', kind: 'throttle', probability: 0.5, seed });
      const outcome: boolean[] = [];
      for (let i = 0; i < 20; i += 1)
        outcome.push(
          await listUsers(b).then(
            () => true,
            () => false,
          ),
        );
      return outcome;
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    expect(new Set(first).size).toBe(2);
  });
});
