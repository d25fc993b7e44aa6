import {
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  DescribeGroupMembershipCommand,
  GetGroupMembershipIdCommand,
} from '@aws-sdk/client-identitystore';
import { describe, expect, it } from 'vitest';
import { type Bench, bench, STORE, stoppedClock } from './client.ts';

type Seat = {
  user: string;
  application: string;
  Tier: string;
  Status: string;
  NextTier: string | null;
  EndsAt: string | null;
  through: string[];
};
const APP = 'KiroProfile-us-east-1';

const seatOf = async (b: Bench, user: string): Promise<Seat | undefined> =>
  ((await b.control('seats')) as Seat[]).find((s) => s.user === user && s.application === APP);
const ids = (b: Bench, group: string, user: string) => ({
  GroupId: b.state().groups.find((g) => g.DisplayName === group)?.GroupId,
  MemberId: { UserId: b.state().users.find((u) => u.UserName === user)?.UserId ?? '' },
});
const join = (b: Bench, group: string, user: string) =>
  b.store.send(new CreateGroupMembershipCommand({ ...STORE, ...ids(b, group, user) }));
const leave = async (b: Bench, group: string, user: string) => {
  const { MembershipId } = await b.store.send(new GetGroupMembershipIdCommand({ ...STORE, ...ids(b, group, user) }));
  await b.store.send(new DeleteGroupMembershipCommand({ ...STORE, MembershipId }));
};
const advance = (b: Bench, by: string) => b.control('clock', { advance: by });
const BOB = 'bob@example.com';

describe('seats', () => {
  it('appear 24 hours after the membership, not a moment earlier', async () => {
    const b = await bench({ now: stoppedClock().now });
    await join(b, 'kiro-engineering-pro', BOB);
    await advance(b, '23h59m59s');
    expect(await seatOf(b, BOB)).toBeUndefined();
    await advance(b, '1s');
    expect(await seatOf(b, BOB)).toMatchObject({ Tier: 'pro', Status: 'PENDING', EndsAt: null, through: ['kiro-engineering-pro'] });
  });

  it('become active by use', async () => {
    const b = await bench();
    await b.control('seats', { application: APP, use: 'dev01@example.com' });
    expect(await seatOf(b, 'dev01@example.com')).toMatchObject({ Status: 'ACTIVE' });
  });

  it('have the highest tier of all subscribed groups; an upgrade is immediate', async () => {
    const b = await bench({ now: stoppedClock().now });
    await join(b, 'kiro-engineering-pro-plus', 'dev01@example.com');
    expect(await seatOf(b, 'dev01@example.com')).toMatchObject({ Tier: 'pro' });
    await advance(b, '24h');
    expect(await seatOf(b, 'dev01@example.com')).toMatchObject({
      Tier: 'pro-plus',
      through: ['kiro-engineering-pro', 'kiro-engineering-pro-plus'],
    });
  });

  it('keep the higher tier, or stay cancelled, until the month ends', async () => {
    const b = await bench({ now: stoppedClock('2026-11-10T12:00:00Z').now });
    await join(b, 'kiro-engineering-pro', 'ana@example.com');
    await advance(b, '24h');
    await leave(b, 'kiro-engineering-pro-plus', 'ana@example.com');
    await leave(b, 'kiro-engineering-pro', 'dev02@example.com');
    const endsAt = '2026-12-01T00:00:00.000Z';
    expect(await seatOf(b, 'ana@example.com')).toMatchObject({ Tier: 'pro-plus', NextTier: 'pro', EndsAt: endsAt });
    expect(await seatOf(b, 'dev02@example.com')).toMatchObject({ Tier: 'pro', Status: 'CANCELLED', NextTier: null, EndsAt: endsAt });
    await advance(b, '19d11h59m59s');
    expect(await seatOf(b, 'dev02@example.com')).toMatchObject({ Status: 'CANCELLED' });
    await advance(b, '1s');
    expect(await seatOf(b, 'ana@example.com')).toMatchObject({ Tier: 'pro', NextTier: 'pro', EndsAt: null });
    expect(await seatOf(b, 'dev02@example.com')).toBeUndefined();
  });

  it('are lost when the old membership goes before the new one counts and the month ends between', async () => {
    const b = await bench({ now: stoppedClock('2026-11-30T20:00:00Z').now });
    await join(b, 'kiro-engineering-pro-plus', 'dev03@example.com');
    await leave(b, 'kiro-engineering-pro', 'dev03@example.com');
    await advance(b, '4h');
    expect(await seatOf(b, 'dev03@example.com')).toBeUndefined();
    await advance(b, '20h');
    expect(await seatOf(b, 'dev03@example.com')).toMatchObject({ Tier: 'pro-plus' });
  });

  it('can end at once, and can fail to appear at all', async () => {
    const b = await bench({ now: stoppedClock().now });
    await b.control('seats', { ending: 'at-once', materialise: false, delay: '1h' });
    await leave(b, 'kiro-engineering-pro', 'dev04@example.com');
    expect(await seatOf(b, 'dev04@example.com')).toBeUndefined();
    await join(b, 'kiro-engineering-pro', BOB);
    await advance(b, '9d');
    expect(await seatOf(b, BOB)).toBeUndefined();
    await b.control('seats', { materialise: true });
    expect(await seatOf(b, BOB)).toMatchObject({ Tier: 'pro' });
  });

  it('need a subscription, which is made and ended in the console', async () => {
    const b = await bench({ now: stoppedClock().now });
    await join(b, 'kiro-engineering-pro-max', BOB);
    await advance(b, '3d');
    expect(await seatOf(b, BOB)).toBeUndefined();
    await b.control('console/subscribe', { application: APP, group: 'kiro-engineering-pro-max', tier: 'pro-max' });
    const GroupId = ids(b, 'kiro-engineering-pro-max', BOB).GroupId;
    expect(b.state().assignments).toContainEqual(expect.objectContaining({ PrincipalId: GroupId }));
    await advance(b, '24h');
    expect(await seatOf(b, BOB)).toMatchObject({ Tier: 'pro-max' });
    await b.control('console/unsubscribe', { application: APP, group: 'kiro-engineering-pro-max' });
    expect(await seatOf(b, BOB)).toMatchObject({ Status: 'CANCELLED' });
    expect(b.state().assignments).not.toContainEqual(expect.objectContaining({ PrincipalId: GroupId }));
  });

  it('of a directly subscribed user need no synchronisation', async () => {
    const b = await bench({ now: stoppedClock().now });
    await b.control('console/subscribe', { application: APP, user: BOB, tier: 'power' });
    expect(await seatOf(b, BOB)).toMatchObject({ Tier: 'power', through: ['direct'] });
  });
});

describe('clock', () => {
  it('ages memberships for a client that lives on real time', async () => {
    const clock = stoppedClock('2026-11-10T12:00:00Z');
    const b = await bench({ now: clock.now });
    const { MembershipId } = await join(b, 'kiro-engineering-pro', BOB);
    const createdAt = async () =>
      (await b.store.send(new DescribeGroupMembershipCommand({ ...STORE, MembershipId }))).CreatedAt?.toISOString();
    expect(await createdAt()).toBe('2026-11-10T12:00:00.000Z');
    expect(await advance(b, '1d12h')).toMatchObject({ now: '2026-11-12T00:00:00.000Z' });
    expect(await createdAt()).toBe('2026-11-09T00:00:00.000Z');
    expect(await b.control('clock')).toEqual({ now: '2026-11-12T00:00:00.000Z', aheadMs: 36 * 3_600_000 });
  });
});
