import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupMembershipCommand,
  DeleteUserCommand,
  DescribeGroupCommand,
  DescribeGroupMembershipCommand,
  DescribeUserCommand,
  GetGroupIdCommand,
  GetGroupMembershipIdCommand,
  GetUserIdCommand,
  IsMemberInGroupsCommand,
  ListGroupMembershipsCommand,
  ListGroupMembershipsForMemberCommand,
  ListGroupsCommand,
  ListUsersCommand,
  paginateListUsers,
  UpdateGroupCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-identitystore';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bench, bench, failure, STORE } from './client.ts';

const byName = (AttributeValue: string) => ({ AlternateIdentifier: { UniqueAttribute: { AttributePath: 'displayName', AttributeValue } } });
const groupId = async ({ store }: Bench, name: string) => (await store.send(new GetGroupIdCommand({ ...STORE, ...byName(name) }))).GroupId;
const user = (path: string, AttributeValue: string) => ({
  ...STORE,
  AlternateIdentifier: { UniqueAttribute: { AttributePath: path, AttributeValue } },
});
const userId = async ({ store }: Bench, name: string) => (await store.send(new GetUserIdCommand(user('userName', name)))).UserId;

describe('paging', () => {
  it('gives every user exactly once, whatever the page size', async () => {
    const b = await bench();
    const everyone = b
      .state()
      .users.map((u) => u.UserId)
      .sort();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 7, max: 100 }), async (pageSize) => {
        const seen: string[] = [];
        for await (const page of paginateListUsers({ client: b.store, pageSize }, { ...STORE }))
          seen.push(...(page.Users ?? []).map((u) => u.UserId ?? ''));
        expect(seen.sort()).toEqual(everyone);
      }),
      { numRuns: 8 },
    );
  });

  it('has 100 items on a page by default and at most', async () => {
    const b = await bench();
    expect((await b.store.send(new ListUsersCommand(STORE))).Users).toHaveLength(100);
    const error = await failure(b.store.send(new ListUsersCommand({ ...STORE, MaxResults: 101 })));
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining("'maxResults'") });
    expect(await failure(b.store.send(new ListUsersCommand({ ...STORE, MaxResults: 0 })))).toMatchObject({ name: 'ValidationException' });
  });

  it('keeps its place when members come and go between pages', async () => {
    const b = await bench();
    const GroupId = await groupId(b, 'all-staff');
    const first = await b.store.send(new ListGroupMembershipsCommand({ ...STORE, GroupId, MaxResults: 50 }));
    for (const m of first.GroupMemberships?.slice(0, 10) ?? [])
      await b.store.send(new DeleteGroupMembershipCommand({ ...STORE, MembershipId: m.MembershipId }));
    const second = await b.store.send(new ListGroupMembershipsCommand({ ...STORE, GroupId, MaxResults: 50, NextToken: first.NextToken }));
    const all = b.state().memberships.filter((m) => m.GroupId === GroupId);
    expect(second.GroupMemberships?.map((m) => m.MembershipId)).toEqual(all.slice(40, 90).map((m) => m.MembershipId));
  });

  it('refuses a token of another operation, of other arguments, and a made-up one', async () => {
    const b = await bench();
    const { NextToken } = await b.store.send(new ListUsersCommand({ ...STORE, MaxResults: 5 }));
    expect(NextToken).toMatch(/^[-a-zA-Z0-9+=/_]+$/);
    const GroupId = await groupId(b, 'all-staff');
    const other = await b.store.send(new ListGroupMembershipsCommand({ ...STORE, GroupId, MaxResults: 5 }));
    const elsewhere = await groupId(b, 'sre');
    for (const attempt of [
      b.store.send(new ListGroupsCommand({ ...STORE, NextToken })),
      b.store.send(new ListGroupMembershipsCommand({ ...STORE, GroupId: elsewhere, NextToken: other.NextToken })),
      b.store.send(new ListUsersCommand({ ...STORE, NextToken: 'AAAA' })),
    ]) {
      expect(await failure(attempt)).toMatchObject({ name: 'ValidationException' });
    }
  });
});

