import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateGroupMembershipCommand, DeleteGroupMembershipCommand, ListGroupMembershipsCommand } from '@aws-sdk/client-identitystore';
import { describe, expect, it } from 'vitest';
import { createEmulator, type State } from '../../src/emulator/emulator.ts';
import { readSeedFile } from '../../src/emulator/seed-file.ts';
import { type Bench, bench, errorType, failure, STORE, stoppedClock } from './client.ts';

const groupIn = (state: State, name: string) => state.groups.find((g) => g.DisplayName === name)?.GroupId ?? '';
const userIn = (state: State, name: string) => state.users.find((u) => u.UserName === name)?.UserId ?? '';
const groupId = (b: Bench, name: string) => groupIn(b.state(), name);
const userId = (b: Bench, name: string) => userIn(b.state(), name);
const membersOf = (b: Bench, group: string) => {
  const state = b.state();
  const id = groupIn(state, group);
  return state.memberships.filter((m) => m.GroupId === id);
};
const membership = (b: Bench, group: string, user: string) => {
  const id = userId(b, user);
  return membersOf(b, group).find((m) => m.MemberId.UserId === id);
};
const isMember = (b: Bench, group: string, user: string) => membership(b, group, user) !== undefined;
const add = (b: Bench, group: string, user: string) =>
  b.store.send(new CreateGroupMembershipCommand({ ...STORE, GroupId: groupId(b, group), MemberId: { UserId: userId(b, user) } }));
const remove = (b: Bench, group: string, user: string) =>
  b.store.send(new DeleteGroupMembershipCommand({ ...STORE, MembershipId: membership(b, group, user)?.MembershipId }));

describe('state', () => {
  it('is the same after dumping and loading, on any emulator', async () => {
    const clock = stoppedClock();
    const b = await bench({ now: clock.now });
    await b.control('clock', { advance: '36h' });
    await add(b, 'sre', 'bob@example.com');
    const dumped = await b.control('state');
    await b.control('state', dumped as object);
    expect(await b.control('state')).toEqual(dumped);
    const other = await bench({ now: clock.now });
    await other.control('reset', { seed: dumped });
    expect(await other.control('state')).toEqual(dumped);
    expect(dumped).toEqual(b.state());
  });

  it('keeps a membership without CreatedAt without it', async () => {
    const b = await bench();
    const { memberships, ...rest } = b.state();
    const bare = memberships.map(({ MembershipId, GroupId, MemberId }) => ({ MembershipId, GroupId, MemberId }));
    await b.control('state', { ...rest, memberships: bare });
    const { GroupMemberships } = await b.store.send(new ListGroupMembershipsCommand({ ...STORE, GroupId: groupId(b, 'sre') }));
    expect(GroupMemberships?.[0]).not.toHaveProperty('CreatedAt');
  });

  it('starts anew on reset: directory, counts, writes, faults and clock', async () => {
    const b = await bench({ now: stoppedClock().now });
    const before = b.state();
    await add(b, 'sre', 'bob@example.com');
    await b.control('faults', { kind: 'throttle', times: null });
    await b.control('clock', { advance: '5d' });
    await b.control('reset', {});
    expect(b.state()).toEqual(before);
    expect([await b.control('calls'), await b.control('writes'), await b.control('faults')]).toEqual([{}, [], []]);
    await b.control('reset', { seed: 'empty' });
    expect(b.state().users).toEqual([]);
  });
});

