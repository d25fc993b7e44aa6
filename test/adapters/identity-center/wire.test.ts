import fc from 'fast-check';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../../../src/adapters/identity-center/connect.ts';
import { RemoteError, type RemoteFailure } from '../../../src/errors.ts';
import type { Live, ReadScope } from '../../../src/model/live.ts';
import { ACCOUNT, groupId, KIRO, OTHER_ACCOUNT, REGION, SCOPE, SEED, STORE_ID, userId } from '../../contract/seed.ts';
import { type Json, WireError, wireDirectory } from '../../contract/wire-directory.ts';
import { type Answer, awsEnvironment, wireHandlers } from '../../contract/wire-server.ts';
import { virtualClock } from './virtual-clock.ts';

const server = setupServer();
const never = new AbortController().signal;
const open: Connection[] = [];

beforeAll(() => {
  awsEnvironment();
  server.listen({ onUnhandledRequest: 'error' });
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
  server.resetHandlers();
});
afterAll(() => server.close());

function connected(answer: Answer, identityStoreId: string | null = STORE_ID): Connection {
  server.resetHandlers(...wireHandlers(answer));
  const now = (): Date => new Date('2026-11-10T12:00:00Z');
  const connection = connect({ region: REGION, identityStoreId, quotaShare: 1, assumeRoleArn: null, now, clock: virtualClock() });
  open.push(connection);
  return connection;
}

/** The operation's first answers come from `first`, in turn; `null` lets the directory answer, `lost` does so and hangs up. */
function faulty(operation: string, first: readonly (WireError | 'lost' | 'hang-up' | null)[]) {
  const directory = wireDirectory(SEED);
  let times = 0;
  const answer: Answer = (target, input) => {
    if (!target.endsWith(`.${operation}`)) return directory.answer(target, input);
    const fault = first[times] ?? null;
    times += 1;
    if (fault === 'hang-up') return 'hang-up';
    if (fault instanceof WireError) return { status: 400, body: fault.body };
    const answered = directory.answer(target, input);
    return fault === 'lost' ? 'hang-up' : answered;
  };
  return { connection: connected(answer), directory, times: () => times };
}

async function failuresOf(promise: Promise<unknown>): Promise<readonly RemoteFailure[]> {
  const error = await promise.then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof RemoteError)) throw new Error(`expected a RemoteError, got ${String(error)}`);
  return error.failures;
}

const WIDE: ReadScope = {
  ...SCOPE,
  memberGroups: ['platform-engineers', 'everybody', 'empty'],
  users: ['ana@example.com', 'bob@example.com'],
};
const bob = { groupId: groupId('kiro-pro'), userId: userId('bob') };

