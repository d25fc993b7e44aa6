import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { type Judge, judge } from './judge.ts';
import { call } from './wire.ts';

/** Clients that do harm on purpose: the judge has to see it, and to see nothing else. */
let emulator: TestEmulator;
let judging: Judge;
let grants: Map<string, Set<string>>;

const ENGINEERING = 'KiroProfile-us-east-1';
const RESEARCH = 'KiroProfile-eu-central-1';
const APPLICATION: Readonly<Record<string, string>> = {
  'kiro-engineering-pro': ENGINEERING,
  'kiro-engineering-pro-plus': ENGINEERING,
  'kiro-research-pro': RESEARCH,
  'kiro-research-power': RESEARCH,
};

const ids = (group: string, user: string) => {
  const state = emulator.state();
  const GroupId = state.groups.find((each) => each.DisplayName === group)?.GroupId ?? '';
  const UserId = state.users.find((each) => each.UserName === user)?.UserId ?? '';
  const membership = state.memberships.find((each) => each.GroupId === GroupId && each.MemberId.UserId === UserId);
  return { GroupId, UserId, MembershipId: membership?.MembershipId ?? '' };
};
const add = (group: string, user: string) => {
  const { GroupId, UserId } = ids(group, user);
  return call(emulator.url, 'CreateGroupMembership', { GroupId, MemberId: { UserId } });
};
const remove = (group: string, user: string) =>
  call(emulator.url, 'DeleteGroupMembership', { MembershipId: ids(group, user).MembershipId });

beforeEach(async () => {
  grants = new Map();
  judging = judge({ grants: () => grants, applicationOf: (group) => APPLICATION[group] ?? null });
  emulator = await startTestEmulator({ watch: judging.watch });
  const dana = ids('kiro-engineering-pro', 'dana@example.com').UserId;
  grants.set(dana, new Set([ENGINEERING]));
  await emulator.control('clock');
  judging.passBegins();
});
afterEach(async () => await emulator.close());

describe('the judge', () => {
  it('sees a seat lost when its only membership is removed', async () => {
    await remove('kiro-engineering-pro', 'dana@example.com');
    expect(judging.verdict().lost).toHaveLength(1);
  });

  it('sees a seat lost when the new membership has not become a seat yet', async () => {
    await add('kiro-engineering-pro-plus', 'dana@example.com');
    await emulator.control('clock', { advance: '23h' });
    await remove('kiro-engineering-pro', 'dana@example.com');
    expect(judging.verdict().lost).toHaveLength(1);
  });

  it('sees none lost in a move that waits for its seat, nor where nothing is granted', async () => {
    await add('kiro-engineering-pro-plus', 'dana@example.com');
    await emulator.control('clock', { advance: '25h' });
    await remove('kiro-engineering-pro', 'dana@example.com');
    await remove('kiro-engineering-pro', 'eli@example.com');
    expect(judging.verdict()).toMatchObject({ lost: [], duplicated: [], taken: new Set() });
  });

  it('sees a seat lost by a move to another profile that leaves none in between', async () => {
    const { UserId } = ids('kiro-engineering-pro', 'dana@example.com');
    grants.set(UserId, new Set([RESEARCH]));
    await emulator.control('clock', { advance: '1h' });
    judging.passBegins();
    await add('kiro-research-pro', 'dana@example.com');
    await remove('kiro-engineering-pro', 'dana@example.com');
    expect(judging.verdict().lost).toHaveLength(1);
  });

  it('sees it also in the first pass after a merge, whatever reads may lag', async () => {
    const { UserId } = ids('kiro-engineering-pro', 'dana@example.com');
    await emulator.control('clock', { advance: '1h' });
    grants.set(UserId, new Set([RESEARCH]));
    judging.passBegins(3_000);
    await add('kiro-research-pro', 'dana@example.com');
    await remove('kiro-engineering-pro', 'dana@example.com');
    expect(judging.verdict().lost).toHaveLength(1);
  });

  it.each([
    ['renames a group that has nothing to do with it', { action: 'rename-group', group: 'designers', to: 'makers' }],
    ['adds the person to a team', { action: 'add-member', group: 'designers', user: 'dana@example.com' }],
    ['moves the person out of a team', { action: 'remove-member', group: 'backend-engineers', user: 'dana@example.com' }],
    ['takes the seat of somebody else', { action: 'remove-member', group: 'kiro-engineering-pro', user: 'eli@example.com' }],
  ])('excuses no loss because somebody %s meanwhile', async (_, edit) => {
    await emulator.control('outsider', edit);
    await remove('kiro-engineering-pro', 'dana@example.com');
    expect(judging.verdict().lost).toHaveLength(1);
  });

  it('excuses that the seat which was to replace it was taken meanwhile', async () => {
    await add('kiro-engineering-pro-plus', 'dana@example.com');
    await emulator.control('clock', { advance: '25h' });
    judging.passBegins();
    await emulator.control('outsider', { action: 'remove-member', group: 'kiro-engineering-pro-plus', user: 'dana@example.com' });
    await remove('kiro-engineering-pro', 'dana@example.com');
    expect(judging.verdict()).toMatchObject({ lost: [] });
    expect(judging.stillTaken()).toHaveLength(1);
  });

  it('counts what an outsider takes apart, until it is back', async () => {
    await emulator.control('outsider', { action: 'remove-member', group: 'kiro-engineering-pro', user: 'dana@example.com' });
    expect(judging.verdict()).toMatchObject({ lost: [] });
    expect(judging.stillTaken()).toHaveLength(1);
    await add('kiro-engineering-pro', 'dana@example.com');
    await emulator.control('clock', { advance: '25h' });
    expect(judging.stillTaken()).toEqual([]);
  });

  it('sees a seat in a second profile that nobody granted', async () => {
    await add('kiro-research-pro', 'dana@example.com');
    expect(judging.verdict().duplicated).toHaveLength(1);
  });
});