describe('groups', () => {
  it('are created, described, renamed and deleted with all that hangs on them', async () => {
    const b = await bench();
    const { GroupId } = await b.store.send(new CreateGroupCommand({ ...STORE, DisplayName: 'kiro-x', Description: 'seats' }));
    const described = await b.store.send(new DescribeGroupCommand({ ...STORE, GroupId }));
    expect(described).toMatchObject({ DisplayName: 'kiro-x', Description: 'seats', CreatedBy: expect.stringContaining('AKIDTEST') });
    expect(Math.abs((described.CreatedAt?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    await b.store.send(
      new UpdateGroupCommand({
        ...STORE,
        GroupId,
        Operations: [{ AttributePath: 'displayName', AttributeValue: 'kiro-y' }, { AttributePath: 'description' }],
      }),
    );
    expect(await groupId(b, 'kiro-y')).toBe(GroupId);
    expect((await b.store.send(new DescribeGroupCommand({ ...STORE, GroupId }))).Description).toBeUndefined();
    const UserId = await userId(b, 'ana@example.com');
    await b.store.send(new CreateGroupMembershipCommand({ ...STORE, GroupId, MemberId: { UserId: UserId ?? '' } }));
    await b.store.send(new DeleteGroupCommand({ ...STORE, GroupId }));
    expect(await failure(b.store.send(new DeleteGroupCommand({ ...STORE, GroupId })))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(b.state().memberships.filter((m) => m.GroupId === GroupId)).toEqual([]);
  });

  it('have unique names, and say so with the reason', async () => {
    const b = await bench();
    const error = await failure(b.store.send(new CreateGroupCommand({ ...STORE, DisplayName: 'sre' })));
    expect(error).toMatchObject({
      name: 'ConflictException',
      message: 'Duplicate GroupDisplayName',
      Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION',
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      $metadata: { httpStatusCode: 400 },
    });
    const GroupId = await groupId(b, 'designers');
    const rename = new UpdateGroupCommand({ ...STORE, GroupId, Operations: [{ AttributePath: 'displayName', AttributeValue: 'sre' }] });
    expect(await failure(b.store.send(rename))).toMatchObject({ name: 'ConflictException' });
  });

  it('refuse reserved names, control characters, unknown paths and a second filter', async () => {
    const b = await bench();
    const filter = { AttributePath: 'DisplayName', AttributeValue: 'sre' };
    expect((await b.store.send(new ListGroupsCommand({ ...STORE, Filters: [filter] }))).Groups).toHaveLength(1);
    for (const attempt of [
      b.store.send(new CreateGroupCommand({ ...STORE, DisplayName: 'AWSAdministrators' })),
      b.store.send(new CreateGroupCommand({ ...STORE, DisplayName: 'a\u0007b' })),
      b.store.send(new CreateGroupCommand({ ...STORE, DisplayName: 'x'.repeat(1025) })),
      b.store.send(new ListGroupsCommand({ ...STORE, Filters: [filter, filter] })),
      b.store.send(
        new GetGroupIdCommand({ ...STORE, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'colour', AttributeValue: 'x' } } }),
      ),
    ]) {
      expect(await failure(attempt)).toMatchObject({ name: 'ValidationException' });
    }
  });

  it('owned by an identity provider are found by their external id', async () => {
    const b = await bench();
    const group = b.state().groups.find((g) => g.DisplayName === 'data-platform');
    const ExternalId = group?.ExternalIds?.[0];
    expect((await b.store.send(new GetGroupIdCommand({ ...STORE, AlternateIdentifier: { ExternalId } as never }))).GroupId).toBe(
      group?.GroupId,
    );
  });
});

describe('users', () => {
  it('are found by userName and by e-mail, exactly', async () => {
    const b = await bench();
    const short = b.state().users.find((u) => u.UserName !== undefined && !u.UserName.includes('@'));
    const email = short?.Emails?.[0]?.Value ?? '';
    expect((await b.store.send(new GetUserIdCommand(user('emails.value', email)))).UserId).toBe(short?.UserId);
    const error = await failure(b.store.send(new GetUserIdCommand(user('userName', 'ANA@example.com'))));
    expect(error).toMatchObject({ name: 'ResourceNotFoundException', ResourceType: 'USER', message: 'USER not found.' });
  });

  it('are created, changed and deleted with their memberships', async () => {
    const b = await bench();
    const Emails = [{ Value: 'zoe@example.com', Primary: true }];
    const { UserId } = await b.store.send(
      new CreateUserCommand({ ...STORE, UserName: 'zoe', Name: { GivenName: 'Zoe', FamilyName: 'Example' }, Emails }),
    );
    expect(await failure(b.store.send(new CreateUserCommand({ ...STORE, UserName: 'zoe' })))).toMatchObject({
      message: 'Duplicate UserName',
    });
    const GroupId = await groupId(b, 'sre');
    await b.store.send(new CreateGroupMembershipCommand({ ...STORE, GroupId, MemberId: { UserId: UserId ?? '' } }));
    const Operations = [
      { AttributePath: 'name.familyName', AttributeValue: 'Changed' },
      { AttributePath: 'aws:identitystore:enterprise', AttributeValue: { department: 'R' } },
      { AttributePath: 'emails', AttributeValue: null },
    ];
    await b.store.send(new UpdateUserCommand({ ...STORE, UserId, Operations }));
    const asked = await b.store.send(new DescribeUserCommand({ ...STORE, UserId, Extensions: ['aws:identitystore:enterprise'] }));
    expect(asked).toMatchObject({
      Name: { GivenName: 'Zoe', FamilyName: 'Changed' },
      Extensions: { 'aws:identitystore:enterprise': { department: 'R' } },
    });
    expect(asked.Emails).toBeUndefined();
    expect((await b.store.send(new DescribeUserCommand({ ...STORE, UserId }))).Extensions).toBeUndefined();
    await b.store.send(new DeleteUserCommand({ ...STORE, UserId }));
    expect(b.state().memberships.filter((m) => m.MemberId.UserId === UserId)).toEqual([]);
  });
});

describe('memberships', () => {
  it('come and go, each known by its own id', async () => {
    const b = await bench();
    const GroupId = await groupId(b, 'kiro-engineering-pro-max');
    const UserId = (await userId(b, 'bob@example.com')) ?? '';
    const MemberId = { UserId };
    const { MembershipId } = await b.store.send(new CreateGroupMembershipCommand({ ...STORE, GroupId, MemberId }));
    expect(await failure(b.store.send(new CreateGroupMembershipCommand({ ...STORE, GroupId, MemberId })))).toMatchObject({
      name: 'ConflictException',
      message: 'Member and Group relationship already exists',
      Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION',
    });
    expect((await b.store.send(new GetGroupMembershipIdCommand({ ...STORE, GroupId, MemberId }))).MembershipId).toBe(MembershipId);
    expect(await b.store.send(new DescribeGroupMembershipCommand({ ...STORE, MembershipId }))).toMatchObject({ GroupId, MemberId });
    const GroupIds = [GroupId ?? '', (await groupId(b, 'sre')) ?? ''];
    const { Results } = await b.store.send(new IsMemberInGroupsCommand({ ...STORE, MemberId, GroupIds }));
    expect(Results?.map((r) => r.MembershipExists)).toEqual([true, false]);
    const { GroupMemberships } = await b.store.send(new ListGroupMembershipsForMemberCommand({ ...STORE, MemberId }));
    expect(GroupMemberships?.map((m) => m.GroupId)).toContain(GroupId);
    await b.store.send(new DeleteGroupMembershipCommand({ ...STORE, MembershipId }));
    const gone = await failure(b.store.send(new DeleteGroupMembershipCommand({ ...STORE, MembershipId })));
    expect(gone).toMatchObject({ name: 'ResourceNotFoundException', ResourceType: 'GROUP_MEMBERSHIP', ResourceId: MembershipId });
    expect(await b.control('writes')).toMatchObject([
      { sequence: 1, operation: 'CreateGroupMembership', group: 'kiro-engineering-pro-max', user: 'bob@example.com', actor: 'api' },
      { sequence: 2, operation: 'DeleteGroupMembership', MembershipId },
    ]);
  });

  it('need an existing group and user', async () => {
    const b = await bench();
    const nobody = '00000000-0000-4000-8000-000000000000';
    const GroupId = await groupId(b, 'sre');
    const noUser = b.store.send(new CreateGroupMembershipCommand({ ...STORE, GroupId, MemberId: { UserId: nobody } }));
    expect(await failure(noUser)).toMatchObject({ ResourceType: 'USER', ResourceId: nobody });
    expect(await failure(b.store.send(new ListGroupMembershipsCommand({ ...STORE, GroupId: nobody })))).toMatchObject({
      ResourceType: 'GROUP',
    });
  });
});

describe('requests that no client should send', () => {
  it('are answered with all findings at once', async () => {
    const b = await bench();
    const error = await failure(b.store.send(new CreateGroupMembershipCommand({ IdentityStoreId: 'd-XYZ', GroupId: 'nonsense' } as never)));
    expect(error['message']).toMatch(/^3 validation errors detected: .*'identityStoreId'.*'groupId'.*'memberId'.*must not be null/);
  });

  it('know a missing store from a malformed one', async () => {
    const b = await bench();
    expect(await failure(b.store.send(new ListUsersCommand({ IdentityStoreId: 'd-aaaaaaaaaa' })))).toMatchObject({
      ResourceType: 'IDENTITY_STORE',
    });
  });

  it('keep and answer no member that AWS does not have', async () => {
    const b = await bench();
    const authorization = 'AWS4-HMAC-SHA256 Credential=AK/20261110/eu-west-1/identitystore/aws4_request, SignedHeaders=host, Signature=00';
    // Raw: the SDK itself would leave the unknown members out.
    const call = async (operation: string, input: object) => {
      const headers = { 'x-amz-target': `AWSIdentityStore.${operation}`, authorization };
      const response = await fetch(b.url, { method: 'POST', headers, body: JSON.stringify({ ...STORE, ...input }) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const made = await call('CreateUser', {
      UserName: 'nova',
      DisplayName: 'Nova',
      Foo: 1,
      ExternalIds: [{ Issuer: 'https://scim.example.com', Id: 'n' }],
      Name: { GivenName: 'No', FamilyName: 'Va', Nope: 'x' },
      Emails: [{ Value: 'nova@example.com', Primary: true, Zip: '1' }],
    });
    const UserId = String(made.body['UserId']);
    const plain = {
      UserId,
      UserName: 'nova',
      DisplayName: 'Nova',
      UserStatus: 'ENABLED',
      Emails: [{ Value: 'nova@example.com', Primary: true }],
    };
    const stored = () => b.state().users.find((u) => u.UserId === UserId);
    const stamps = {
      CreatedAt: expect.anything(),
      CreatedBy: expect.anything(),
      UpdatedAt: expect.anything(),
      UpdatedBy: expect.anything(),
    };
    expect(stored()).toEqual({ ...plain, ...stamps, Name: { GivenName: 'No', FamilyName: 'Va' } });
    const update = (AttributePath: string, AttributeValue: unknown) =>
      call('UpdateUser', { UserId, Operations: [{ AttributePath, AttributeValue }] });
    expect((await update('name', { GivenName: 'N', Nope: 'x' })).status).toBe(200);
    expect((await update('name.familyName', 'V')).status).toBe(200);
    expect(stored()).toEqual({ ...plain, ...stamps, Name: { GivenName: 'N', FamilyName: 'V' } });
    for (const path of ['name.colour', 'foo', 'displayName.short', 'emails.value']) {
      expect(await update(path, 'blue'), path).toMatchObject({ status: 400, body: { __type: 'ValidationException' } });
    }
    expect((await update('name.familyName', 7)).status).toBe(400);
    expect(stored()).toMatchObject({ Name: { GivenName: 'N', FamilyName: 'V' } });
  });

  it('serve any store id and any ids that a seed brought along', async () => {
    const { instance, ...rest } = (await bench({ seed: 'empty' })).state();
    const seeded = {
      ...rest,
      instance: { ...instance, IdentityStoreId: 'd-zzzzzzzzzz' },
      users: [{ UserId: 'u1', UserName: 'ana' }],
      groups: [{ GroupId: 'g1', DisplayName: 'g' }],
    };
    const b = await bench({ seed: seeded, oddIds: ['d-zzzzzzzzzz'] });
    const made = await b.store.send(
      new CreateGroupMembershipCommand({ IdentityStoreId: 'd-zzzzzzzzzz', GroupId: 'g1', MemberId: { UserId: 'u1' } }),
    );
    expect(made.MembershipId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