describe('paging', () => {
  test('short and empty pages give the same live state', async () => {
    const whole = await connected(wireDirectory(SEED).answer).reader.observe(WIDE, never);
    const anyCut = fc.infiniteStream(fc.constantFrom(0, 1, 2, 7, 50, 99, 100));
    await fc.assert(
      fc.asyncProperty(anyCut, async (cuts) => {
        const directory = wireDirectory(SEED, () => cuts.next().value ?? 100);
        expect(await connected(directory.answer).reader.observe(WIDE, never)).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  test('a token that comes again ends the reading as incomplete', async () => {
    const directory = wireDirectory(SEED);
    const answer: Answer = (target, input) => {
      const answered = directory.answer(target, input);
      return target.endsWith('.ListUsers') ? { ...answered, body: { ...answered.body, NextToken: 'again' } } : answered;
    };
    const [failure] = await failuresOf(connected(answer).reader.observe(WIDE, never));
    expect(failure).toMatchObject({ kind: 'incomplete', operation: 'identitystore:ListUsers' });
  });

  test('an empty page that gives back its own token is asked again, but not for ever', async () => {
    for (const [empty, ends] of [
      [4, true],
      [400, false],
    ] as const) {
      const directory = wireDirectory(SEED);
      let left = empty;
      const answer: Answer = (target, input) => {
        const token = input['NextToken'];
        if (!target.endsWith('.ListUsers') || token === undefined || left-- <= 0) return directory.answer(target, input);
        return { status: 200, body: { Users: [], NextToken: token } };
      };
      const reading = connected(answer).reader.observe(WIDE, never);
      if (ends) expect((await reading).memberships.length).toBeGreaterThan(130);
      else expect(await failuresOf(reading)).toMatchObject([{ kind: 'incomplete', operation: 'identitystore:ListUsers' }]);
    }
  });

  test('a page that fails after the first is an incomplete read, never a shorter list', async () => {
    const { connection } = faulty('ListUsers', [null, new WireError('ValidationException')]);
    const failures = await failuresOf(connection.reader.observe(WIDE, never));
    expect(failures).toMatchObject([{ kind: 'incomplete', operation: 'identitystore:ListUsers' }]);
    expect(failures[0]?.message).toContain('after page 1');
  });
});

describe('preflight', () => {
  test('names every missing permission at once, each once', async () => {
    const directory = wireDirectory(SEED);
    const denied = new Set(['ListApplications', 'ListGroupMemberships', 'ListAccountAssignmentsForPrincipal', 'ListUsers']);
    const answer: Answer = (target, input) =>
      denied.has(target.split('.')[1] ?? '')
        ? { status: 400, body: new WireError('AccessDeniedException').body }
        : directory.answer(target, input);
    const failures = await failuresOf(connected(answer).reader.observe(WIDE, never));
    expect(failures.map((f) => f.operation)).toEqual([
      'identitystore:ListGroupMemberships',
      'identitystore:ListUsers',
      'sso:ListAccountAssignmentsForPrincipal',
      'sso:ListApplications',
    ]);
    for (const failure of failures) {
      expect(failure.kind).toBe('denied');
      expect(failure.advice).toContain(`Allow ${failure.operation}`);
    }
  });

  test('who may not ask what a group opens is told which account can', async () => {
    const directory = wireDirectory(SEED);
    const answer: Answer = (target, input) =>
      target.endsWith('.ListApplicationAssignmentsForPrincipal')
        ? { status: 400, body: new WireError('ValidationException').body }
        : directory.answer(target, input);
    const [failure] = await failuresOf(connected(answer).reader.observe(SCOPE, never));
    expect(failure).toMatchObject({ kind: 'wrong', operation: 'sso:ListApplicationAssignmentsForPrincipal' });
    expect(failure?.advice).toContain('delegated administrator');
  });

  test('without sso:ListInstances the configured store is still tried, so that all is told', async () => {
    const directory = wireDirectory(SEED);
    const answer: Answer = (target, input) =>
      /ListInstances|ListGroups/.test(target)
        ? { status: 400, body: new WireError('AccessDeniedException').body }
        : directory.answer(target, input);
    const failures = await failuresOf(connected(answer).reader.observe({ ...WIDE, identityStoreId: STORE_ID }, never));
    expect(failures.map((f) => f.operation)).toEqual(['identitystore:ListGroups', 'sso:ListInstances']);
  });

  test('an instance that is not ACTIVE, and a store that does not match, are both told', async () => {
    const seed = { ...SEED, instance: { ...SEED.instance, Status: 'DELETE_IN_PROGRESS' as const } };
    const failures = await failuresOf(connected(wireDirectory(seed).answer).reader.observe({ ...WIDE, identityStoreId: 'd-1' }, never));
    expect(failures.map((f) => f.kind)).toEqual(['wrong', 'wrong']);
  });

  test('a directory that hangs up is unreachable', async () => {
    const [failure] = await failuresOf(connected(() => 'hang-up').reader.observe(SCOPE, never));
    expect(failure?.kind).toBe('unreachable');
  });
});

describe('discovery', () => {
  const arns = (live: Live): readonly string[] => live.applications.map((a) => a.arn);

  test('profiles in one account ask for that account only; in several, all are read and told apart by name and account', async () => {
    const inputs: Json[] = [];
    const directory = wireDirectory(SEED);
    const answer: Answer = (target, input) => {
      if (target.endsWith('.ListApplications')) inputs.push(input);
      return directory.answer(target, input);
    };
    const { reader } = connected(answer);
    expect(arns(await reader.observe(SCOPE, never))).toEqual([KIRO]);
    expect(arns(await reader.observe({ ...SCOPE, accounts: [ACCOUNT, OTHER_ACCOUNT] }, never))).toHaveLength(2);
    expect(inputs.map((i) => (i['Filter'] as Json)['ApplicationAccount'])).toEqual([ACCOUNT, undefined]);
  });

  test('an application of another name counts when the configuration names it, by name or ARN; without the provider never', async () => {
    const signIn = SEED.applications.find((a) => a.Name === 'Kiro Sign-In')?.ApplicationArn ?? '';
    const { reader } = connected(wireDirectory(SEED).answer);
    expect(arns(await reader.observe({ ...SCOPE, applications: ['Kiro Sign-In', 'KiroProfile-fake'] }, never))).toEqual([KIRO, signIn]);
    expect(arns(await reader.observe({ ...SCOPE, applications: [signIn] }, never))).toEqual([KIRO, signIn]);
  });
});

describe('writes', () => {
  test('an answer lost after the write took effect counts as one effect', async () => {
    const added = faulty('CreateGroupMembership', ['lost']);
    expect(await added.connection.writer.createMembership(bob, never)).toMatchObject({ effect: true });
    expect(added.times()).toBe(2);
    const removed = faulty('DeleteGroupMembership', ['lost']);
    const membershipId = SEED.memberships[0]?.MembershipId ?? '';
    expect(await removed.connection.writer.deleteMembership({ membershipId }, never)).toMatchObject({ effect: true });
    const made = faulty('CreateGroup', ['lost']);
    const group = await made.connection.writer.createGroup('kiro-new', never);
    expect(group).toMatchObject({ effect: true, groupId: made.directory.state.groups.at(-1)?.GroupId });
  });

  test('an answer lost before the write took effect is sent again', async () => {
    const { connection, times } = faulty('CreateGroupMembership', ['hang-up', 'hang-up']);
    expect(await connection.writer.createMembership(bob, never)).toEqual({
      effect: true,
      requestId: '77777777-0000-4000-8000-000000000001',
    });
    expect(times()).toBe(3);
  });

  test('CONCURRENT_MODIFICATION is tried again, a uniqueness conflict is confirmed by a read', async () => {
    const busy = new WireError('ConflictException', { Reason: 'CONCURRENT_MODIFICATION' });
    const { connection, times } = faulty('CreateGroupMembership', [busy, busy, busy]);
    expect(await connection.writer.createMembership(bob, never)).toMatchObject({ effect: true });
    expect(times()).toBe(4);
    expect(await connection.writer.createMembership(bob, never)).toMatchObject({ effect: false });
    expect(connection.calls()['identitystore:GetGroupMembershipId']).toBe(1);
  });

  test('"already a member" that no read confirms is a failure', async () => {
    const there = new WireError('ConflictException', { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' });
    const { connection } = faulty('CreateGroupMembership', [there]);
    const [failure] = await failuresOf(connection.writer.createMembership(bob, never));
    expect(failure?.operation).toBe('identitystore:GetGroupMembershipId');
  });

  test('any Conflict of sso-admin is tried again; one that stays is success only when the assignment is there', async () => {
    const conflict = new WireError('ConflictException');
    const passing = faulty('CreateApplicationAssignment', [conflict, conflict]);
    const wanted = { applicationArn: KIRO, groupId: groupId('kiro-power') };
    expect(await passing.connection.writer.assignApplication(wanted, never)).toMatchObject({ effect: true });
    const there = { applicationArn: KIRO, groupId: groupId('kiro-pro') };
    expect(await passing.connection.writer.assignApplication(there, never)).toMatchObject({ effect: false });
    const staying = faulty(
      'CreateApplicationAssignment',
      Array.from({ length: 20 }, () => conflict),
    );
    expect(await failuresOf(staying.connection.writer.assignApplication(wanted, never))).toMatchObject([
      { operation: 'sso:CreateApplicationAssignment' },
    ]);
  });

  test('a group made just now may be unknown for a while; one that was never made is a failure at once', async () => {
    const missing = new WireError('ResourceNotFoundException', { ResourceType: 'GROUP' });
    const { connection, times } = faulty('CreateGroupMembership', [missing, missing]);
    const { groupId: made } = await connection.writer.createGroup('kiro-new', never);
    expect(await connection.writer.createMembership({ groupId: made, userId: userId('bob') }, never)).toMatchObject({ effect: true });
    expect(times()).toBe(3);
    const other = faulty('CreateGroupMembership', [missing, missing]);
    expect(await failuresOf(other.connection.writer.createMembership(bob, never))).toMatchObject([{ kind: 'wrong' }]);
    expect(other.times()).toBe(1);
  });

  test.each(['GROUP', 'USER', 'IDENTITY_STORE'])('a delete that meets a missing %s is a failure', async (ResourceType) => {
    const { connection } = faulty('DeleteGroupMembership', [new WireError('ResourceNotFoundException', { ResourceType })]);
    expect(await failuresOf(connection.writer.deleteMembership({ membershipId: 'x' }, never))).toMatchObject([{ kind: 'wrong' }]);
  });

  test('throttles at status 400 slow down and do not fail', async () => {
    const { connection, times } = faulty(
      'CreateGroupMembership',
      Array.from({ length: 6 }, () => new WireError('ThrottlingException')),
    );
    expect(await connection.writer.createMembership(bob, never)).toMatchObject({ effect: true });
    expect([times(), connection.throttles()]).toEqual([7, 6]);
  });
});

describe('assumeRoleArn', () => {
  const connectAs = (): Connection => {
    const now = (): Date => new Date();
    const assumeRoleArn = 'arn:aws:iam::111122223333:role/kirosync';
    const connection = connect({ region: REGION, quotaShare: 1, assumeRoleArn, now, clock: virtualClock() });
    open.push(connection);
    return connection;
  };
  const sts = (status: number, xml: string) =>
    http.post(`https://sts.${REGION}.amazonaws.com/`, async ({ request }) => {
      const asked = new URLSearchParams(await request.text());
      expect([asked.get('Action'), asked.get('RoleSessionName')]).toEqual(['AssumeRole', 'kirosync']);
      return new HttpResponse(xml, { status, headers: { 'content-type': 'text/xml' } });
    });

  test('calls are signed with the credentials of the role', async () => {
    const keys = '<AccessKeyId>AKIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>';
    const credentials = `<Credentials>${keys}<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;
    const xml = `<AssumeRoleResponse><AssumeRoleResult>${credentials}</AssumeRoleResult></AssumeRoleResponse>`;
    const signers = new Set<string | undefined>();
    server.events.on('request:start', ({ request }) => {
      if (!request.url.includes('//sts.')) signers.add(/Credential=(\w+)/.exec(request.headers.get('authorization') ?? '')?.[1]);
    });
    server.resetHandlers(sts(200, xml), ...wireHandlers(wireDirectory(SEED).answer));
    await connectAs().reader.observe(SCOPE, never);
    server.events.removeAllListeners();
    expect([...signers]).toEqual(['AKIAROLE']);
  });

  test('a role that may not be assumed is denied, and says so', async () => {
    const xml = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>';
    server.resetHandlers(sts(403, xml));
    const [failure] = await failuresOf(connectAs().reader.observe(SCOPE, never));
    expect(failure).toMatchObject({ kind: 'denied' });
    expect(failure?.advice).toContain('sts:AssumeRole');
  });
});

describe('the size of the directory', () => {
  test('changes nothing in what is read when every name is known exactly', async () => {
    const scope: ReadScope = { ...SCOPE, memberGroups: ['Platform-Engineers'] };
    const whole = await connected(wireDirectory(SEED).answer).reader.observe(scope, never);
    const strangers = (count: number) => ({
      ...SEED,
      users: [
        ...Array.from({ length: count }, (_, i) => ({
          UserId: `55555555-0000-4000-8000-${String(i).padStart(12, '0')}`,
          UserName: `stranger-${i}`,
        })),
        ...SEED.users,
      ],
      groups: [
        ...Array.from({ length: count }, (_, i) => ({
          GroupId: `66666666-0000-4000-8000-${String(i).padStart(12, '0')}`,
          DisplayName: `circle-${i}`,
        })),
        ...SEED.groups,
      ],
    });
    const ways = new Set<string>();
    for (const count of [0, 90, 700, 1500, 4000]) {
      const connection = connected(wireDirectory(strangers(count)).answer);
      expect(await connection.reader.observe(scope, never)).toEqual(whole);
      // Once more, now that the connection knows the size.
      expect(await connection.reader.observe(scope, never)).toEqual(whole);
      for (const operation of Object.keys(connection.calls())) ways.add(operation);
    }
    for (const operation of ['ListUsers', 'DescribeUser', 'ListGroups', 'DescribeGroup', 'GetGroupId']) {
      expect(ways).toContain(`identitystore:${operation}`);
    }
  });
});

describe('fewest calls', () => {
  test('a few names in a directory of 134 people and 8 groups', async () => {
    const connection = connected(wireDirectory(SEED).answer);
    await connection.reader.observe(SCOPE, never);
    expect(connection.calls()).toEqual({
      'identitystore:ListGroupMemberships': 4,
      'identitystore:ListGroups': 1,
      'identitystore:ListUsers': 1,
      'sso:ListAccountAssignmentsForPrincipal': 2,
      'sso:ListApplicationAssignments': 1,
      'sso:ListApplicationAssignmentsForPrincipal': 2,
      'sso:ListApplications': 1,
      'sso:ListInstances': 1,
    });
  });
});