describe('bodies', () => {
  it.each([
    ['faults', { kind: 'throtle' }, 'must be one of throttle'],
    ['faults', { kind: 'throttle', tmies: 3 }, "no field 'tmies'"],
    ['faults', { kind: 'throttle', clear: true }, 'the body'],
    ['clock', { advance: '24 hours' }, '/advance'],
    ['clock', {}, "'advance'"],
    ['limits', { perSecond: 0 }, '/perSecond'],
    ['outsider', { action: 'add-member', group: 'sre' }, "'user'"],
    ['outsider', { action: 'explode' }, 'action'],
    ['scim', { action: 'rename', group: 'sre' }, "'to'"],
    ['console/subscribe', { application: 'x', tier: 'pro' }, "'group'"],
    ['console/subscribe', { application: 'x', group: 'sre', tier: 'gold' }, 'pro, pro-plus'],
    ['reset', { seed: 'dmeo' }, 'demo, empty'],
    ['state', { users: [] }, "'instance'"],
    ['outsider', { action: 'add-member', group: 'nowhere', user: 'ana@example.com' }, "'nowhere'"],
    ['nonsense', {}, 'No control route'],
    ['faults', { kind: 'throttle', operation: 'CreateGroupMembreship' }, 'Did you mean CreateGroupMembership'],
    ['faults', { kind: 'throttle', operation: 'sso:ListUsers' }, 'no operation'],
    ['faults', { kind: 'throttle', operation: 'everything at once' }, 'Known: .*ListUsers'],
    ['console/subscribe', { application: 'Payroll', group: 'sre', tier: 'pro' }, 'codewhisperer'],
    ['outsider', { action: 'rename-group', group: 'sre', to: 'interns' }, 'already'],
    ['outsider', { action: 'create-group', group: 'interns' }, 'already'],
    ['outsider', { action: 'set-user', user: 'dev05@example.com', userName: 'dev06@example.com' }, 'already'],
  ])('%s %j is refused in words', async (route, body, words) => {
    const b = await bench();
    const before = b.state();
    expect((await failure(b.control(route, body)))['message']).toMatch(new RegExp(`^40[04] .*${words}`));
    expect(b.state()).toEqual(before);
  });

  it.each(['*', 'ListUsers', 'identitystore:ListUsers', 'sso:ListApplications', 'ListApplications'])(
    'take the operation %s',
    async (operation) => {
      const b = await bench();
      expect(await b.control('faults', { kind: 'throttle', operation })).toMatchObject([{ operation: operation.split(':').at(-1) }]);
    },
  );

  it('with a state that contradicts itself are refused with every problem, on each way in', async () => {
    const b = await bench({ seed: 'empty' });
    const before = b.state();
    const member = (MembershipId: string, GroupId: string, UserId: string) => ({ MembershipId, GroupId, MemberId: { UserId } });
    const state = {
      ...before,
      users: [
        { UserId: 'u1', UserName: 'ana' },
        { UserId: 'u1', UserName: 'bo' },
        { UserId: 'u3', UserName: 'ana' },
      ],
      groups: [
        { GroupId: 'g1', DisplayName: 'a' },
        { GroupId: 'g2', DisplayName: 'a' },
        { GroupId: 'g2', DisplayName: 'b' },
      ],
      memberships: [
        member('m1', 'g1', 'u1'),
        member('m1', 'g2', 'u1'),
        member('m2', 'g2', 'u1'),
        member('m3', 'g9', 'u1'),
        member('m4', 'g1', 'u9'),
      ],
    };
    const problems = [
      "the UserId 'u1' is given more than once",
      "the UserName 'ana' is given more than once",
      "the GroupId 'g2' is given more than once",
      "the DisplayName 'a' is given more than once",
      "the MembershipId 'm1' is given more than once",
      "the membership (group, user) 'g2, u1' is given more than once",
      "/memberships/3 names the group 'g9', which is not in groups",
      "/memberships/4 names the user 'u9', who is not in users",
    ];
    const post = async (route: string, body: object) => {
      const response = await fetch(`${b.url}/_emulator/${route}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    };
    expect(await post('state', state)).toMatchObject({ status: 400, body: { problems } });
    expect(await post('reset', { seed: state })).toMatchObject({ status: 400, body: { problems } });
    expect(b.state()).toEqual(before);
    const file = join(mkdtempSync(join(tmpdir(), 'kirosync-seed-')), 'seed.json');
    writeFileSync(file, JSON.stringify(state));
    expect(readSeedFile(file)).toEqual({ ok: false, problems });
    rmSync(dirname(file), { recursive: true });
  });

  it('have a schema each, whose id is its file name', () => {
    const folder = new URL('../../schemas/emulator/', import.meta.url);
    const files = readdirSync(folder);
    expect(files).toHaveLength(10);
    for (const file of files) expect(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))['$id']).toBe(`kirosync/emulator/${file}`);
  });
});

describe('who may control', () => {
  const ask = async (remoteAddress: string | undefined, host: string) => {
    const request = { method: 'GET', path: '/_emulator/calls', headers: { host }, body: '' };
    return (await createEmulator().handle(remoteAddress === undefined ? request : { ...request, remoteAddress })).status;
  };
  it('is this machine under its own names only', async () => {
    expect(await ask('127.0.0.1', 'localhost:4000')).toBe(200);
    expect(await ask('::ffff:127.0.0.1', '127.0.0.1:4000')).toBe(200);
    expect(await ask('::1', '[::1]:4000')).toBe(200);
    expect(await ask('10.0.0.7', 'localhost')).toBe(403);
    expect(await ask('127.0.0.1', 'rebound.example.com:4000')).toBe(403);
  });
});

describe('who may call', () => {
  const call = (b: Bench, authorization: string | null) =>
    fetch(b.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSIdentityStore.ListUsers', ...(authorization === null ? {} : { authorization }) },
      body: JSON.stringify(STORE),
    });
  const scope = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=AK/20261110/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
  it('is anybody whose signature is scoped to the right service', async () => {
    const b = await bench();
    expect((await call(b, scope('identitystore'))).status).toBe(200);
    expect(await errorType(await call(b, scope('sso')))).toBe('InvalidSignatureException');
    expect(await errorType(await call(b, null))).toBe('MissingAuthenticationTokenException');
    expect(await errorType(await call(b, 'Bearer x'))).toBe('IncompleteSignatureException');
  });
  it('must send JSON', async () => {
    const b = await bench();
    const response = await fetch(b.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSIdentityStore.ListUsers', authorization: scope('identitystore') },
      body: '{',
    });
    expect(await errorType(response)).toBe('com.amazon.coral.service#SerializationException');
  });
});

describe('outsider', () => {
  it('edits now, and is named as the creator', async () => {
    const b = await bench();
    await b.control('outsider', { action: 'add-member', group: 'kiro-engineering-pro', user: 'bob@example.com' });
    expect(isMember(b, 'kiro-engineering-pro', 'bob@example.com')).toBe(true);
    expect(b.state().memberships.at(-1)?.CreatedBy).toContain('outsider');
    await b.control('outsider', { action: 'remove-member', group: 'kiro-engineering-pro', user: 'bob@example.com' });
    expect(isMember(b, 'kiro-engineering-pro', 'bob@example.com')).toBe(false);
    expect(await b.control('writes')).toEqual([]);
    expect(await b.control('writes?actor=all')).toMatchObject([
      { actor: 'outsider', operation: 'CreateGroupMembership' },
      { actor: 'outsider' },
    ]);
  });

  it('changes groups, users, assignments and accounts', async () => {
    const b = await bench();
    const former = groupId(b, 'kiro-research-pro');
    await b.control('outsider', { action: 'recreate-group', group: 'kiro-research-pro' });
    expect(groupId(b, 'kiro-research-pro')).not.toBe(former);
    await b.control('outsider', { action: 'rename-group', group: 'sre', to: 'reliability' });
    await b.control('outsider', { action: 'create-group', group: 'new-one' });
    await b.control('outsider', { action: 'delete-group', group: 'interns' });
    await b.control('outsider', { action: 'set-user', user: 'dev05@example.com', status: 'DISABLED' });
    await b.control('outsider', { action: 'delete-user', user: 'dev06@example.com' });
    await b.control('outsider', { action: 'assign-application', application: 'Payroll', user: 'ana@example.com' });
    await b.control('outsider', { action: 'unassign-application', application: 'Payroll', group: 'payroll-app-users' });
    await b.control('outsider', { action: 'assign-account', account: '444455556666', group: 'designers' });
    await b.control('outsider', { action: 'unassign-account', account: '444455556666', group: 'designers' });
    const state = b.state();
    const names = state.groups.map((g) => g.DisplayName);
    expect([names.includes('reliability'), names.includes('new-one'), names.includes('interns'), names.includes('sre')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(state.users.find((u) => u.UserName === 'dev05@example.com')?.UserStatus).toBe('DISABLED');
    expect(userId(b, 'dev06@example.com')).toBe('');
    const payroll = state.applications.find((a) => a.Name === 'Payroll')?.ApplicationArn;
    expect(state.assignments.filter((a) => a.ApplicationArn === payroll)).toMatchObject([{ PrincipalType: 'USER' }]);
    expect(state.accountAssignments).toHaveLength(5);
  });

  it('undoes writes at once, a given number of times', async () => {
    const b = await bench();
    await b.control('outsider', { action: 'undo', operation: 'CreateGroupMembership', times: 2 });
    await add(b, 'sre', 'bob@example.com');
    await add(b, 'sre', 'bob@example.com');
    expect(isMember(b, 'sre', 'bob@example.com')).toBe(false);
    await add(b, 'sre', 'bob@example.com');
    expect(isMember(b, 'sre', 'bob@example.com')).toBe(true);
  });

  it('undoes a removal later', async () => {
    const b = await bench({ now: stoppedClock().now });
    await b.control('outsider', { action: 'undo', after: '1h' });
    await remove(b, 'kiro-engineering-pro', 'dev01@example.com');
    await b.control('clock', { advance: '59m' });
    expect(isMember(b, 'kiro-engineering-pro', 'dev01@example.com')).toBe(false);
    await b.control('clock', { advance: '1m' });
    expect(isMember(b, 'kiro-engineering-pro', 'dev01@example.com')).toBe(true);
  });
});

describe('scim', () => {
  it('lets a client write to its groups, and puts back what it thinks is right', async () => {
    const b = await bench();
    const someone = membersOf(b, 'data-platform')[0]?.MemberId.UserId;
    const name = b.state().users.find((u) => u.UserId === someone)?.UserName ?? '';
    await remove(b, 'data-platform', name);
    await add(b, 'data-platform', 'bob@example.com');
    expect(await b.control('scim', { action: 'push' })).toEqual({ changed: 2 });
    expect([isMember(b, 'data-platform', name), isMember(b, 'data-platform', 'bob@example.com')]).toEqual([true, false]);
  });

  it('pushes regularly on the clock', async () => {
    const b = await bench({ now: stoppedClock().now });
    await b.control('scim', { action: 'schedule', every: '40m' });
    await add(b, 'data-platform', 'bob@example.com');
    await b.control('clock', { advance: '39m' });
    expect(isMember(b, 'data-platform', 'bob@example.com')).toBe(true);
    await b.control('clock', { advance: '1m' });
    expect(isMember(b, 'data-platform', 'bob@example.com')).toBe(false);
  });

  it('changes membership at the provider, takes over groups, and renames by a new id', async () => {
    const b = await bench();
    await b.control('scim', { action: 'add-member', group: 'data-platform', user: 'bob@example.com' });
    expect(isMember(b, 'data-platform', 'bob@example.com')).toBe(true);
    expect((await failure(b.control('scim', { action: 'add-member', group: 'sre', user: 'bob@example.com' })))['message']).toContain(
      'provision it first',
    );
    await b.control('scim', { action: 'provision', group: 'sre', members: ['ana@example.com'] });
    expect(b.state().groups.find((g) => g.DisplayName === 'sre')?.ExternalIds).toHaveLength(1);
    expect(membersOf(b, 'sre')).toHaveLength(1);
    const former = groupId(b, 'data-platform');
    await b.control('scim', { action: 'rename', group: 'data-platform', to: 'data-products' });
    expect(groupId(b, 'data-products')).not.toBe(former);
    expect(membersOf(b, 'data-products')).toHaveLength(13);
    expect(b.state().assignments.some((a) => a.PrincipalId === former)).toBe(false);
  });
});
